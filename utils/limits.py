"""How often something may be tried: fixed windows, each of which begins with its first try.

Every try is counted before it is evaluated, by one atomic operation, so that tries at the same moment cannot all see a
count that is still low. Where the counts are kept:

- with Redis: there. While it does not answer, limits that guard secrets count in the database and all others let
  everything through: a password must not become guessable, and a shop window must not close, because a cache is down;
- without Redis: limits that guard secrets count in the database, all others in the memory of this process.
"""

import math
from dataclasses import dataclass, replace
from ipaddress import IPv6Network

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


# Who has an IPv6 /48 has 65,536 networks to count in: all together they get as much as so many.
_NETWORKS_OF_A_SITE = 16


def spend(limit: Limit, *subject: str) -> Verdict:
    """Count one try of ``subject`` (whose parts together say who or what is limited), allowed or not.

    Call it before the try is evaluated. With ``guards_secrets`` also outside of any transaction, whose rollback would
    take the count back: where the database counts, that raises ``RuntimeError``, as Django's durable blocks do.

    Raises ``TooManyRequests`` when the tries of this window are used up.
    """
    verdict = _spend(limit, subject)
    if site := _site(subject):
        _spend(replace(limit, count=limit.count * _NETWORKS_OF_A_SITE), site)
    return verdict


def _site(subject: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return ``subject`` with the /48 of an IPv6 network in place of its /64 (``utils.api.clients.address_of``)."""
    if not any(part.endswith("/64") and ":" in part for part in subject):
        return None
    return tuple(_wider(part) for part in subject)


def _wider(part: str) -> str:
    try:
        return str(IPv6Network(part).supernet(new_prefix=48))
    except ValueError:
        return part


def _spend(limit: Limit, subject: tuple[str, ...]) -> Verdict:
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
    for each in filter(None, (subject, _site(subject))):
        _forgive(limit, each)


def _forgive(limit: Limit, subject: tuple[str, ...]) -> None:
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
