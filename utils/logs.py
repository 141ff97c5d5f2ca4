"""A log handler for production, where a request must not wait until its log line is written."""

import logging
import threading
import time
from collections import deque
from typing import TextIO

_PAUSE_SECONDS = 0.2
_MOST_LINES = 10_000


class BackgroundHandler(logging.StreamHandler[TextIO]):
    """Write lines to stderr from a thread of its own, five times a second.

    Warnings and errors are written at once, behind the lines before them. So are all lines when too many wait. When the
    process is killed, the lines of the last fifth of a second are lost.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque()
        self._writing = threading.Lock()
        self._writer: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
        except Exception:
            self.handleError(record)
        if record.levelno >= logging.WARNING or len(self._lines) >= _MOST_LINES:
            self.flush()
        elif self._writer is None or not self._writer.is_alive():  # a fork doesn't take the thread along
            self._writer = threading.Thread(target=self._write, name="log writer", daemon=True)
            self._writer.start()

    def flush(self) -> None:
        """Write all lines that wait."""
        with self._writing:
            waiting = [self._lines.popleft() for _ in range(len(self._lines))]
            if waiting:
                self.stream.write("\n".join(waiting) + "\n")
                self.stream.flush()

    def _write(self) -> None:
        while True:
            time.sleep(_PAUSE_SECONDS)
            try:
                self.flush()
            except (OSError, ValueError):  # nobody reads any more, or the stream is closed
                return
