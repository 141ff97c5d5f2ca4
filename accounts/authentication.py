"""DRF's door for bearer tokens."""

from typing import Any

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts import selectors
from accounts.models import User


class SessionJWTAuthentication(JWTAuthentication):
    """An access token is good only while its ``UserSession`` is."""

    def get_user(self, validated_token: Any) -> User:  # type: ignore[override] # simplejwt's own user classes
        return selectors.user_of_token(validated_token)


class SignedInRequest(Request):
    """For annotations: the request of a view that only signed-in users reach."""

    user: User
