"""Writes: accounts and their sign-ins."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import BadUsername, EmailTaken, TokenRefused, UsernameTaken, WeakPassword, WrongCredentials
from accounts.models import User, UserSession, normalize_email
from accounts.tokens import SESSION_CLAIM, TokenPair, matches_password, new_refresh_token, pair, read_refresh_token

PROFILE_FIELDS = frozenset(
    {"first_name", "last_name", "gender", "avatar", "phone", "address", "city", "postal_code", "country"}
)


def user_register(*, username: str, password: str, email: str = "", **profile: Any) -> User:
    """Create a customer.

    Raises ``BadUsername``, ``UsernameTaken``, ``EmailTaken`` or ``WeakPassword``; under a race the database's
    constraints decide.
    """
    unknown = profile.keys() - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not profile fields: {sorted(unknown)}")
    if "@" in username:
        raise BadUsername(field="username")
    _require_strong(password, user=User(username=username, email=email, **profile))
    _require_free(username=username, email=email)
    try:
        with transaction.atomic():
            return User.objects.create_user(username, email or None, password, **profile)
    except IntegrityError as error:
        _require_free(username=username, email=email)
        raise UsernameTaken from error


def _require_free(*, username: str, email: str) -> None:
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken
    if email and User.objects.filter(email=normalize_email(email)).exists():
        raise EmailTaken


def _require_strong(password: str, *, user: User) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error


def profile_update(*, user: User, **fields: Any) -> User:
    """Change profile fields, nothing else: roles, names of sign-in and passwords have their own ways."""
    unknown = fields.keys() - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not profile fields: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    return user


def sign_in(*, username: str, password: str) -> tuple[User, TokenPair]:
    """Check a username or e-mail address with its password and open a session.

    Raises ``WrongCredentials``, the same for an unknown name, a wrong password and a disabled account.
    """
    user = authenticate(username=username, password=password)
    if user is None:
        raise WrongCredentials
    return user, session_open(user=user)


def session_open(*, user: User) -> TokenPair:
    session = UserSession(user=user)
    token = new_refresh_token(session)
    session.current_jti = token["jti"]
    session.expires_at = _expiry(token)
    session.save(force_insert=True)
    return pair(token)


def session_rotate(*, refresh: str) -> TokenPair:
    """Exchange a refresh token for a new pair, once.

    Of several requests with one token exactly one succeeds. A token that was exchanged before ends its whole session,
    since either its owner or a thief now holds a stale copy (RFC 9700, section 4.14.2). Raises ``TokenRefused``.
    """
    token = read_refresh_token(refresh)
    session = UserSession.objects.select_related("user").filter(pk=token[SESSION_CLAIM], revoked_at=None).first()
    if session is None or not session.user.is_active or not matches_password(token, session.user):
        raise TokenRefused
    successor = new_refresh_token(session)
    rotated = UserSession.objects.filter(pk=session.pk, current_jti=token["jti"], revoked_at=None).update(
        current_jti=successor["jti"], expires_at=_expiry(successor)
    )
    if not rotated:
        session_revoke(session=session)
        raise TokenRefused
    return pair(successor)


def session_revoke(*, session: UserSession) -> None:
    UserSession.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=timezone.now())


def sign_out(*, refresh: str) -> None:
    """End the session of ``refresh``; ending it again is no error. Raises ``TokenRefused`` for what is no token."""
    token = read_refresh_token(refresh)
    UserSession.objects.filter(pk=token[SESSION_CLAIM], revoked_at=None).update(revoked_at=timezone.now())


def password_change(*, user: User, old_password: str, new_password: str) -> TokenPair:
    """Set a new password, end every session of ``user`` and open a new one.

    Raises ``WrongCredentials`` or ``WeakPassword``.
    """
    if not user.check_password(old_password):
        raise WrongCredentials("The present password is wrong.")
    _require_strong(new_password, user=user)
    with transaction.atomic():
        user.set_password(new_password)
        user.save(update_fields=["password"])
        UserSession.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        return session_open(user=user)


def _expiry(token: Any) -> datetime:
    return datetime.fromtimestamp(token["exp"], tz=UTC)
