"""Service that erases a person's data."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts import privacy
from accounts.errors import StaffNotErased
from accounts.models import OneTimeCode, User
from accounts.services.sessions import sign_ins_end
from utils.models import IdempotencyKey


def user_erase(*, user: User) -> None:
    """Erase all personal data of the account and of the rows that belong to it; keep orders and payments.

    Bookkeeping law takes precedence over the right to erasure (GDPR, article 17(3)(b)): amounts, lines and dates of
    orders, payments and stock movements stay, under a pseudonym. The username and the e-mail address become free for a
    new account, which sees nothing of this one. The caller must have checked that the owner asked for this, or that
    staff with the permission did.

    Raise ``StaffNotErased`` for a staff account. The apps' erasers may raise errors too, for example for an order that
    is under way. After an error nothing has changed.
    """
    with transaction.atomic():
        # The weaker lock avoids a deadlock: an order that is being placed would wait for a full lock on the user, while
        # this code waits for the order's cart.
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if user.is_staff:
            raise StaffNotErased
        for part in privacy.parts():
            part.erase(user)
        _account_erase(user)


def _account_erase(user: User) -> None:
    """Erase the account's own data: sign-ins, codes, personal fields, password, rights and avatar."""
    avatar = user.avatar.name
    sign_ins_end(user=user)
    user.sessions.all().delete()
    OneTimeCode.objects.filter(user=user).delete()
    IdempotencyKey.objects.filter(user_id=user.pk).delete()
    for name in User.personal_fields:
        setattr(user, name, None if User._meta.get_field(name).null else "")
    user.username, user.email_verified_at = f"erased-{user.pk}-{secrets.token_hex(4)}", None
    user.is_active, user.erased_at = False, timezone.now()
    user.customer_group = None
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()
    privacy.forget_in_admin_history(user)
    if avatar:
        transaction.on_commit(lambda: User.avatar.field.storage.delete(avatar), robust=True)
