"""Password reset links.

A link is bound to the account's password, mailbox and last cookie sign-in. It stops working when one of these changes,
so also when it is used, and after ``PASSWORD_RESET_TIMEOUT`` seconds. Nothing is stored. The link's host comes from
``FRONTEND_URL``, never from the request: a forged Host header must not decide where the mailed link leads.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import User

# Where on FRONTEND_URL the link leads. What follows the # reaches neither a server's log nor a Referer header.
OUR_PAGE = "account/new-password/#{token}"


class _ResetTokenGenerator(PasswordResetTokenGenerator):
    """Make and check the secrets of reset links, with a salt that nothing else uses."""

    key_salt = "accounts.resets"


_generator = _ResetTokenGenerator()


@dataclass(frozen=True)
class ResetToken:
    """Hold the token of a mailed link.

    ``uid`` names the account, and ``secret`` proves that its owner read the mail. ``str()`` joins both for a URL.
    """

    uid: str
    secret: str

    def __str__(self) -> str:
        return f"{self.uid}.{self.secret}"

    @classmethod
    def parse(cls, text: str) -> "ResetToken":
        """Split the text of a token into its parts; a malformed text makes a token that no account accepts."""
        uid, _, secret = text.partition(".")
        return cls(uid, secret)

    @property
    def user_id(self) -> int:
        """Return the id of the token's account; 0, which no account has, when ``uid`` is malformed."""
        try:
            return int(urlsafe_base64_decode(self.uid)) if len(self.uid) < 30 else 0
        except (ValueError, UnicodeError):
            return 0


def token_for(user: User) -> ResetToken:
    """Make the token that a password reset link of ``user`` carries."""
    return ResetToken(urlsafe_base64_encode(str(user.pk).encode()), _generator.make_token(user))


def is_valid(token: ResetToken, user: User) -> bool:
    """Return whether ``token`` may still set a new password for ``user``."""
    return _generator.check_token(user, token.secret)


def link(user: User, *, page: str) -> str:
    """Make a password reset link for ``user``.

    ``page`` is a path on ``FRONTEND_URL`` that contains ``{token}``, or ``{uid}`` and ``{secret}``.
    """
    token = token_for(user)
    return f"{settings.FRONTEND_URL}/{page.format(token=token, uid=token.uid, secret=token.secret)}"
