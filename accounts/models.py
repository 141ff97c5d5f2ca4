"""People and the sign-ins they hold."""

import secrets
import unicodedata
import uuid
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    CUSTOMER = "customer"
    SELLER = "seller"
    STAFF = "staff"


class Gender(models.TextChoices):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


def normalize_email(address: str) -> str:
    """One spelling for each mailbox: NFKC, no outer spaces, small letters."""
    return unicodedata.normalize("NFKC", address).strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, email: str | None = None, password: str | None = None, **extra: Any) -> "User":
        user = self.model(
            username=self.model.normalize_username(username),
            email=normalize_email(email) if email else None,
            **extra,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str | None = None, password: str | None = None) -> "User":
        return self.create_user(username, email, password, role=Role.STAFF, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        """By username or e-mail, either without regard to case. What has an @ is an e-mail address first."""
        if username and "@" in username:
            by_email = self.filter(email=normalize_email(username)).first()
            if by_email is not None:
                return by_email
        return self.get(username__iexact=username)


def avatar_path(user: "User", filename: str) -> str:
    """Where an avatar is stored: under a name of ours. ``PictureField`` has named it after its detected format."""
    return f"avatars/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


class User(AbstractBaseUser, PermissionsMixin):
    username = models.CharField(max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(null=True, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    avatar = models.ImageField(upload_to=avatar_path, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=255, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=100, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_once"),
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(role=Role.STAFF), name="user_superuser_is_staff"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Django admin's word for it; the role decides."""
        return self.role == Role.STAFF

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username


class UserSession(models.Model):
    """One sign-in with tokens, from its first token pair to its end.

    All tokens of a sign-in carry its id. ``current_jti`` names the only refresh token that still works, so rotating is
    one conditional UPDATE, and an older token that shows up again gives the theft away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    current_jti = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%F %T}"
