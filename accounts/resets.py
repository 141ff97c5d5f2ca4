"""Links for a new password.

A link is bound to the account's password, mailbox and last cookie sign-in, so it is void once it was used or one of
these has changed, and after ``PASSWORD_RESET_TIMEOUT``. Nothing is stored. Its host comes from ``FRONTEND_URL``, never
from the request: whoever sends a forged Host header must not decide where the mail points.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import User

# Where on FRONTEND_URL the link leads. After the # it reaches neither a server's log nor a Referer header.
OUR_PAGE = "account/new-password/#{token}"


class _ResetTokenGenerator(PasswordResetTokenGenerator):
    key_salt = "accounts.resets"


_generator = _ResetTokenGenerator()


@dataclass(frozen=True)
class ResetToken:
    """``uid`` names the account, ``secret`` proves the mail was read; ``str()`` is both in one word for a URL."""

    uid: str
    secret: str

    def __str__(self) -> str:
        return f"{self.uid}.{self.secret}"

    @classmethod
    def parse(cls, text: str) -> "ResetToken":
        uid, _, secret = text.partition(".")
        return cls(uid, secret)

    @property
    def user_id(self) -> int:
        """0, which no account has, for nonsense."""
        try:
            return int(urlsafe_base64_decode(self.uid)) if len(self.uid) < 30 else 0
        except (ValueError, UnicodeError):
            return 0


def token_for(user: User) -> ResetToken:
    return ResetToken(urlsafe_base64_encode(str(user.pk).encode()), _generator.make_token(user))


def is_valid(token: ResetToken, user: User) -> bool:
    return _generator.check_token(user, token.secret)


def link(user: User, *, page: str) -> str:
    """``page`` is a path with ``{token}``, or ``{uid}`` and ``{secret}``, in it."""
    token = token_for(user)
    return f"{settings.FRONTEND_URL}/{page.format(token=token, uid=token.uid, secret=token.secret)}"
