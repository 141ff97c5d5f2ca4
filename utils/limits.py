"""Limits on how often something may be tried, in fixed windows that begin with the first try.

Each try is counted before it is evaluated, in one atomic step, so that many tries at the same moment can't all see a
low count. Where the counts are kept:

- With Redis, they are kept there. While Redis doesn't answer, limits that guard secrets count in the database, and all
  others allow everything: even when Redis is down, passwords must not become guessable, and the shop must stay open.
- Without Redis, limits that guard secrets count in the database, and all others in this process's memory.
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
    verdict = _spend(limit, subject)
    if site := _site(subject):
        _spend(replace(limit, count=limit.count * _NETWORKS_OF_A_SITE), site)
    return verdict


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
    """Forget the tries of ``subject``, for example after the right password."""
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
    """Return the counter's key; it is hashed, so that no e-mail address can be read from it."""
    return f"limit:{limit.name}:{fingerprint(*subject)}"
