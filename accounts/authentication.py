"""The HTTP edge of sign-ins: DRF's door for bearer tokens, and where a request comes from."""

from typing import Any

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts import selectors
from accounts.clients import Client
from accounts.models import User
from utils.api.clients import address_of


class SessionJWTAuthentication(JWTAuthentication):
    """An access token is good only while its ``UserSession`` is."""

    def get_user(self, validated_token: Any) -> User:  # type: ignore[override] # simplejwt's own user classes
        return selectors.user_of_token(validated_token)


class SignedInRequest(Request):
    """For annotations: the request of a view that only signed-in users reach."""

    user: User


def client_of(request: Any) -> Client:
    """Of Django's request or DRF's."""
    device = request.META.get("HTTP_USER_AGENT", "")
    return Client(address=address_of(request), device="".join(filter(str.isprintable, device)))
