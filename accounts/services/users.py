"""Services that write accounts, profiles and the right to sell."""

import secrets
from typing import TypedDict, Unpack

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction

from accounts import limits
from accounts.audit import update_audited
from accounts.clients import Client
from accounts.errors import (
    BadName,
    BadUsername,
    EmailTaken,
    SellersClosed,
    SellingBarred,
    TokenRefused,
    UsernameTaken,
    WeakPassword,
)
from accounts.models import Role, User
from accounts.signals import seller_approved, user_registered
from utils.events import publish
from utils.limits import spend
from utils.names import MAX_USERNAME_LENGTH, UsernameValidator, is_in_names, normalize_email
from utils.plain import has_line_break, has_page_address
from utils.trips import moment_of, read, row_lock
from utils.versions import Versions, require_version, version_of


class ProfileFields(TypedDict, total=False):
    """Define the fields of a profile, all of which the user may change."""

    first_name: str
    last_name: str
    gender: str
    phone: str
    address: str
    city: str
    postal_code: str
    country: str
    avatar: File | None


PROFILE_FIELDS = tuple(ProfileFields.__annotations__)


def user_register(
    *, password: str, username: str = "", email: str = "", client: Client, **profile: Unpack[ProfileFields]
) -> User:
    """Create a customer and mail a code that verifies the e-mail address.

    Either ``username`` or ``email`` may be empty; an empty username is made from the e-mail address. ``profile`` holds
    fields of ``PROFILE_FIELDS``.

    A taken username or address has to be reported here: the caller is signed in at once, which is impossible for
    somebody else's address. The limit by IP address keeps callers from asking about many addresses.

    Raise ``UsernameTaken`` or ``EmailTaken``; when two requests race, the database's constraints decide. Raise
    ``BadName``, ``BadUsername`` or ``WeakPassword`` for bad input. Raise ``TooManyRequests`` when a rate limit is used
    up, and ``TooManyPasswords`` when the server is hashing too many passwords at once.
    """
    unknown = profile.keys() - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not profile fields: {sorted(unknown)}")
    _require_plain_names(profile)
    username = username or _free_username(email)
    _require_good(username)
    require_strong(password, user=User(username=username, email=email, **profile))
    spend(limits.REGISTRATION, client.address)
    _require_free(username=username, email=email)
    user = User.objects.prepare_user(username, email or None, password, **profile)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            publish(user_registered, user_id=user.pk)
    except IntegrityError as error:
        _require_free(username=username, email=email)
        raise UsernameTaken from error
    return user


def _require_plain_names(profile: ProfileFields) -> None:
    """Raise ``BadName`` for a first or last name with a line break or a URL."""
    named = {"first_name": profile.get("first_name", ""), "last_name": profile.get("last_name", "")}
    for field, name in named.items():
        if has_line_break(name) or has_page_address(name):
            raise BadName(field=field)


def _free_username(email: str) -> str:
    """Return the part of ``email`` before the @, with a random number when that name, or a similar one, is taken."""
    local = normalize_email(email).partition("@")[0]
    base = "".join(filter(is_in_names, local))[: MAX_USERNAME_LENGTH - len("-000000")]
    try:
        UsernameValidator()(base)
    except ValidationError:
        base = "customer"
    if not User.objects.named_like(base).exists():
        return base
    return f"{base}-{secrets.randbelow(10**6):06}"


def _require_good(username: str) -> None:
    """Raise ``BadUsername`` for a bad username, because some callers have no form that checks it.

    A username with an @ is refused, because it would be taken for an e-mail address.
    """
    if "@" in username:
        raise BadUsername(field="username")
    try:
        UsernameValidator()(username)
    except ValidationError as error:
        raise BadUsername(" ".join(error.messages), field="username") from error


def _require_free(*, username: str, email: str) -> None:
    """Raise ``UsernameTaken`` or ``EmailTaken`` when another account has the name or the address."""
    if User.objects.named_like(username).exists():
        raise UsernameTaken
    if email and User.objects.filter(email=normalize_email(email)).exists():
        raise EmailTaken


def require_strong(password: str, *, user: User, field: str = "password") -> None:
    """Raise ``WeakPassword`` for a password that is short, common, only digits or like the user's data (ASVS 5.0, 6.2).

    ``field`` is the input field that the error names.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field=field) from error


def account_lock(*, user: User) -> None:
    """Lock the account's row until the transaction ends, so that no personal data is written while it is being erased.

    Update two fields of ``user`` from the row: whether the e-mail address is verified, and whether the user's products
    need approval by staff. Raise ``TokenRefused`` when the account is erased.
    """
    held = read(_HOLD + row_lock("FOR NO KEY UPDATE"), [user.pk])
    if not held:
        raise TokenRefused
    ((verified_at, user.awaits_approval),) = held
    user.email_verified_at = moment_of(verified_at)


_HOLD = """SELECT "email_verified_at", "awaits_approval" FROM "accounts_user" WHERE "id" = %s AND "erased_at" IS NULL"""


def profile_tag(user: User) -> str:
    """Return the version of a profile, which changes whenever one of its fields does."""
    return version_of("profile", user.pk, user.username, user.email, *(getattr(user, name) for name in PROFILE_FIELDS))


def profile_update(*, user: User, expected: Versions = None, **fields: Unpack[ProfileFields]) -> User:
    """Change fields of ``PROFILE_FIELDS``, and return the user; role, username, e-mail and password change elsewhere.

    ``expected`` holds the versions that may be changed (see ``profile_tag``). Raise ``BadName`` for a bad name,
    ``VersionChanged`` when the profile has another version, or ``TokenRefused`` when the account is erased.
    """
    unknown = fields.keys() - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"Not profile fields: {sorted(unknown)}")
    _require_plain_names(fields)
    with transaction.atomic():
        account_lock(user=user)
        user.refresh_from_db(fields=["username", "email", *PROFILE_FIELDS])
        require_version(profile_tag(user), expected)
        old_avatar = user.avatar.name if "avatar" in fields else ""
        for name, value in fields.items():
            setattr(user, name, value)
        user.save(update_fields=list(fields))
        if old_avatar:
            transaction.on_commit(lambda: User.avatar.field.storage.delete(old_avatar), robust=True)
    return user


def seller_approve(*, user: User) -> None:
    """Let the seller's products go on sale without waiting for staff: those that wait now, and all later ones."""
    with transaction.atomic():
        if update_audited(User.objects.filter(pk=user.pk, awaits_approval=True), awaits_approval=False):
            user.awaits_approval = False
            publish(seller_approved, user_id=user.pk)


def seller_become(*, user: User) -> None:
    """Make a customer a seller, if the setting ``SELLERS`` allows it. Sellers and staff keep their role.

    A new seller's products need approval by staff, unless the setting is ``open``. Raise ``SellersClosed`` when it is
    ``closed``, so that only staff make sellers, and ``SellingBarred`` when this account may not sell.
    """
    if User.objects.filter(pk=user.pk, may_sell=False).exists():
        raise SellingBarred
    if user.role != Role.CUSTOMER:
        return
    if settings.SELLERS == "closed":
        raise SellersClosed
    awaits_approval = settings.SELLERS == "moderated"
    customers = User.objects.filter(pk=user.pk, role=Role.CUSTOMER)
    if update_audited(customers, role=Role.SELLER, awaits_approval=awaits_approval):
        user.role, user.awaits_approval = Role.SELLER, awaits_approval
