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
from django.db.models import Model

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
    return {part.name: part.export(user) for part in parts()}


def forget_in_admin_history(model: type[Model], ids: Iterable[Any]) -> None:
    """Django's admin keeps each object's text as it was when it was touched: take it out for these."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in ids]
    )
    entries.update(object_repr=f"{model._meta.verbose_name} (erased)")
