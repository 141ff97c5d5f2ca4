"""Reads: who is behind a token."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.utils import get_md5_hash_password

from accounts.errors import TokenRefused
from accounts.models import User, UserSession
from accounts.tokens import SESSION_CLAIM


def user_of_token(claims: Any) -> User:
    """The user of a verified access token, in one query.

    Roles and rights are the database's of this moment, never the token's. Raises ``TokenRefused`` when the session has
    ended, the account is disabled or the password has changed since.
    """
    try:
        session = UserSession.objects.select_related("user").get(pk=claims[SESSION_CLAIM], revoked_at=None)
    except (KeyError, UserSession.DoesNotExist, ValidationError) as error:
        raise TokenRefused from error
    hash_at_issue = str(claims.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
    unchanged = constant_time_compare(hash_at_issue, get_md5_hash_password(session.user.password))
    if not session.user.is_active or not unchanged:
        raise TokenRefused
    return session.user
