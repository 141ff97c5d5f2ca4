"""Writes: sign-ins.

What a guard at the gate should know of goes to the log ``accounts.security``: refused and stolen credentials, by
network address and account id, never by name, password or token.
"""

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.utils import timezone

from accounts import limits
from accounts.clients import MAX_DEVICE_LENGTH, Client
from accounts.errors import EmailNotVerified, SessionNotFound, TokenRefused, WrongCredentials, WrongPassword
from accounts.models import User, UserSession, name_key
from accounts.tokens import SESSION_CLAIM, TokenPair, matches_password, new_refresh_token, pair, read_refresh_token
from utils.limits import forgive, spend

security_log = logging.getLogger("accounts.security")


def credentials_check(*, username: str, password: str, client: Client) -> User:
    """The user with this name, or e-mail address, and password: what every way of signing in begins with.

    Raises ``TooManyRequests``, or ``WrongCredentials``, the same and after the same work for an unknown name, a wrong
    password and a disabled account.
    """
    spend(limits.SIGN_IN_FROM_ADDRESS, client.address)
    known = User.objects.by_name(username)
    counted_as = _counted_as(known) if known else f"name {name_key(username)}"
    spend(limits.SIGN_IN_OF_ACCOUNT, counted_as)
    spend(limits.SIGN_IN, counted_as, client.address)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        security_log.info("Wrong credentials from %s.", client.address)
        raise WrongCredentials
    security_log.info("User %s signed in from %s.", user.pk, client.address)
    sign_in_limits_forgive(user=user, client=client)
    return user


def sign_in_limits_forgive(*, user: User, client: Client) -> None:
    """Wrong passwords tried for ``user`` no longer count: the owner has shown up."""
    forgive(limits.SIGN_IN_OF_ACCOUNT, _counted_as(user))
    forgive(limits.SIGN_IN, _counted_as(user), client.address)


def _counted_as(user: User) -> str:
    """Of all names of an account together."""
    return f"user {user.pk}"


def sign_in(
    *, username: str, password: str, client: Client, needs_verified_email: bool = False
) -> tuple[User, TokenPair]:
    """Check the credentials and open a session. Raises as ``credentials_check`` does, and ``EmailNotVerified``."""
    user = credentials_check(username=username, password=password, client=client)
    if needs_verified_email and not user.is_email_verified:
        raise EmailNotVerified
    return user, session_open(user=user, client=client)


def password_check(*, user: User, password: str) -> None:
    """The present password, asked for again before something that a stolen token must not do (ASVS 5.0, 7.5.1).

    Raises ``WrongPassword`` or ``TooManyRequests``.
    """
    spend(limits.PASSWORD_CHECK, str(user.pk))
    if not user.check_password(password):
        security_log.warning("A wrong present password for user %s, who is signed in.", user.pk)
        raise WrongPassword
    forgive(limits.PASSWORD_CHECK, str(user.pk))


def session_open(*, user: User, client: Client) -> TokenPair:
    session = UserSession(user=user, device=client.device[:MAX_DEVICE_LENGTH])
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
        current_jti=successor["jti"], expires_at=_expiry(successor), last_used_at=timezone.now()
    )
    if not rotated:
        security_log.warning("A used refresh token of user %s came again; its session ends.", session.user_id)
        session_revoke(session=session)
        raise TokenRefused
    return pair(successor)


def session_revoke(*, session: UserSession) -> None:
    UserSession.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=timezone.now())


def session_end(*, user: User, session_id: UUID) -> None:
    """End one of the user's own sign-ins. Raises ``SessionNotFound``, also for somebody else's."""
    own = UserSession.objects.filter(pk=session_id, user=user, revoked_at=None)
    if not own.update(revoked_at=timezone.now()):
        raise SessionNotFound


def sign_out(*, refresh: str) -> None:
    """End the session of ``refresh``; ending it again is no error. Raises ``TokenRefused`` for what is no token."""
    token = read_refresh_token(refresh)
    UserSession.objects.filter(pk=token[SESSION_CLAIM], revoked_at=None).update(revoked_at=timezone.now())


def sign_ins_end(*, user: User) -> None:
    """End every sign-in of ``user``: those with tokens and those with a cookie."""
    UserSession.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    user.sign_ins_ended_at = timezone.now()
    user.save(update_fields=["sign_ins_ended_at"])


def _expiry(token: Any) -> datetime:
    return datetime.fromtimestamp(token["exp"], tz=UTC)
