"""One-use tickets for WebSockets.

A browser can't send an Authorization header with one, and a token in a URL is logged. So the ticket is a random text;
whose sign-in it stands for is kept in the cache.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass

from django.core.cache import cache

LIFETIME_SECONDS = 30


@dataclass(frozen=True)
class SignIn:
    """The user and the session that asked for a ticket: ``sid`` is a ``UserSession``'s id, ``session_key`` Django's.

    Of the two sessions one is given; with neither the ticket opens nothing.
    """

    user_id: int
    sid: str = ""
    session_key: str = ""


def issue(sign_in: SignIn) -> str:
    ticket = secrets.token_urlsafe(24)
    cache.set(_cache_key(ticket), asdict(sign_in), timeout=LIFETIME_SECONDS)
    return ticket


def redeem(ticket: str) -> SignIn | None:
    """What ``ticket`` was issued for, the first time within 30 seconds; else ``None``.

    Whether that sign-in still holds is for the caller to check. A cache that can't answer refuses the ticket.
    """
    key = _cache_key(ticket)
    kept = cache.get(key)
    # Of several at once only one deletes it.
    return SignIn(**kept) if kept and cache.delete(key) else None


def _cache_key(ticket: str) -> str:
    return f"socket-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
