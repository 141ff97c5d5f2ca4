"""Forms of the admin's user pages."""

from typing import Any

from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.querysets import active_superusers_locked
from accounts.services import sign_ins_end
from utils.admin import PhoneForm, PictureFormField
from utils.names import normalize_email


class _NamesMixin:
    """Refuse a username or e-mail address that another account has, even if it is spelled differently there.

    The database's constraints compare them in the same way.
    """

    cleaned_data: dict[str, Any]
    instance: User

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.named_like(username).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This username is taken.", code="unique")
        if username != self.instance.username:
            # None marks an old name that looks like another account's and may stay; a new name is always checked.
            self.instance.username_look = ""
        return username

    def clean_email(self) -> str | None:
        """Return the normalised e-mail address, or ``None`` for an empty one, which several accounts may have."""
        if not self.cleaned_data["email"]:
            return None
        email = normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This e-mail address is taken.", code="unique")
        return email


class UserAddForm(_NamesMixin, AdminUserCreationForm):
    """Create an account in the admin."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email", "role")


class UserEditForm(_NamesMixin, PhoneForm, UserChangeForm):
    """Edit an account in the admin."""

    class Meta(UserChangeForm.Meta):
        model = User
        field_classes = UserChangeForm.Meta.field_classes | {"avatar": PictureFormField}

    def clean(self) -> dict[str, Any]:
        """Refuse a superuser who is not staff, and a change that would leave the shop without an active superuser."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_superuser") and cleaned.get("role") != Role.STAFF:
            raise ValidationError({"role": "A superuser must have the role staff."})
        stays_superuser = cleaned.get("is_superuser") and cleaned.get("is_active")
        if not stays_superuser and active_superusers_locked(User.objects.all()) == [self.instance.pk]:
            raise ValidationError("At least one active superuser must remain.", code="last_superuser")
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    """Set an account's password and sign its user out everywhere."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        sign_ins_end(user=user)
        return user
