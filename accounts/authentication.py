"""The HTTP edge of sign-ins: DRF's door for bearer tokens, and where a request comes from."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts import selectors
from accounts.clients import Client
from accounts.models import User
from utils.api.clients import address_of
from utils.errors import Denied, Unauthenticated


class SessionJWTAuthentication(JWTAuthentication):
    """Read an access token, which is good only while its ``UserSession`` is."""

    def authenticate(self, request: Request) -> Any:
        """Return the user and the token, or None without a token.

        On a page that is everybody's (``PublicPage``), a token that is no longer good makes its sender a guest. Raises
        ``AuthenticationFailed`` or ``Unauthenticated`` elsewhere.
        """
        try:
            return super().authenticate(request)
        except (AuthenticationFailed, Unauthenticated):
            view = request.parser_context.get("view")
            if request.method in SAFE_METHODS and getattr(view, "guests_read_it", False):
                return None
            raise

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Read ``Bearer`` in any letter case (RFC 9110, 11.1)."""
        scheme, _, token = header.partition(b" ")
        return super().get_raw_token(b"Bearer " + token if scheme.lower() == b"bearer" else header)

    def get_user(self, validated_token: Any) -> User:  # type: ignore[override] # simplejwt's own user classes
        return selectors.user_of_token(validated_token)


class SignedInRequest(Request):
    """For annotations: the request of a view that only signed-in users reach."""

    user: User


def client_of(request: Any) -> Client:
    """Of Django's request or DRF's."""
    device = request.META.get("HTTP_USER_AGENT", "")
    return Client(address=address_of(request), device="".join(filter(str.isprintable, device)))


def cookie_sign_in(request: Request, user: User) -> None:
    """Set the session's cookie beside tokens, for documents whose clients send no CSRF token when they sign in.

    A stranger's page must not be able to sign a visitor in to the stranger's account: browsers name the page's origin,
    programs don't. Raises ``Denied``.
    """
    origin = request.headers.get("Origin", "")
    if origin and not _is_ours(origin, request):
        raise Denied("Pages of this origin may not sign anybody in.")
    login(request._request, user)


def _is_ours(origin: str, request: Request) -> bool:
    listed = {*settings.CSRF_TRUSTED_ORIGINS, *settings.CORS_ALLOWED_ORIGINS}
    return origin in listed or origin == f"{request.scheme}://{request.get_host()}"


def cookie_sign_out(request: Request) -> None:
    """End the sign-in of the browser's cookie too, when its tokens are ended: nobody stays signed in by half.

    No CSRF token is asked for, which clients with tokens don't have: refusing would leave the sign-in open, while a
    stranger's page that ends it is a nuisance, and browsers send a SameSite cookie with no such page's POST.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        logout(request._request)
