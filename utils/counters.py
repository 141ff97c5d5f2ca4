"""Counts of tries in Redis, in the database or in this process's memory; ``utils.limits`` chooses which.

Each ``count_in_…`` adds one try to the current window of ``key``, or begins a window of ``seconds``, in one atomic
step.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from utils.models import RateCount

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Counted:
    """Hold the tries of the current window, this one included, and the seconds until the window ends."""

    tries: int
    seconds_left: float


class _Memory:
    """Count tries in this process's memory, which other processes don't see.

    Ended windows are removed once a minute. When there are more than ``_MOST`` windows, only those that end last are
    kept, half of ``_MOST``.
    """

    _MOST = 100_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0

    def count(self, key: str, seconds: int) -> Counted:
        """Count one try of ``key`` in its current window, or in a new one of ``seconds``.

        Return the number of tries, and the seconds until the window ends.
        """
        now = time.time()
        with self._lock:
            self._sweep(now)
            tries, ends_at = self._windows.get(key, (0, 0.0))
            if ends_at <= now:
                tries, ends_at = 0, now + seconds
            self._windows[key] = (tries + 1, ends_at)
        return Counted(tries + 1, ends_at - now)

    def forget(self, key: str) -> None:
        """Delete the count of ``key``."""
        with self._lock:
            self._windows.pop(key, None)

    def _sweep(self, now: float) -> None:
        if now >= self._sweep_at:
            self._windows = {key: window for key, window in self._windows.items() if window[1] > now}
            self._sweep_at = now + 60
        if len(self._windows) > self._MOST:
            by_end = sorted(self._windows.items(), key=lambda item: item[1][1], reverse=True)
            self._windows = dict(by_end[: self._MOST // 2])


_memory = _Memory()
count_in_memory = _memory.count
forget_in_memory = _memory.forget


def count_in_database(key: str, seconds: int) -> Counted:
    """Count one try of ``key`` in the database.

    Raise ``RuntimeError`` inside a transaction, because its rollback would undo the count.
    """
    now = timezone.now()
    began, ended = (
        connection.ops.adapt_datetimefield_value(moment) for moment in (now, now + timedelta(seconds=seconds))
    )
    with transaction.atomic(durable=True):
        (row,) = RateCount.objects.raw(
            "INSERT INTO utils_ratecount AS old (key, tries, ends_at) VALUES (%s, 1, %s) "
            "ON CONFLICT (key) DO UPDATE SET "
            "tries = CASE WHEN old.ends_at <= %s THEN 1 ELSE old.tries + 1 END, "
            "ends_at = CASE WHEN old.ends_at <= %s THEN excluded.ends_at ELSE old.ends_at END "
            "RETURNING key, tries, ends_at",
            [key, ended, began, began],
        )
    return Counted(row.tries, (row.ends_at - now).total_seconds())


def forget_in_database(key: str) -> None:
    """Delete the count of ``key`` in the database."""
    RateCount.objects.filter(key=key).delete()


# Redis runs a script atomically. Only the first try sets the expiry; otherwise the window would never end.
_COUNT = """
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {tries, redis.call('PTTL', KEYS[1])}
"""


class _Breaker:
    """Call Redis. After a failure, skip it for a few seconds, so that requests don't wait for it in vain."""

    PAUSE_SECONDS = 5

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_again_at: float | None = None

    def call(self, ask: Callable[[Any], T]) -> T | None:
        """Return ``ask(client)``, or ``None`` when Redis doesn't answer."""
        if not self._may_ask():
            return None
        try:
            answer = ask(get_redis_connection())
        except RedisError as error:
            self._failed(error)
            return None
        if self._asked_again_at is not None:
            logger.info("Redis answers again.")
            self._asked_again_at = None
        return answer

    def _may_ask(self) -> bool:
        """Return whether to call Redis now. While it is down, one caller tries it again after each pause."""
        if self._asked_again_at is None:
            return True
        with self._lock:
            if self._asked_again_at is not None and time.monotonic() < self._asked_again_at:
                return False
            self._asked_again_at = time.monotonic() + self.PAUSE_SECONDS
            return True

    def _failed(self, error: RedisError) -> None:
        with self._lock:
            if self._asked_again_at is None:
                logger.warning("Redis does not answer; limits work without it: %s", error)
            self._asked_again_at = time.monotonic() + self.PAUSE_SECONDS


_redis = _Breaker()


def count_in_redis(key: str, seconds: int) -> Counted | None:
    """Count one try of ``key`` in Redis; return ``None`` when Redis doesn't answer."""
    answer = _redis.call(lambda client: client.eval(_COUNT, 1, key, seconds))
    return None if answer is None else Counted(answer[0], answer[1] / 1000)


def forget_in_redis(key: str) -> bool:
    """Delete the count of ``key`` in Redis, and return whether Redis answered."""
    return _redis.call(lambda client: client.delete(key)) is not None
