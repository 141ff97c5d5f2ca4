"""Sign-in by username or by e-mail address."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class UsernameOrEmailBackend(ModelBackend):
    """Django's own backend: ``UserManager.get_by_natural_key`` already understands both names."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if username is None or password is None or "\x00" in username:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)
