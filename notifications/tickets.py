"""One-use tickets for WebSockets.

A browser can't send an Authorization header when it opens a WebSocket, and a token in a URL would be logged. So a
ticket is a random text, and the cache keeps the sign-in that it stands for.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass

from django.core.cache import cache

LIFETIME_SECONDS = 30


@dataclass(frozen=True)
class SignIn:
    """Hold the user and the session that asked for a ticket.

    ``sid`` is the id of a ``UserSession``, ``session_key`` is Django's; one of the two is given. A ticket without
    either opens nothing.
    """

    user_id: int
    sid: str = ""
    session_key: str = ""


def issue(sign_in: SignIn) -> str:
    """Return a new ticket that stands for ``sign_in`` for 30 seconds."""
    ticket = secrets.token_urlsafe(24)
    cache.set(_cache_key(ticket), asdict(sign_in), timeout=LIFETIME_SECONDS)
    return ticket


def redeem(ticket: str) -> SignIn | None:
    """Use up a WebSocket ticket and return the sign-in that it was issued for.

    Return ``None`` when the ticket is unknown, was used before or is over 30 seconds old, and also when the cache that
    keeps the tickets does not answer. The calling code has to check whether the sign-in is still valid.
    """
    key = _cache_key(ticket)
    kept = cache.get(key)
    # Of several requests at once only one deletes the key, so only one redeems the ticket.
    return SignIn(**kept) if kept and cache.delete(key) else None


def _cache_key(ticket: str) -> str:
    return f"socket-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
