"""One-use tickets for WebSockets.

A browser can't send an Authorization header with one, and a token in a URL is logged.
"""

import secrets

from django.core import signing
from django.core.cache import cache

from accounts.models import User

LIFETIME_SECONDS = 30
_SALT = "notifications.socket-ticket"


def issue(user: User) -> str:
    return signing.dumps({"user": user.pk, "nonce": secrets.token_urlsafe(12)}, salt=_SALT)


def redeem(ticket: str) -> User | None:
    """The active user that ``ticket`` was issued to, the first time within 30 seconds; else ``None``.

    A cache that can't answer refuses the ticket: it might have been used before.
    """
    try:
        claims = signing.loads(ticket, salt=_SALT, max_age=LIFETIME_SECONDS)
    except signing.BadSignature:
        return None
    if not cache.add(f"socket-ticket:{claims['nonce']}", 1, timeout=2 * LIFETIME_SECONDS):
        return None
    return User.objects.filter(pk=claims["user"], is_active=True).first()
