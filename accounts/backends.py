"""Django authentication backend for usernames and e-mail addresses."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class UsernameOrEmailBackend(ModelBackend):
    """Check the password of the account that has the given username or e-mail address.

    An unknown name takes as much work as a known one, so the time of the answer doesn't tell which names exist.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user with this name and password, else ``None``.

        Raise ``TooManyPasswords`` when the server is checking too many passwords at once.
        """
        if username is None or password is None or "\x00" in username:
            return None
        user = User.objects.by_name(username) or _nobody()
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None


def _nobody() -> User:
    """Return an account that accepts no password, but takes as long to check one as any other account."""
    user = User(is_active=False)
    user.set_unusable_password()
    return user
