"""Authentication of HTTP requests by token and cookie, and the client that a request comes from."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import Token

from accounts import selectors
from accounts.clients import Client
from accounts.models import User
from utils.api.clients import ip_address_of
from utils.errors import Denied, Unauthenticated


class SessionJWTAuthentication(JWTAuthentication):
    """Authenticate a request by its access token, which is valid only while its ``UserSession`` is open."""

    def authenticate(self, request: Request) -> Any:
        """Return the user and the token, or ``None`` for a request without a token.

        A caller whose token is no longer valid may still read a ``PublicPage``, as a guest. On all other views, raise
        ``AuthenticationFailed`` or ``Unauthenticated`` for such a token.
        """
        try:
            return super().authenticate(request)
        except (AuthenticationFailed, Unauthenticated):
            view = request.parser_context.get("view")
            if request.method in SAFE_METHODS and getattr(view, "guests_read_it", False):
                return None
            raise

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return the token in the header. ``Bearer`` may be in any letter case (RFC 9110, 11.1)."""
        scheme, _, token = header.partition(b" ")
        return super().get_raw_token(b"Bearer " + token if scheme.lower() == b"bearer" else header)

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override] # simplejwt's own user classes
        return selectors.user_of_token(validated_token)


class SignedInRequest(Request):
    """Describe, for annotations, the request of a view that only signed-in users reach."""

    user: User


def client_of(request: Any) -> Client:
    """Return the IP address and device that sent ``request``. The request may be Django's or DRF's."""
    device = request.META.get("HTTP_USER_AGENT", "")
    return Client(address=ip_address_of(request), device="".join(filter(str.isprintable, device)))


def cookie_sign_in(request: Request, user: User) -> None:
    """Sign ``user`` in with a session cookie as well, for storefronts whose clients send no CSRF token at sign-in.

    Another site's page must not be able to sign a visitor in to an account of its own. Browsers send the page's origin
    and programs send none, so only a foreign origin is refused. Raise ``Denied`` when the request has one.
    """
    origin = request.headers.get("Origin", "")
    if origin and not _is_trusted(origin, request):
        raise Denied("Pages of this origin may not sign anyone in.")
    login(request._request, user)


def _is_trusted(origin: str, request: Request) -> bool:
    listed = {*settings.CSRF_TRUSTED_ORIGINS, *settings.CORS_ALLOWED_ORIGINS}
    return origin in listed or origin == f"{request.scheme}://{request.get_host()}"


def cookie_sign_out(request: Request) -> None:
    """Sign the cookie out too when the client signs out with its tokens, so that it is not left half signed in.

    No CSRF token is required, because clients with tokens have none, and refusing them would leave the sign-in open. A
    sign-out forced by another site's page would only be a nuisance, and browsers don't send SameSite cookies with a
    POST from such a page.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        logout(request._request)
