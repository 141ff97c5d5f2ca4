"""Reads: the user of a token, and the sign-ins of a user."""

from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils import timezone
from rest_framework_simplejwt.tokens import Token

from accounts.errors import CustomerGroupNotFound, TokenRefused
from accounts.models import CustomerGroup, User, UserSession
from accounts.tokens import SESSION_CLAIM, matches_password, read_token
from utils.sql import ModelColumns, fetch

_USER = ModelColumns(User)
# Every request of a signed-in caller runs this statement.
_USER_OF_SESSION = f"""SELECT {_USER.of("account")}
FROM "accounts_usersession" AS session JOIN "accounts_user" AS account ON account.id = session.user_id
WHERE session.id = %s AND session.revoked_at IS NULL
"""  # noqa: S608 - columns


def user_of_token(token: Token) -> User:
    """Return the user of a verified token, in one query.

    Role and permissions are read from the database, never from the token. Raise ``TokenRefused`` when the session has
    ended, the account is disabled or the password has changed since.
    """
    try:
        session_id = UUID(str(token[SESSION_CLAIM]))
    except (KeyError, ValueError) as error:
        raise TokenRefused from error
    users = [_USER.instance(row) for row in fetch(_USER_OF_SESSION, session_id)]
    if not users or not users[0].is_active or not matches_password(token, users[0]):
        raise TokenRefused
    return users[0]


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


def customer_group_get(code: str) -> CustomerGroup:
    """Return the customer group with this code. Raise ``CustomerGroupNotFound`` when there is none."""
    found = CustomerGroup.objects.filter(code=code).first()
    if found is None:
        raise CustomerGroupNotFound(field="group")
    return found


def sessions_of(user: User, *, current: str | None) -> QuerySet[UserSession]:
    """Select the user's open sign-ins with tokens, the newest first.

    ``is_current`` marks the sign-in whose id is ``current``; with ``None``, none is marked.
    """
    is_current = ExpressionWrapper(Q(pk=current), output_field=BooleanField()) if current else Value(False)
    mine = UserSession.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())
    return mine.annotate(is_current=is_current)
