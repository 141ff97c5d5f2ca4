"""An HTTP proxy between the shop and a gateway's stand-in, which can fail in many ways."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.support.patience import STALL_SECONDS, waiting_in_vain

_PAGE = b"<html><body>We are being maintained.</body></html>"
# With these faults the gateway never gets the request. "refused" and "reset" are such faults, too.
_TURNED_AWAY = {"429": b'{"error": {"message": "Busy"}}', "500": b'{"error": {"message": "Busy"}}', "503": _PAGE}
# With these faults the gateway has done what it was asked. "stall" and "lost reply" are such faults, too.
_SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "html": lambda answer: _PAGE,
    "truncated": lambda answer: answer[: len(answer) // 2],
    "empty": lambda answer: b"",
    "text": lambda answer: b"Please come again later",
    "list": lambda answer: b"[" + answer + b"]",
}
# Before the effect: nobody listens; the connection is cut; 429; 500; 503 with a page. After the effect: 200 with a
# page, half of the JSON, nothing, words or a list; an answer that comes too late, or never.
FAULTS = ("refused", "reset", *_TURNED_AWAY, *_SPOILED, "stall", "lost reply")


class Line:
    """Pass requests on to ``upstream``, unless ``fault`` names one of ``FAULTS``. ``asked`` counts the requests."""

    def __init__(self, upstream: str) -> None:
        self.upstream, self.fault, self.asked, self._port = urlsplit(upstream).netloc, "", 0, 0
        # Released once for each answer that is withheld.
        self.withheld = threading.Semaphore(0)
        self._open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        assert fault in FAULTS
        self.fault = fault
        if fault == "refused":
            self.close()
        try:
            with waiting_in_vain(self._wait_for_effect) if fault == "stall" else nullcontext():
                yield
        finally:
            self.fault = ""
            if fault == "refused":
                self._open()

    def _wait_for_effect(self) -> None:
        assert self.withheld.acquire(timeout=15), "the gateway did not hear of the request"

    def _open(self) -> None:
        """Start to listen; after a pause, at the same port as before."""
        self._server = _Server(self, self._port)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def line_to(upstream: str) -> Iterator[Line]:
    line = Line(upstream)
    try:
        yield line
    finally:
        line.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, line: Line, port: int) -> None:
        self.line = line
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        line = self.server.line
        fault, line.asked = line.fault, line.asked + 1
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault == "reset":
            self._cut()
        elif fault in _TURNED_AWAY:
            self._reply(int(fault), _TURNED_AWAY[fault])
        else:
            self._answer(fault, *self._ask(sent))

    def _ask(self, sent: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.server.line.upstream, timeout=10)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        connection.request(self.command, self.path, sent or None, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def _answer(self, fault: str, status: int, answer: bytes) -> None:
        if fault == "lost reply":
            self._cut()
            return
        if fault == "stall":
            self.server.line.withheld.release()
            time.sleep(STALL_SECONDS)
        spoil = _SPOILED.get(fault)
        self._reply(200 if spoil else status, spoil(answer) if spoil else answer)

    def _reply(self, status: int, content: bytes) -> None:
        with suppress(OSError):  # the client may not have waited
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content)

    def _cut(self) -> None:
        """Close the connection so that the client sees a reset instead of a normal end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass
