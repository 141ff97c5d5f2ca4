"""The sign-in of a WebSocket, before it is accepted.

A client signs in with one of these; if it sends several, the first in this list counts: an ``Authorization: Bearer``
header, the subprotocol pair ``bearer, <access token>``, a one-use ``?ticket=``, the session cookie. A long-lived token
in the URL is ignored.

A browser always sends an ``Origin`` header. With a token or a ticket, the origin's host must be one that this shop
serves. Another site's page could make a browser send the cookie, so a cookie needs an ``Origin`` header that equals the
origin of the socket's own URL. Origins that the settings list may connect either way.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import DataError
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.utils.http import is_same_domain
from django.utils.module_loading import import_string
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User, UserSession
from accounts.selectors import user_of_token
from notifications import tickets
from utils.api.clients import ip_address_of
from utils.errors import DomainError

SUBPROTOCOL = "bearer"
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Visitor:
    """Hold a signed-in user and the proof of the sign-in, which is checked again while the socket is open.

    One of ``token`` (access token), ``sid`` (id of a ``UserSession``) and ``session_key`` (Django's) is set.
    ``subprotocol`` is the one to accept, if the client sent its token in one.
    """

    user: User
    token: str = ""
    sid: str = ""
    session_key: str = ""
    subprotocol: str | None = None


@database_sync_to_async
def identify(scope: dict[str, Any]) -> Visitor | None:
    """Return the visitor of this connection, or ``None`` when the connection must be refused.

    A handshake that can't be parsed is refused, too.
    """
    try:
        return _visitor(_request(scope), scope.get("subprotocols", []))
    except (SuspiciousOperation, ValueError, DataError):
        return None


def client_address(scope: dict[str, Any]) -> str:
    """Return the client's IP address, by which open sockets are counted.

    ``scope`` is the connection's ASGI scope. For IPv6, return the /64 network. Return ``unknown`` when there is
    no address.
    """
    return ip_address_of(_request(scope))


@database_sync_to_async
def still_welcome(visitor: Visitor) -> bool:
    """Return whether the visitor's token or session is still valid, and the user's password has not changed."""
    if visitor.token:
        now = _by_token(visitor.token)
    elif visitor.sid:
        now = _by_user_session(visitor.sid)
    else:
        now = _by_django_session(visitor.session_key)
    return now is not None and (now.user.pk, now.user.password) == (visitor.user.pk, visitor.user.password)


def _request(scope: dict[str, Any]) -> ASGIRequest:
    """Return the opening handshake as an HTTP request, so that the settings for hosts and proxies apply to it."""
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    query = scope.get("query_string", b"").decode("latin1")
    return ASGIRequest({**scope, "method": "GET", "scheme": scheme, "query_string": query}, BytesIO())


def _visitor(request: ASGIRequest, subprotocols: list[str]) -> Visitor | None:
    origin = request.headers.get("Origin", "")
    if origin and not (_is_listed(origin) or _is_of_own_host(origin)):
        return None
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(bearer)
    if subprotocols[:1] == [SUBPROTOCOL]:
        visitor = _by_token("".join(subprotocols[1:2]))
        return replace(visitor, subprotocol=SUBPROTOCOL) if visitor else None
    if ticket := request.GET.get("ticket"):
        return _by_ticket(ticket)
    if origin and (_is_listed(origin) or _is_same_origin(request, origin)):
        return _by_django_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    return None


def _is_listed(origin: str) -> bool:
    if origin in settings.CORS_ALLOWED_ORIGINS or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    seen = urlsplit(origin)
    patterns = (urlsplit(entry) for entry in settings.CSRF_TRUSTED_ORIGINS if "*" in entry)
    return any(
        seen.scheme == pattern.scheme and is_same_domain(seen.netloc, pattern.netloc.lstrip("*"))
        for pattern in patterns
    )


def _is_of_own_host(origin: str) -> bool:
    scheme, domain, _ = _parts(origin)
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    return scheme in _DEFAULT_PORTS and bool(domain) and validate_host(domain, allowed)


def _is_same_origin(request: ASGIRequest, origin: str) -> bool:
    return _parts(origin) == _parts(f"{request.scheme}://{request.get_host()}")


def _parts(origin: str) -> tuple[str, str, str]:
    """Return scheme, host and port of ``origin``; the host is empty when the origin is malformed."""
    parts = urlsplit(origin)
    domain, port = split_domain_port(parts.netloc)
    return parts.scheme, domain, port or _DEFAULT_PORTS.get(parts.scheme, "")


def _by_token(text: str) -> Visitor | None:
    try:
        user = user_of_token(AccessToken(text))  # type: ignore[arg-type] # simplejwt annotates the token it returns
    except (TokenError, DomainError):
        return None
    return Visitor(user=user, token=text)


def _by_ticket(text: str) -> Visitor | None:
    sign_in = tickets.redeem(text)
    if sign_in is None:
        return None
    visitor = _by_user_session(sign_in.sid) if sign_in.sid else _by_django_session(sign_in.session_key)
    return visitor if visitor and visitor.user.pk == sign_in.user_id else None


def _by_user_session(sid: str) -> Visitor | None:
    session = (
        UserSession.objects.select_related("user")
        .filter(pk=sid, revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )
    return Visitor(user=session.user, sid=sid) if session else None


def _by_django_session(key: str) -> Visitor | None:
    if not key:
        return None
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    user = get_user(request)
    return Visitor(user=user, session_key=key) if isinstance(user, User) else None
