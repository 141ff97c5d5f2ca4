"""The user model: customers, sellers and staff."""

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
from accounts.models.groups import CustomerGroup
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
    """Store the ``name_key`` of ``username`` on each save.

    Python computes it, because databases differ in how they ignore letter case.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(model_instance.username)  # type: ignore[attr-defined] # the one model that has it
        setattr(model_instance, self.attname, key)
        return key


class NameLookField(models.CharField):
    """Store the ``name_look`` of ``username`` on each save, unless it is ``None``.

    ``None`` marks an old name that already looked like another account's name when this check was introduced.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        look = getattr(model_instance, self.attname)
        if add or look is not None:
            look = name_look(model_instance.username)  # type: ignore[attr-defined] # as above
            setattr(model_instance, self.attname, look)
        return look


class UserManager(BaseUserManager["User"]):
    """Create users and find them by name."""

    def create_user(self, username: str, email: str | None = None, password: str | None = None, **extra: Any) -> "User":
        """Create and save a user."""
        user = self.prepare_user(username, email, password, **extra)
        user.save(using=self._db)
        return user

    def prepare_user(self, username: str, email: str | None, password: str | None, **extra: Any) -> "User":
        """Return a new user with a hashed password, not saved yet.

        Hashing is too slow to do inside a transaction, so the caller saves the user in one afterwards.
        """
        user = self.model(
            username=self.model.normalize_username(username),
            email=normalize_email(email) if email else None,
            **extra,
        )
        user.set_password(password)
        return user

    def create_superuser(self, username: str, email: str | None = None, password: str | None = None) -> "User":
        """Create a superuser with a verified address.

        A person with access to the command line need not verify it by mail.
        """
        rights = {"role": Role.STAFF, "is_superuser": True, "email_verified_at": timezone.now()}
        return self.create_user(username, email, password, **rights)

    def by_name(self, name: str) -> "User | None":
        """Find a user by username or e-mail address in any spelling.

        A name with an @ is read as an e-mail address, because no username has one.
        """
        if "@" in name:
            return self.filter(email=normalize_email(name)).first()
        return self.filter(username_key=name_key(name)).first()

    def named_like(self, username: str) -> models.QuerySet["User"]:
        """Select the users whose name is ``username`` in any spelling, or looks like it."""
        return self.filter(models.Q(username_key=name_key(username)) | models.Q(username_look=name_look(username)))

    def get_by_natural_key(self, username: str | None) -> "User":
        found = self.by_name(username or "")
        if found is None:
            raise self.model.DoesNotExist
        return found


def avatar_path(user: "User", filename: str) -> str:
    """Return the path to store an avatar at: a random name with the suffix of ``filename``.

    ``utils.pictures`` chose the suffix from the picture's content. The name of the uploaded file is never used.
    """
    return f"avatars/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


class User(AbstractBaseUser, PermissionsMixin):
    """Store an account of a customer, seller or member of staff."""

    username = models.CharField(max_length=MAX_USERNAME_LENGTH, unique=True, validators=[UsernameValidator()])
    username_key = NameKeyField(max_length=MAX_USERNAME_LENGTH * 18, unique=True, editable=False)
    username_look = NameLookField(max_length=MAX_USERNAME_LENGTH * 18, unique=True, null=True, editable=False)
    email = models.EmailField(null=True, blank=True)
    previous_email = models.EmailField(
        null=True, blank=True, editable=False, help_text="Kept until it was told of the change"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    may_sell = models.BooleanField(
        default=True,
        help_text="If unticked, this account can't put products up for sale or change them. "
        "Products already on sale stay on sale.",
    )
    awaits_approval = models.BooleanField(
        "products wait for staff",
        default=False,
        help_text="If ticked, the products that this seller adds or changes wait until staff put them on sale. "
        "If unticked, they go on sale at once, and so do those that wait now.",
    )
    customer_group = models.ForeignKey(
        CustomerGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        help_text="The group whose prices this customer gets",
    )
    date_joined = models.DateTimeField(default=timezone.now)
    email_verified_at = models.DateTimeField(null=True, blank=True, help_text="When the owner proved the mailbox")
    sign_ins_ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Sign-ins before this time are void"
    )
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

    # Fields that tell who or where a person is. The audit log never holds their values, and erasure empties them.
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
        """Return whether the role is staff. Django's admin asks for this name."""
        return self.role == Role.STAFF

    @property
    def is_seller(self) -> bool:
        """Return whether this is a seller who may sell.

        Staff bar a seller by clearing ``may_sell``. Taking the role away would not be enough: the user would get it
        back by putting the next product up for sale.
        """
        return self.role == Role.SELLER and self.may_sell

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    def set_password(self, raw_password: str | None) -> None:
        """Hash and set the password; ``None`` sets an unusable one.

        Raise ``TooManyPasswords`` when the server is hashing too many passwords at once.
        """
        if raw_password is None:
            super().set_password(None)
            return
        with passwords.hashing():
            super().set_password(passwords.normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password, in any Unicode spelling.

        Raise ``TooManyPasswords`` when the server is checking too many passwords at once. A right password whose stored
        hash is outdated is hashed and saved again.
        """
        if raw_password is None:
            return False
        is_right, must_update = passwords.verify(raw_password, self.password)
        if is_right and must_update:
            self.set_password(raw_password)
            self._password = None  # the hash changed, not the password, so Django must not treat it as a new one
            self.save(update_fields=["password"])
        return is_right

    def get_session_auth_hash(self) -> str:
        """Return the hash that Django's session cookies must match.

        It changes with a new password and when all sign-ins are ended; every cookie is then void.
        """
        return self._sign_in_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the hashes of cookies that were signed with an older secret key."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._sign_in_hash(secret=secret)

    def _sign_in_hash(self, secret: str | bytes | None = None) -> str:
        bound_to = f"{self.password}|{self.sign_ins_ended_at}"
        return salted_hmac("accounts.User.sign_in", bound_to, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username
