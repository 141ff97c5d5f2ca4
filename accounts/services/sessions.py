"""Services that open, renew and end sign-ins.

Refused and stolen credentials are written to the log ``accounts.security``, with the IP address or the account's id,
never with a name, password or token.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth import authenticate
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import limits
from accounts.clients import MAX_DEVICE_LENGTH, Client
from accounts.errors import EmailNotVerified, SessionNotFound, TokenRefused, WrongCredentials, WrongPassword
from accounts.models import User, UserSession
from accounts.tokens import SESSION_CLAIM, TokenPair, matches_password, pair, read_refresh_token, refresh_token_of
from utils.limits import forgive, spend
from utils.names import name_key

security_log = logging.getLogger("accounts.security")

# How long clients wait for an answer before they send the request again.
REFRESH_GRACE = timedelta(seconds=60)


def credentials_check(*, username: str, password: str, client: Client) -> User:
    """Return the user with this username or e-mail address and this password; every way of signing in starts here.

    Raise ``WrongCredentials``, with the same text and after the same work, for an unknown name, a wrong password and a
    disabled account. Raise ``TooManyRequests`` when a rate limit is used up, and ``TooManyPasswords`` when the server
    is checking too many passwords at once.
    """
    spend(limits.SIGN_IN_FROM_ADDRESS, client.address)
    known = User.objects.by_name(username)
    counted_as = _counted_as(known) if known else f"name {name_key(username)}"
    spend(limits.SIGN_IN_OF_ACCOUNT, counted_as)
    spend(limits.SIGN_IN, counted_as, client.address)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        security_log.info("Wrong credentials from IP address %s.", client.address)
        raise WrongCredentials
    security_log.info("User %s signed in from %s.", user.pk, client.address)
    sign_in_limits_forgive(user=user, client=client)
    return user


def sign_in_limits_forgive(*, user: User, client: Client) -> None:
    """Forget the wrong passwords that were tried for ``user``, after the owner has signed in or set a new password."""
    forgive(limits.SIGN_IN_OF_ACCOUNT, _counted_as(user))
    forgive(limits.SIGN_IN, _counted_as(user), client.address)


def _counted_as(user: User) -> str:
    """Return the name under which attempts to sign in to the user's account are counted.

    It is the same for the username and the e-mail address, so entering them in turn gives no additional attempts.
    """
    return f"user {user.pk}"


def sign_in(
    *, username: str, password: str, client: Client, needs_verified_email: bool = False
) -> tuple[User, TokenPair]:
    """Check the credentials, open a session, and return the user and the tokens.

    Raise ``WrongCredentials``, ``TooManyRequests`` or ``TooManyPasswords`` as ``credentials_check`` does. With
    ``needs_verified_email``, raise ``EmailNotVerified`` for a user whose mailbox is not verified.
    """
    user = credentials_check(username=username, password=password, client=client)
    if needs_verified_email and not user.is_email_verified:
        raise EmailNotVerified
    return user, session_open(user=user, client=client)


def password_check(*, user: User, password: str) -> None:
    """Check the current password again, before an action for which a stolen token must not be enough (ASVS 5.0, 7.5.1).

    Raise ``WrongPassword`` when it is wrong. Raise ``TooManyRequests`` when a rate limit is used up.
    """
    spend(limits.PASSWORD_CHECK, str(user.pk))
    if not user.check_password(password):
        security_log.warning("User %s, who is signed in, gave a wrong current password.", user.pk)
        raise WrongPassword
    forgive(limits.PASSWORD_CHECK, str(user.pk))


def session_open(*, user: User, client: Client) -> TokenPair:
    """Open a session for ``user`` without checking anything, and return its first token pair."""
    session = UserSession(user=user, device=client.device[:MAX_DEVICE_LENGTH], **_fresh_token())
    session.save(force_insert=True)
    return pair(refresh_token_of(session))


def session_rotate(*, refresh: str) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Of several requests with the same token, exactly one makes the new refresh token. Within ``REFRESH_GRACE`` the
    others get that same token, because a phone on a bad line sends the request again when the answer is lost. A token
    that was exchanged earlier ends its whole session, because either the owner or a thief holds a stale copy (RFC 9700,
    section 4.14.2). Raise ``TokenRefused`` for such a token, and for one that is not valid.
    """
    token = read_refresh_token(refresh)
    jti = token[api_settings.JTI_CLAIM]
    session = _session_of(token)
    successor = _fresh_token()
    if UserSession.objects.filter(pk=session.pk, current_jti=jti, revoked_at=None).update(
        previous_jti=jti, **successor
    ):
        for name, value in successor.items():
            setattr(session, name, value)
        return pair(refresh_token_of(session))
    session = _session_of(token)
    if session.previous_jti == jti and session.last_used_at > timezone.now() - REFRESH_GRACE:
        return pair(refresh_token_of(session))
    security_log.warning("A used refresh token of user %s was sent again; its session ends.", session.user_id)
    session_revoke(session=session)
    raise TokenRefused


def _session_of(token: RefreshToken) -> UserSession:
    """Read the open session of ``token``. Raise ``TokenRefused`` when the session or the token is no longer valid."""
    session = UserSession.objects.select_related("user").filter(pk=token[SESSION_CLAIM], revoked_at=None).first()
    if session is None or not session.user.is_active or not matches_password(token, session.user):
        raise TokenRefused
    return session


def _fresh_token() -> dict[str, str | datetime]:
    """Return new values for the session fields that define its current refresh token."""
    now = timezone.now()
    return {
        "current_jti": uuid4().hex,
        "last_used_at": now,
        "expires_at": now + api_settings.REFRESH_TOKEN_LIFETIME,
    }


def session_revoke(*, session: UserSession) -> None:
    """End a session; ending it again changes nothing."""
    UserSession.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=timezone.now())


def session_end(*, user: User, session_id: UUID) -> None:
    """End one of the user's own sessions.

    Raise ``SessionNotFound`` when there is no such open session, or when it is another user's.
    """
    own = UserSession.objects.filter(pk=session_id, user=user, revoked_at=None)
    if not own.update(revoked_at=timezone.now()):
        raise SessionNotFound


def sign_out(*, refresh: str) -> None:
    """End the session of the refresh token ``refresh``; ending it again is no error.

    Raise ``TokenRefused`` when ``refresh`` is not an unexpired refresh token of this shop.
    """
    token = read_refresh_token(refresh)
    UserSession.objects.filter(pk=token[SESSION_CLAIM], revoked_at=None).update(revoked_at=timezone.now())


def sign_ins_end(*, user: User) -> None:
    """End every sign-in of ``user``, those with tokens and those with a cookie."""
    UserSession.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    user.sign_ins_ended_at = timezone.now()
    user.save(update_fields=["sign_ins_ended_at"])
