"""Sign-in by username or by e-mail address."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class UsernameOrEmailBackend(ModelBackend):
    """Django's own backend, with both names and the same work for a name that nobody has."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Raises ``TooManyPasswords``."""
        if username is None or password is None or "\x00" in username:
            return None
        user = User.objects.by_name(username) or _nobody()
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None


def _nobody() -> User:
    """An account that no password opens; trying one takes as long as with any other account."""
    user = User(is_active=False)
    user.set_unusable_password()
    return user
