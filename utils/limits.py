"""Limits on how often something may be tried, in fixed windows that begin with the first try.

Each try is counted before it is evaluated, in one atomic step, so that many tries at the same moment can't all see a
low count. Where the counts are kept:

- With Redis, they are kept there. While Redis doesn't answer, limits that guard secrets count in the database, and all
  others allow everything: even when Redis is down, passwords must not become guessable, and the shop must stay open.
- Without Redis, limits that guard secrets count in the database, and all others in this process's memory.

Limits that guard no secret and allow many tries are counted in this process's memory, also with Redis, which each
process tells of a twentieth of the tries at a time. So a request rarely waits for Redis. Each process may then allow
up to a twentieth too many, and while Redis doesn't answer, each counts alone.
"""

import math
from dataclasses import dataclass, replace
from ipaddress import IPv6Network
from typing import Any

from django.conf import settings

from utils import counters
from utils.errors import DomainError
from utils.idempotency import fingerprint


@dataclass(frozen=True)
class Limit:
    """Allow ``count`` tries within ``seconds``.

    ``guards_secrets`` is set for passwords, codes and anything else that can be guessed.
    """

    name: str
    count: int
    seconds: int
    guards_secrets: bool = False


class TooManyRequests(DomainError):
    """Report that a rate limit is used up.

    ``limit`` is that limit; ``retry_after`` is the time in seconds until the caller may try again.
    """

    code = "too_many_requests"
    message = "Too many requests. Try again later."

    def __init__(self, detail: str = "", *, limit: Limit, retry_after: int, **extra: Any) -> None:
        self.limit = limit
        self.retry_after = retry_after
        super().__init__(detail, **extra)


@dataclass(frozen=True)
class Verdict:
    """Hold the state of a limit: how many tries remain, and in how many seconds its window ends."""

    limit: Limit
    remaining: int
    reset_after: int


# The owner of an IPv6 /48 could try from its 65,536 /64 networks in turn. All of them together get the tries of
# this many /64 networks.
_NETWORKS_OF_A_SITE = 16


def spend(limit: Limit, *subject: str) -> Verdict:
    """Count one try of ``subject``, whose parts together say who or what is limited; return how many tries remain.

    Call this before the try is evaluated. With ``guards_secrets``, call it outside of any transaction, whose rollback
    would undo the count; when the database counts, a call inside a transaction raises ``RuntimeError``, as Django's
    durable blocks do.

    Raise ``TooManyRequests`` when the tries of this window are used up. A refused try is counted too.
    """
    verdict, *_ = [_spend(each, who) for each, who in _with_site(limit, subject)]
    return verdict


def require_tries_left(limit: Limit, *subject: str) -> None:
    """Raise ``TooManyRequests`` when the tries of ``subject`` are used up. Count nothing.

    It is for limits that guard secrets, where only wrong tries are counted, after they were evaluated. Many tries at
    once may then exceed the limit a little, so the secret must be too long to be guessed.
    """
    for each, who in _with_site(limit, subject):
        counted = _read(_key(each, who))
        if counted is not None and counted.tries >= each.count:
            raise TooManyRequests(limit=each, retry_after=max(1, math.ceil(counted.seconds_left)))


def _read(key: str) -> counters.Counted | None:
    counted = counters.read_in_redis(key) if settings.REDIS_URL else None
    return counted or counters.read_in_database(key)


def _with_site(limit: Limit, subject: tuple[str, ...]) -> list[tuple[Limit, tuple[str, ...]]]:
    """Return the limit of ``subject`` and, for an IPv6 network, that of the /48 around it."""
    site = _site(subject)
    return [(limit, subject), *([(replace(limit, count=limit.count * _NETWORKS_OF_A_SITE), site)] if site else [])]


def _site(subject: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return ``subject`` with the /48 network in place of an IPv6 /64; return ``None`` when it has no IPv6 part.

    ``utils.api.clients.ip_address_of`` names IPv6 clients by their /64.
    """
    if not any(part.endswith("/64") and ":" in part for part in subject):
        return None
    return tuple(_wider(part) for part in subject)


def _wider(part: str) -> str:
    """Return the /48 network of an IPv6 /64; return any other text unchanged."""
    try:
        return str(IPv6Network(part).supernet(new_prefix=48))
    except ValueError:
        return part


def _spend(limit: Limit, subject: tuple[str, ...]) -> Verdict:
    counted = _count(limit, _key(limit, subject))
    if counted is None:
        return Verdict(limit, remaining=limit.count, reset_after=limit.seconds)
    reset_after = max(1, math.ceil(counted.seconds_left))
    if counted.tries > limit.count:
        raise TooManyRequests(limit=limit, retry_after=reset_after)
    return Verdict(limit, remaining=limit.count - counted.tries, reset_after=reset_after)


# In how many batches the tries of a window are told to Redis. Limits below twice as many are counted there exactly.
_BATCHES = 20


def _count(limit: Limit, key: str) -> counters.Counted | None:
    """Count one try; return ``None`` when it can't be counted and may pass."""
    if limit.guards_secrets:
        counted = counters.count_in_redis(key, limit.seconds) if settings.REDIS_URL else None
        return counted or counters.count_in_database(key, limit.seconds)
    if not settings.REDIS_URL:
        return counters.count_in_memory(key, limit.seconds)
    if limit.count < 2 * _BATCHES:
        return counters.count_in_redis(key, limit.seconds)
    return counters.count_in_batches(key, limit.seconds, limit.count // _BATCHES)


def forgive(limit: Limit, *subject: str) -> None:
    """Forget the tries of ``subject``, for example after the right password."""
    for each in filter(None, (subject, _site(subject))):
        _forgive(limit, each)


def _forgive(limit: Limit, subject: tuple[str, ...]) -> None:
    key = _key(limit, subject)
    counters.forget_in_memory(key)
    if settings.REDIS_URL and counters.forget_in_redis(key):
        return
    if limit.guards_secrets:
        counters.forget_in_database(key)


def _key(limit: Limit, subject: tuple[str, ...]) -> str:
    """Return the counter's key; it is hashed, so that no e-mail address can be read from it."""
    return f"limit:{limit.name}:{fingerprint(*subject)}"
