"""Rows as the audit log stores them: plain JSON, without secrets and personal data."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model, QuerySet

from utils.money import display

Row = dict[str, Any]
Changes = dict[str, list[Any]]

HIDDEN, PERSONAL = "(hidden)", "(personal)"
_SECRETS = frozenset({"password", "token"})
_SECRET_ENDINGS = ("_hash", "jti")
# Computed from the row's other columns, so recording it would only repeat them.
_DERIVED = frozenset({"search_text"})


def stored(obj: Model) -> Row | None:
    """Read the row of ``obj`` as the database has it now; return ``None`` when there is none."""
    return None if obj.pk is None else stored_rows(type(obj)._base_manager.filter(pk=obj.pk)).get(obj.pk)


def stored_rows(rows: QuerySet[Any]) -> dict[Any, Row]:
    """Read ``rows`` in one statement and return them by primary key."""
    columns = [field.attname for field in rows.model._meta.concrete_fields]
    return {row[rows.model._meta.pk.attname]: row for row in rows.values(*columns)}


def differences(model: type[Model], before: Row | None, after: Row | None) -> Changes:
    """Return the fields that differ, each with ``[before, after]``.

    For a created or deleted row (``None`` on one side), return all fields, with ``None`` for that side.
    """
    found: Changes = {}
    for field in _recorded(model):
        old, new = _value(before, field), _value(after, field)
        if before is None or after is None or old != new:
            shown = [_shown(model, field, row) for row in (before, after)]
            found[field.name] = shown
    return found


def _recorded(model: type[Model]) -> Iterable[Field]:
    """Return the fields to record. Times that change on every save are left out: the audit entry has its own time."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in _DERIVED and not getattr(field, "auto_now", False)
    ]


def _value(row: Row | None, field: Field) -> Any:
    return None if row is None else row[field.attname]


def _shown(model: type[Model], field: Field, row: Row | None) -> Any:
    """Return a field's value as the log shows it; secrets and personal data become placeholders."""
    if row is None:
        return None
    if field.name in _SECRETS or field.name.endswith(_SECRET_ENDINGS):
        return HIDDEN
    if field.name in getattr(model, "personal_fields", ()):
        return PERSONAL
    return plain(row[field.attname], currency=row.get("currency"))


def plain(value: Any, *, currency: str | None = None) -> Any:
    """Return ``value`` in a form that JSON can hold: amounts as text with the currency's decimals, times in UTC."""
    if isinstance(value, Decimal):
        return display(value, currency) if currency else format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
