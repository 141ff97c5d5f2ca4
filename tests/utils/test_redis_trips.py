"""Several commands go to Redis in one round trip, and a connection that was lost costs nothing but another one."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import ResponseError

from utils import counters, redis_trips
from utils.redis_trips import redis_trip

pytestmark = pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")


@pytest.fixture(autouse=True)
def _own_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_trips, "_idle", [])
    monkeypatch.setattr(counters, "_redis", counters._Breaker())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """List what is sent to Redis, one entry for each piece."""
    pieces: list[bytes] = []
    send = socket.socket.sendall

    def note(self: socket.socket, data: bytes, *flags: int) -> None:
        pieces.append(bytes(data))
        send(self, data, *flags)

    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "sendall", note)
        yield pieces


def test_commands_go_together_and_their_answers_come_in_order(sent: list[bytes]) -> None:
    redis_trip(("PING",))  # it connects
    del sent[:]
    large = b"x" * 20_000
    answers = redis_trip(("SET", "trip", large, "EX", 60), ("GET", "trip"), ("DEL", "trip"), ("GET", "trip"))
    assert answers == [b"OK", large, 1, None]
    assert len(sent) == 1


def test_a_refused_command_is_answered_by_its_error() -> None:
    refused, kept = redis_trip(("INCR", "trip", "nonsense"), ("ECHO", "kept")) or ()
    assert isinstance(refused, ResponseError)
    assert kept == b"kept"
    assert redis_trip(("ECHO", "next")) == [b"next"]


def test_a_connection_is_used_again() -> None:
    (number,) = redis_trip(("CLIENT", "ID")) or ()
    assert redis_trip(("CLIENT", "ID")) == [number]


def test_a_connection_that_redis_has_closed_is_opened_again() -> None:
    (number,) = redis_trip(("CLIENT", "ID")) or ()
    get_redis_connection().client_kill_filter(_id=number)
    assert redis_trip(("ECHO", "here")) == [b"here"]


def test_without_redis_there_is_no_answer_and_no_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    redis_trip(("PING",))
    with suppress(OSError):
        redis_trips._idle[0].disconnect()
    monkeypatch.setattr(redis_trips._idle[0], "port", 1)
    assert redis_trip(("PING",)) is None
    assert redis_trips._idle == []
