"""Export (GDPR, article 15) and erasure (article 17) of the personal data that each app holds.

Each app with personal data declares its part in its ``privacy.py``::

    declare("addresses", export=addresses_export, erase=addresses_erase)

The apps declare their parts because this app lies below them and can't import them. An eraser may refuse by raising a
``DomainError``. All erasers run in one transaction, in the order of declaration. Afterwards nothing may name the
person: the rows that have to stay (orders, payments, stock movements, the audit log) then belong to a pseudonym.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User


@dataclass(frozen=True)
class PersonalData:
    """Describe one app's part of a person's data.

    ``export`` returns it as plain JSON values. ``erase`` deletes it or puts a pseudonym in its place.
    """

    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


_PARTS: dict[str, PersonalData] = {}


def declare(name: str, *, export: Callable[[User], Any], erase: Callable[[User], None]) -> None:
    """Register how an app exports and erases the personal data that it holds.

    ``name`` is the heading of this data in the export. ``export`` takes a user and returns the data as plain JSON
    values. ``erase`` takes a user and deletes the data, or puts a pseudonym in its place.
    """
    _PARTS[name] = PersonalData(name=name, export=export, erase=erase)


def parts() -> Iterable[PersonalData]:
    """Return all declared parts, in the order of declaration."""
    return _PARTS.values()


def personal_data(user: User) -> dict[str, Any]:
    """Return everything that the shop holds about ``user``, as plain JSON values by part."""
    return {"account": _account(user), **{part.name: part.export(user) for part in parts()}}


def _account(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "email_verified_at": user.email_verified_at,
        "role": user.role,
        "may_sell": user.may_sell,
        "awaits_approval": user.awaits_approval,
        "customer_group": user.customer_group and user.customer_group.name,
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


def forget_in_admin_history(user: User) -> None:
    """Replace the user's old name in the history of Django's admin, which keeps the text of each object it changed.

    ``user`` already has the new, pseudonymous username.
    """
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=users, object_id=str(user.pk)).update(object_repr=str(user))
