"""DRF's door for bearer tokens."""

from typing import Any

from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts import selectors
from accounts.models import User


class SessionJWTAuthentication(JWTAuthentication):
    """An access token is good only while its ``UserSession`` is."""

    def get_user(self, validated_token: Any) -> User:
        return selectors.user_of_token(validated_token)
