"""The admin's sign-in form, with the same limits on guessing as the API."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from accounts import services
from accounts.authentication import client_of
from accounts.errors import TooManyPasswords, WrongCredentials
from utils.limits import TooManyRequests


class SignInForm(AdminAuthenticationForm):
    """Sign in to the admin by username or e-mail address."""

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            self.user_cache = self._check(username, password)
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def _check(self, username: str, password: str) -> Any:
        """Return the user with these credentials. Raise an error of the form when they are wrong."""
        try:
            return services.credentials_check(username=username, password=password, client=client_of(self.request))
        except WrongCredentials as error:
            raise self.get_invalid_login_error() from error
        except (TooManyRequests, TooManyPasswords) as error:
            raise ValidationError(str(error), code=error.code) from error


admin.site.login_form = SignInForm
