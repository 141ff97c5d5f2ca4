"""The times that the shop waits for a gateway's stand-in in tests, and that a test waits for the shop."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import HTTPAdapter

# In seconds, to connect and to read. Production waits ten; a healthy stand-in on a busy machine took up to 0.5.
TIMEOUT = (1.5, 1.5)
# How long a stand-in delays an answer that has to come too late.
STALL_SECONDS = 2
# How long the shop waits for an answer that a stand-in withholds in any case.
IN_VAIN = (TIMEOUT[0], 0.2)


@contextmanager
def waiting_in_vain(until_effect: Callable[[], Any], *, at: Callable[[str], bool] = lambda url: True) -> Iterator[None]:
    """Shorten the timeout of requests that get no answer. ``at`` says for which URLs.

    The timeout is raised only after ``until_effect`` has returned, so the gateway did what it was asked even on a busy
    machine.
    """
    send = HTTPAdapter.send

    def send_in_vain(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
        if not at(request.url or ""):
            return send(adapter, request, **options)
        try:
            return send(adapter, request, **{**options, "timeout": IN_VAIN})
        except ReadTimeout:
            until_effect()
            raise

    with patch.object(HTTPAdapter, "send", send_in_vain):
        yield


def wait_for(question: Callable[[], Any], answer: Any, seconds: int = 15) -> None:
    """Ask ``question`` again and again until it returns ``answer``. Fail when ``seconds`` are over."""
    deadline = time.monotonic() + seconds
    while (got := question()) != answer and time.monotonic() < deadline:
        time.sleep(0.2)
    assert got == answer
