"""Who is at the other end of a WebSocket, decided before it is accepted.

In this order: an ``Authorization: Bearer`` header, the subprotocol pair ``bearer, <access token>``, a one-use
``?ticket=``, the session cookie. A long-lived token in the URL is not read. A browser always sends an Origin: it must
be one of ours, or one that CORS allows. A client without Origin is no browser and must bring a token or a ticket,
since a cookie is what another site's page could make a browser send.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http.request import validate_host
from django.utils.module_loading import import_string
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from accounts.selectors import user_of_token
from notifications import tickets
from utils.errors import DomainError

SUBPROTOCOL = "bearer"


@dataclass(frozen=True)
class Visitor:
    """A user with what proved it; ``token`` is kept so that it can be checked again while the socket is open."""

    user: User
    token: str = ""
    subprotocol: str | None = None


@database_sync_to_async
def identify(scope: dict[str, Any]) -> Visitor | None:
    """The visitor of this connection, or ``None`` when it must be refused."""
    headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
    origin = headers.get("origin", "")
    if origin and not _origin_is_ours(origin):
        return None
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(bearer)
    if scope.get("subprotocols", [])[:1] == [SUBPROTOCOL]:
        return _by_token("".join(scope["subprotocols"][1:2]), subprotocol=SUBPROTOCOL)
    if ticket := parse_qs(scope.get("query_string", b"").decode("latin1")).get("ticket"):
        user = tickets.redeem(ticket[0])
        return Visitor(user=user) if user else None
    return _by_cookie(headers.get("cookie", "")) if origin else None


@database_sync_to_async
def still_welcome(visitor: Visitor) -> bool:
    """Whether the account is active and the token, if it came with one, would still be accepted."""
    if visitor.token:
        return _by_token(visitor.token) is not None
    return User.objects.filter(pk=visitor.user.pk, is_active=True, password=visitor.user.password).exists()


def _origin_is_ours(origin: str) -> bool:
    if origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    parts = urlsplit(origin)
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    return parts.scheme in ("http", "https") and validate_host(
        (parts.netloc or "").rpartition(":")[0] or parts.netloc, allowed
    )


def _by_token(text: str, *, subprotocol: str | None = None) -> Visitor | None:
    try:
        user = user_of_token(AccessToken(text))  # type: ignore[arg-type] # simplejwt annotates the token it returns
    except (TokenError, DomainError):
        return None
    return Visitor(user=user, token=text, subprotocol=subprotocol)


def _by_cookie(header: str) -> Visitor | None:
    cookies = dict(part.strip().partition("=")[::2] for part in header.split(";"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    request = type("RequestWithSession", (), {"session": session})()
    user = get_user(request)
    return Visitor(user=user) if user.is_authenticated else None
