"""Access and refresh tokens of a ``UserSession`` (JWT, RFC 7519), made and checked by simplejwt."""

from dataclasses import dataclass

from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken, Token, UntypedToken
from rest_framework_simplejwt.utils import datetime_to_epoch, get_md5_hash_password

from accounts.errors import TokenRefused
from accounts.models import User, UserSession

SESSION_CLAIM = "sid"


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str


def refresh_token_of(session: UserSession) -> RefreshToken:
    """Make the current refresh token of ``session`` from its row and the signing key.

    The text is the same every time.
    """
    token = RefreshToken.for_user(session.user)
    token[SESSION_CLAIM] = str(session.pk)
    token[api_settings.JTI_CLAIM] = session.current_jti
    token["iat"] = datetime_to_epoch(session.last_used_at)
    token["exp"] = datetime_to_epoch(session.expires_at)
    return token


def read_refresh_token(text: str) -> RefreshToken:
    """Read a refresh token. Raise ``TokenRefused`` for anything but an unexpired refresh token of this shop."""
    try:
        token = RefreshToken(text)  # type: ignore[arg-type] # simplejwt annotates the token it returns, not the text
    except (TokenError, ValueError) as error:
        raise TokenRefused from error
    if SESSION_CLAIM not in token:
        raise TokenRefused
    return token


def read_token(text: str) -> Token:
    """Read an access or refresh token. Raise ``TokenRefused`` for anything but an unexpired token of this shop."""
    try:
        return UntypedToken(text)  # type: ignore[arg-type] # as above
    except (TokenError, ValueError) as error:
        raise TokenRefused from error


def matches_password(token: Token, user: User) -> bool:
    """Return whether the user's password is still the same as when the token was issued."""
    hash_at_issue = str(token.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
    return constant_time_compare(hash_at_issue, get_md5_hash_password(user.password))


def pair(token: RefreshToken) -> TokenPair:
    """Return the refresh token and a new access token, both as text."""
    return TokenPair(access=str(token.access_token), refresh=str(token))
