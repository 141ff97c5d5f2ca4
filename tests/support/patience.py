"""How long the shop waits for a gateway's stand-in, in tests, and a test for the shop."""

import time
from collections.abc import Callable
from typing import Any

# Seconds to connect and to read. Production waits ten; a healthy stand-in on a busy machine was seen to need 0.5.
TIMEOUT = (1.5, 1.5)
# How long a stand-in keeps an answer back that is to come too late.
STALL_SECONDS = 2


def wait_for(question: Callable[[], Any], answer: Any, seconds: int = 15) -> None:
    """Ask again and again until the answer is right, or the time is up."""
    deadline = time.monotonic() + seconds
    while (got := question()) != answer and time.monotonic() < deadline:
        time.sleep(0.2)
    assert got == answer
