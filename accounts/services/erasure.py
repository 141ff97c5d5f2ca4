"""Writes: the erasure of a person."""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import privacy
from accounts.errors import StaffNotErased
from accounts.models import OneTimeCode, User
from accounts.services.sessions import sign_ins_end
from utils.models import IdempotencyKey


def user_erase(*, user: User) -> None:
    """Take everything personal out of the account and what hangs on it; orders and money stay, under a pseudonym.

    The law on accounts outlives the wish to be forgotten (GDPR, article 17(3)(b)): amounts, lines and dates of orders,
    payments and stock movements are untouched. The name and the address are free for a new account, which sees nothing
    of this one. Whoever calls this has made sure that it is the owner, or staff who may.

    Raises ``StaffNotErased``, and what the apps' own parts raise, such as for an order that is under way; then nothing
    has changed.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_staff:
            raise StaffNotErased
        for part in privacy.parts():
            part.erase(user)


def account_export(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "email_verified_at": user.email_verified_at,
        "role": user.role,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "gender": user.gender,
        "phone": user.phone,
        "address": user.address,
        "city": user.city,
        "postal_code": user.postal_code,
        "country": user.country,
        "avatar": user.avatar.name,
        "date_joined": user.date_joined,
        "last_login": user.last_login,
        "sign_ins": list(user.sessions.values("device", "created_at", "last_used_at", "revoked_at")),
    }


def account_erase(user: User) -> None:
    avatar = user.avatar.name
    sign_ins_end(user=user)
    user.sessions.all().delete()
    OneTimeCode.objects.filter(user=user).delete()
    IdempotencyKey.objects.filter(user_id=user.pk).delete()
    for name in User.personal_fields:
        setattr(user, name, "")
    user.username, user.email, user.email_verified_at = f"erased-{user.pk}-{secrets.token_hex(4)}", None, None
    user.is_active, user.erased_at = False, timezone.now()
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()
    privacy.forget_in_admin_history(User, [user.pk])
    if avatar:
        transaction.on_commit(lambda: User.avatar.field.storage.delete(avatar), robust=True)


privacy.declare("account", export=account_export, erase=account_erase)
