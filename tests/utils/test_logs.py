"""The log of production is written in the background."""

import io
import logging
import time
from typing import Any

import pytest

from utils import logs
from utils.logs import BackgroundHandler


def line(text: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("shop", level, __file__, 1, text, None, None)


@pytest.fixture
def handler() -> BackgroundHandler:
    handler = BackgroundHandler()
    handler.stream = io.StringIO()
    return handler


def written(handler: BackgroundHandler) -> str:
    stream: Any = handler.stream
    return stream.getvalue()


def test_lines_are_written_soon_and_in_order(handler: BackgroundHandler) -> None:
    for number in range(3):
        handler.handle(line(f"line {number}"))
    assert written(handler) == ""
    deadline = time.monotonic() + 5
    while not written(handler) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert written(handler) == "line 0\nline 1\nline 2\n"


def test_a_warning_is_written_at_once_behind_the_lines_before_it(handler: BackgroundHandler) -> None:
    handler.handle(line("before"))
    handler.handle(line("careful", logging.WARNING))
    assert written(handler) == "before\ncareful\n"


def test_what_waits_is_bounded(handler: BackgroundHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MOST_LINES", 5)
    for _ in range(5):
        handler.handle(line("x"))
    assert written(handler) == "x\n" * 5


def test_the_rest_is_written_when_the_process_ends(handler: BackgroundHandler) -> None:
    handler.handle(line("last"))
    handler.flush()
    assert written(handler) == "last\n"


def test_it_goes_on_when_the_stream_failed_once(handler: BackgroundHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_PAUSE_SECONDS", 0.01)
    handler.stream.close()
    handler.handle(line("lost"))
    writer = handler._writer
    assert writer is not None
    writer.join(5)
    assert not writer.is_alive()
    handler.stream = io.StringIO()
    handler.handle(line("found"))
    handler.flush()
    assert written(handler) == "found\n"
