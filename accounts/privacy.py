"""What the shop holds about a person, app by app: to hand out (GDPR, article 15) and to erase (article 17).

Each app with personal data declares its part in its ``privacy.py``::

    declare("addresses", export=addresses_export, erase=addresses_erase)

This app lies below the others and can't call them by name. An eraser may refuse by raising a ``DomainError``; all run
in one transaction, in the order of declaration, and afterwards nothing may name the person: what has to stay (orders,
payments, stock movements, the audit log) then belongs to a pseudonym.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User


@dataclass(frozen=True)
class PersonalData:
    """``export`` returns plain JSON values. ``erase`` removes or pseudonymises."""

    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


_PARTS: dict[str, PersonalData] = {}


def declare(name: str, *, export: Callable[[User], Any], erase: Callable[[User], None]) -> None:
    _PARTS[name] = PersonalData(name=name, export=export, erase=erase)


def parts() -> Iterable[PersonalData]:
    return _PARTS.values()


def personal_data(user: User) -> dict[str, Any]:
    """Everything that the shop holds about ``user``, as plain JSON values by part."""
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
    """Django's admin keeps the text of what it touched, and the text of a user is a name."""
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=users, object_id=str(user.pk)).update(object_repr=str(user))
