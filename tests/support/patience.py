"""The times that the shop waits for a gateway's stand-in in tests, and that a test waits for the shop."""

import time
from collections.abc import Callable
from typing import Any

# In seconds, to connect and to read. Production waits ten; a healthy stand-in on a busy machine took up to 0.5.
TIMEOUT = (1.5, 1.5)
# How long a stand-in delays an answer that has to come too late.
STALL_SECONDS = 2


def wait_for(question: Callable[[], Any], answer: Any, seconds: int = 15) -> None:
    """Ask ``question`` again and again until it returns ``answer``. Fail when ``seconds`` are over."""
    deadline = time.monotonic() + seconds
    while (got := question()) != answer and time.monotonic() < deadline:
        time.sleep(0.2)
    assert got == answer
