"""How often something may be tried: fixed windows, each of which begins with its first try.

Every try is counted before it is evaluated, by one atomic operation, so that tries at the same moment cannot all see a
count that is still low. Where the counts are kept:

- with Redis: there. While it does not answer, limits that guard secrets count in the database and all others let
  everything through: a password must not become guessable, and a shop window must not close, because a cache is down;
- without Redis: limits that guard secrets count in the database, all others in the memory of this process.
"""

import math
from dataclasses import dataclass

from django.conf import settings

from utils import counters
from utils.errors import TooManyRequests
from utils.idempotency import fingerprint


@dataclass(frozen=True)
class Limit:
    """``count`` tries within ``seconds``. ``guards_secrets``: passwords, codes and whatever else can be guessed."""

    name: str
    count: int
    seconds: int
    guards_secrets: bool = False


@dataclass(frozen=True)
class Verdict:
    """How many tries are left, and in how many seconds the window ends."""

    limit: Limit
    remaining: int
    reset_after: int


def spend(limit: Limit, *subject: str) -> Verdict:
    """Count one try of ``subject`` (whose parts together say who or what is limited), allowed or not.

    Call it before the try is evaluated. With ``guards_secrets`` also outside of any transaction, whose rollback would
    take the count back: where the database counts, that raises ``RuntimeError``, as Django's durable blocks do.

    Raises ``TooManyRequests`` when the tries of this window are used up.
    """
    key = _key(limit, subject)
    counted = None
    if settings.REDIS_URL:
        counted = counters.count_in_redis(key, limit.seconds)
        if counted is None and not limit.guards_secrets:
            return Verdict(limit, remaining=limit.count, reset_after=limit.seconds)
    elif not limit.guards_secrets:
        counted = counters.count_in_memory(key, limit.seconds)
    if counted is None:
        counted = counters.count_in_database(key, limit.seconds)
    reset_after = max(1, math.ceil(counted.seconds_left))
    if counted.tries > limit.count:
        raise TooManyRequests(limit=limit, retry_after=reset_after)
    return Verdict(limit, remaining=limit.count - counted.tries, reset_after=reset_after)


def forgive(limit: Limit, *subject: str) -> None:
    """Forget the tries of ``subject``, for example after a right password."""
    key = _key(limit, subject)
    if settings.REDIS_URL and counters.forget_in_redis(key):
        return
    if limit.guards_secrets:
        counters.forget_in_database(key)
    else:
        counters.forget_in_memory(key)


def _key(limit: Limit, subject: tuple[str, ...]) -> str:
    """Hashed, so that no e-mail address can be read from a counter."""
    return f"limit:{limit.name}:{fingerprint(*subject)}"
