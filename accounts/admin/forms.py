"""The forms behind the user pages."""

from typing import Any

from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.querysets import active_superusers_locked
from accounts.services import sign_ins_end
from utils.admin import PhoneForm, PictureFormField
from utils.names import normalize_email


class _NamesMixin:
    """Names of sign-in are taken in any spelling, as the database's constraints have it."""

    cleaned_data: dict[str, Any]
    instance: User

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.named_like(username).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This username is taken.", code="unique")
        if username != self.instance.username:
            self.instance.username_look = ""  # counts from now on, even if the old name looked like another
        return username

    def clean_email(self) -> str | None:
        """No address is ``None``, so that several accounts may have none."""
        if not self.cleaned_data["email"]:
            return None
        email = normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This e-mail address is taken.", code="unique")
        return email


class UserAddForm(_NamesMixin, AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email", "role")


class UserEditForm(_NamesMixin, PhoneForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        field_classes = UserChangeForm.Meta.field_classes | {"avatar": PictureFormField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_superuser") and cleaned.get("role") != Role.STAFF:
            raise ValidationError({"role": "A superuser's role is staff."})
        stays_superuser = cleaned.get("is_superuser") and cleaned.get("is_active")
        if not stays_superuser and active_superusers_locked(User.objects.all()) == [self.instance.pk]:
            raise ValidationError("Somebody must remain who can hand out rights.", code="last_superuser")
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    """Whoever is signed in with the old password is not any more."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        sign_ins_end(user=user)
        return user
