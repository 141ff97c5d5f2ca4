"""Counts of tries in Redis, in the database or in this process's memory; ``utils.limits`` chooses which.

Each ``count_in_…`` adds one try to the current window of ``key``, or begins a window of ``seconds``, in one atomic
step. ``count_in_batches`` adds to the memory first, and to Redis a number of tries at a time.
"""

import logging
import math
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
    kept, half of ``_MOST``. A window holds its tries, its end, and how many of the tries Redis is still to be told.
    """

    _MOST = 100_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float, int]] = {}
        self._sweep_at = 0.0

    def count(self, key: str, seconds: int) -> Counted:
        """Count one try of ``key`` in its current window, or in a new one of ``seconds``.

        Return the number of tries, and the seconds until the window ends.
        """
        return self.count_to_tell(key, seconds, 0)[0]

    def count_to_tell(self, key: str, seconds: int, batch: int) -> tuple[Counted, int]:
        """Count one try as ``count`` does. Return with it ``batch`` when so many tries are to be told, else 0."""
        now = time.time()
        with self._lock:
            self._sweep(now)
            tries, ends_at, untold = self._windows.get(key, (0, 0.0, 0))
            if ends_at <= now:
                tries, ends_at, untold = 0, now + seconds, 0
            is_due = untold + 1 == batch
            self._windows[key] = (tries + 1, ends_at, 0 if is_due else untold + 1)
        return Counted(tries + 1, ends_at - now), batch if is_due else 0

    def learn(self, key: str, told: Counted) -> Counted:
        """Replace the count of ``key`` by what Redis has counted, and add the tries that it has not been told."""
        with self._lock:
            untold = self._windows.get(key, (0, 0.0, 0))[2]
            self._windows[key] = (told.tries + untold, time.time() + told.seconds_left, untold)
        return told

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


def read_in_database(key: str) -> Counted | None:
    """Return the count of ``key`` in its current window, or ``None`` when nothing was counted in it."""
    now = timezone.now()
    row = RateCount.objects.filter(key=key, ends_at__gt=now).first()
    return None if row is None else Counted(row.tries, (row.ends_at - now).total_seconds())


# Redis runs a script atomically. Only the first tries set the expiry; otherwise the window would never end.
_COUNT = """
local tries = redis.call('INCRBY', KEYS[1], ARGV[1])
if tries == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
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
                logger.warning("Redis does not answer; the shop works without it: %s", error)
            self._asked_again_at = time.monotonic() + self.PAUSE_SECONDS


_redis = _Breaker()
ask_redis = _redis.call


def count_in_redis(key: str, seconds: float, tries: int = 1) -> Counted | None:
    """Count ``tries`` of ``key`` in Redis; return ``None`` when Redis doesn't answer."""
    answer = _redis.call(lambda client: client.eval(_COUNT, 1, key, tries, math.ceil(seconds * 1000)))
    return None if answer is None else Counted(answer[0], answer[1] / 1000)


def read_in_redis(key: str) -> Counted | None:
    """Return the count of ``key`` in Redis, which is 0 outside of a window; ``None`` when Redis doesn't answer."""
    answer = _redis.call(lambda client: client.pipeline(transaction=False).get(key).pttl(key).execute())
    return None if answer is None else Counted(int(answer[0] or 0), max(answer[1], 0) / 1000)


def count_in_batches(key: str, seconds: int, batch: int) -> Counted:
    """Count one try of ``key`` in memory. Tell Redis every ``batch`` tries at once, and hear what others have counted.

    So each process may miss up to ``batch - 1`` tries of each other one. While Redis doesn't answer, each counts alone.
    """
    counted, due = _memory.count_to_tell(key, seconds, batch)
    told = count_in_redis(key, counted.seconds_left, due) if due else None
    return counted if told is None else _memory.learn(key, told)


def forget_in_redis(key: str) -> bool:
    """Delete the count of ``key`` in Redis, and return whether Redis answered."""
    return _redis.call(lambda client: client.delete(key)) is not None
