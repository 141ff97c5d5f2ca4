"""Reads: who is behind a token."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.errors import TokenRefused
from accounts.models import User, UserSession
from accounts.tokens import SESSION_CLAIM, matches_password


def user_of_token(claims: Any) -> User:
    """The user of a verified access token, in one query.

    Roles and rights are the database's of this moment, never the token's. Raises ``TokenRefused`` when the session has
    ended, the account is disabled or the password has changed since.
    """
    try:
        session = UserSession.objects.select_related("user").get(pk=claims[SESSION_CLAIM], revoked_at=None)
    except (KeyError, UserSession.DoesNotExist, ValidationError) as error:
        raise TokenRefused from error
    if not session.user.is_active or not matches_password(claims, session.user):
        raise TokenRefused
    return session.user
