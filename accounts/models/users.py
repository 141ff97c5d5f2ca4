"""People."""

import secrets
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import passwords
from utils.names import MAX_USERNAME_LENGTH, UsernameValidator, name_key, name_look, normalize_email


class Role(models.TextChoices):
    CUSTOMER = "customer"
    SELLER = "seller"
    STAFF = "staff"


class Gender(models.TextChoices):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class NameKeyField(models.CharField):
    """Follows ``username`` whenever the row is saved: databases fold letters each in their own way."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(model_instance.username)  # type: ignore[attr-defined] # the one model that has it
        setattr(model_instance, self.attname, key)
        return key


class NameLookField(models.CharField):
    """Follows ``username`` as ``NameKeyField`` does. ``None`` stays: two looked alike before this was looked at."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        look = getattr(model_instance, self.attname)
        if add or look is not None:
            look = name_look(model_instance.username)  # type: ignore[attr-defined] # as above
            setattr(model_instance, self.attname, look)
        return look


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, email: str | None = None, password: str | None = None, **extra: Any) -> "User":
        user = self.prepare_user(username, email, password, **extra)
        user.save(using=self._db)
        return user

    def prepare_user(self, username: str, email: str | None, password: str | None, **extra: Any) -> "User":
        """A user with a hashed password, not saved yet: hashing takes too long to do it in a transaction."""
        user = self.model(
            username=self.model.normalize_username(username),
            email=normalize_email(email) if email else None,
            **extra,
        )
        user.set_password(password)
        return user

    def create_superuser(self, username: str, email: str | None = None, password: str | None = None) -> "User":
        """Whoever has the command line needs no mail to prove an address."""
        rights = {"role": Role.STAFF, "is_superuser": True, "email_verified_at": timezone.now()}
        return self.create_user(username, email, password, **rights)

    def by_name(self, name: str) -> "User | None":
        """By username or e-mail address, whatever the spelling: what has an @ is an address, as no username has one."""
        if "@" in name:
            return self.filter(email=normalize_email(name)).first()
        return self.filter(username_key=name_key(name)).first()

    def named_like(self, username: str) -> models.QuerySet["User"]:
        """Those whose name is ``username`` in another spelling, or can't be told from it by the eye."""
        return self.filter(models.Q(username_key=name_key(username)) | models.Q(username_look=name_look(username)))

    def get_by_natural_key(self, username: str | None) -> "User":
        found = self.by_name(username or "")
        if found is None:
            raise self.model.DoesNotExist
        return found


def avatar_path(user: "User", filename: str) -> str:
    """Where an avatar is stored: under a name of ours. ``utils.pictures`` has named it after its content."""
    return f"avatars/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


class User(AbstractBaseUser, PermissionsMixin):
    username = models.CharField(max_length=MAX_USERNAME_LENGTH, unique=True, validators=[UsernameValidator()])
    username_key = NameKeyField(max_length=MAX_USERNAME_LENGTH * 18, unique=True, editable=False)
    username_look = NameLookField(max_length=MAX_USERNAME_LENGTH * 18, unique=True, null=True, editable=False)
    email = models.EmailField(null=True, blank=True)
    previous_email = models.EmailField(null=True, blank=True, editable=False, help_text="Until it was told")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    may_sell = models.BooleanField(
        default=True,
        help_text="Cleared, this account puts nothing up for sale and changes no product. What it has on sale stays.",
    )
    awaits_approval = models.BooleanField(
        "products wait for staff",
        default=False,
        help_text="Ticked, what this seller puts up or changes waits until staff put it on sale. "
        "Cleared, it is on sale at once, also what waits now.",
    )
    date_joined = models.DateTimeField(default=timezone.now)
    email_verified_at = models.DateTimeField(null=True, blank=True, help_text="Since when the mailbox is proven")
    sign_ins_ended_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Older ones are void")
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

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

    # What says who somebody is or where: never in the audit log, gone after erasure.
    personal_fields: ClassVar[frozenset[str]] = frozenset(
        {
            "username",
            "username_key",
            "username_look",
            "email",
            "previous_email",
            "first_name",
            "last_name",
            "gender",
            "avatar",
        }
        | {"phone", "address", "city", "postal_code", "country"}
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
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

    @property
    def is_seller(self) -> bool:
        """A seller whom nobody has barred: the role alone would come back with the next product put up for sale."""
        return self.role == Role.SELLER and self.may_sell

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    def set_password(self, raw_password: str | None) -> None:
        """Raises ``TooManyPasswords``."""
        if raw_password is None:
            super().set_password(None)
            return
        with passwords.hashing():
            super().set_password(passwords.normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password, in any spelling of it. Raises ``TooManyPasswords``."""
        if raw_password is None:
            return False
        is_right, must_update = passwords.verify(raw_password, self.password)
        if is_right and must_update:
            self.set_password(raw_password)
            self._password = None  # no change of the password, only of its hash
            self.save(update_fields=["password"])
        return is_right

    def get_session_auth_hash(self) -> str:
        """What Django's session cookies are bound to: a new password or the end of all sign-ins voids them."""
        return self._sign_in_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._sign_in_hash(secret=secret)

    def _sign_in_hash(self, secret: str | bytes | None = None) -> str:
        bound_to = f"{self.password}|{self.sign_ins_ended_at}"
        return salted_hmac("accounts.User.sign_in", bound_to, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username
