"""The audit log: each change that staff make through the API or the admin, with the values before and after.

While an unsafe request of a member of staff is served, Django's model signals write an ``AuditEntry`` for each row that
is created, changed or deleted. The entry is written in the transaction of the change, so both stay or neither does. The
values before and after are read from the database, so the entry holds what is stored. For all other requests the signal
handlers return at once.

Some writes send no signals:

- ``QuerySet.update``: code that updates what staff decide calls ``update_audited`` instead.
- Treebeard's moves of a category: they run inside ``change_audited``.
- Stock balances and reservations need no audit entry: a ``StockMovement`` records each change of a balance and an
  ``OrderStatusChange`` each step of an order, with who, how much and why.
- Order lines belong to an order that is written once. Price ranges, ratings and the search text follow from other rows.

Actions of people who are not signed in, such as a password reset by mail, are not in this log: the account's owner is
notified by mail instead.

What a receiver does when an event is delivered later is done by the worker, so it is not logged as the staff member's
change. It is logged when the process that serves the request also delivers the event.

The admin keeps a history of its own. An action in that history without a changed row, such as ended sign-ins, is
recorded as ``acted``. So is an unsafe request to the API that succeeded without an audit entry.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import AuditAction, AuditEntry, User
from accounts.snapshots import Changes, Row, differences, stored, stored_rows
from utils.request_ids import current_request_id

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass
class Trail:
    """Hold what the audit log needs to know about one request while it is served."""

    request: HttpRequest
    # The values of a row before it changes, by model and primary key.
    before: dict[tuple[Any, Any], Any] = field(default_factory=dict)
    entries: int = 0
    # How many entries were written since the admin last wrote its own history.
    entries_since_logged: int = 0

    @property
    def is_of_staff(self) -> bool:
        """Return whether a member of staff sent the request, with a cookie or a token.

        DRF sets the token's user on Django's request when it authenticates, so the user is known here too.
        """
        user = getattr(self.request, "user", None)
        return isinstance(user, User) and user.is_staff

    def write(self, action: AuditAction, *, object_type: str = "", object_id: Any = "", changes: Changes) -> None:
        """Write one audit entry that names the request's user as the actor."""
        actor: Any = self.request.user
        AuditEntry.objects.create(
            actor_id=actor.pk,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            changes=changes,
            route=f"{self.request.method} {self.request.path}"[:300],
            request_id=current_request_id(),
        )
        self.entries += 1
        self.entries_since_logged += 1


_trail: ContextVar[Trail | None] = ContextVar("audit_trail", default=None)


@contextmanager
def trail_of(request: HttpRequest) -> Iterator[Trail | None]:
    """Collect the audit log's data about ``request`` while it is served.

    Yield the ``Trail`` that holds this data, or ``None`` for a method that changes nothing, such as GET.
    """
    trail = None if request.method in SAFE_METHODS else Trail(request)
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        _trail.reset(token)


def staff_trail() -> Trail | None:
    """Return the ``Trail`` of the current request, or ``None`` if it is not an unsafe request of a member of staff."""
    trail = _trail.get()
    return trail if trail is not None and trail.is_of_staff else None


def record(
    action: AuditAction, model: type[Model], pk: Any, before: Row | None = None, after: Row | None = None
) -> None:
    """Write an audit entry if staff changed row ``pk`` from ``before`` to ``after`` and a value differs.

    ``before`` is ``None`` for a new row, ``after`` for a deleted one.
    """
    trail, changes = staff_trail(), differences(model, before, after)
    if trail is not None and changes:
        trail.write(action, object_type=model._meta.label_lower, object_id=pk, changes=changes)


def update_audited(rows: QuerySet[Any], **fields: Any) -> int:
    """Run ``rows.update(**fields)``, write it to the audit log, and return the number of updated rows."""
    if staff_trail() is None:
        return rows.update(**fields)
    with transaction.atomic():
        before = stored_rows(rows)
        changed = rows.update(**fields)
        after = stored_rows(rows.model._default_manager.filter(pk__in=before))
        for pk, row in before.items():
            record(AuditAction.CHANGED, rows.model, pk, row, after.get(pk))
    return changed


@contextmanager
def change_audited(obj: Model) -> Iterator[None]:
    """Write to the audit log what the ``with`` block changes in ``obj``.

    Use it for writes that send no model signals.
    """
    if staff_trail() is None:
        yield
        return
    with transaction.atomic():
        before = stored(obj)
        yield
        record(AuditAction.CHANGED, type(obj), obj.pk, before, stored(obj))


def audit_entries() -> QuerySet[AuditEntry]:
    """Select all audit entries with their actors, the newest first."""
    return AuditEntry.objects.select_related("actor")
