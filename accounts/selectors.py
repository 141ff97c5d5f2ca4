"""Reads: the user of a token, and the sign-ins of a user."""

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils import timezone
from rest_framework_simplejwt.tokens import Token

from accounts.errors import TokenRefused
from accounts.models import User, UserSession
from accounts.tokens import SESSION_CLAIM, matches_password, read_token


def user_of_token(token: Token) -> User:
    """Return the user of a verified token, in one query.

    Role and permissions are read from the database, never from the token. Raise ``TokenRefused`` when the session has
    ended, the account is disabled or the password has changed since.
    """
    try:
        session = UserSession.objects.select_related("user").get(pk=token[SESSION_CLAIM], revoked_at=None)
    except (KeyError, UserSession.DoesNotExist, ValidationError) as error:
        raise TokenRefused from error
    if not session.user.is_active or not matches_password(token, session.user):
        raise TokenRefused
    return session.user


def user_of_any_token(text: str) -> User:
    """Return the user of an access token, or of a refresh token that has not been exchanged yet.

    Raise ``TokenRefused`` for any other text, and when ``user_of_token`` does.
    """
    token = read_token(text)
    user = user_of_token(token)
    exchanged = user.sessions.filter(pk=token[SESSION_CLAIM]).exclude(current_jti=token["jti"])
    if token.get("token_type") != "access" and exchanged.exists():
        raise TokenRefused
    return user


def sessions_of(user: User, *, current: str | None) -> QuerySet[UserSession]:
    """Select the user's open sign-ins with tokens, the newest first.

    ``is_current`` marks the sign-in whose id is ``current``; with ``None``, none is marked.
    """
    is_current = ExpressionWrapper(Q(pk=current), output_field=BooleanField()) if current else Value(False)
    mine = UserSession.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())
    return mine.annotate(is_current=is_current)
