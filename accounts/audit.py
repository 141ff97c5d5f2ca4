"""The audit log: what staff change through the API and the admin, by whom, with what it was before and after.

While an unsafe request of a member of staff is served, Django's model signals write an ``AuditEntry`` for each row that
is created, changed or deleted, in the transaction of the change: both stay or neither does. Both sides are read from
the database, so what is recorded is what is stored. Other requests pay nothing: the handlers return at once.

Writes that send no signals:

- ``QuerySet.update`` for what staff decide goes through ``update_audited``, treebeard's moves through
  ``change_audited``;
- balances of stock and the reservations behind them need none: every booking is a ``StockMovement`` and every step of
  an order an ``OrderStatusChange``, whose rows say who, how much and why;
- order lines belong to an order that is written once; price ranges, ratings and the search text follow from other rows.

What people do before they are known, such as a reset by mail, is in no log of staff: the mailbox hears of it.

What an event sets off later is the worker's doing, not the staff member's; where the process itself delivers, it is
seen as well.

The admin keeps a history of its own. What that notes although no row was seen to change, such as ended sign-ins, is
recorded as ``acted``, and so is any unsafe request to the API that succeeded without an entry.
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
    """What is known of the request that is being served."""

    request: HttpRequest
    # By model and key, what a row held before a signal's change.
    before: dict[tuple[Any, Any], Any] = field(default_factory=dict)
    entries: int = 0
    # Since the admin last wrote its own history.
    entries_since_logged: int = 0

    @property
    def is_of_staff(self) -> bool:
        """DRF sets the user of the request below when it authenticates, so a token's owner is known here too."""
        user = getattr(self.request, "user", None)
        return isinstance(user, User) and user.is_staff

    def write(self, action: AuditAction, *, object_type: str = "", object_id: Any = "", changes: Changes) -> None:
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
    """Keep a trail while ``request`` is served, if it may change anything."""
    trail = None if request.method in SAFE_METHODS else Trail(request)
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        _trail.reset(token)


def staff_trail() -> Trail | None:
    """The trail to write to; ``None`` outside an unsafe request of a member of staff."""
    trail = _trail.get()
    return trail if trail is not None and trail.is_of_staff else None


def record(
    action: AuditAction, model: type[Model], pk: Any, before: Row | None = None, after: Row | None = None
) -> None:
    """Write down that row ``pk`` was ``before`` and is ``after``, if staff did it and anything differs."""
    trail, changes = staff_trail(), differences(model, before, after)
    if trail is not None and changes:
        trail.write(action, object_type=model._meta.label_lower, object_id=pk, changes=changes)


def update_audited(rows: QuerySet[Any], **fields: Any) -> int:
    """``rows.update(**fields)``, seen by the audit log; how many rows there were."""
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
    """Around a write to ``obj`` that goes past the ORM."""
    if staff_trail() is None:
        yield
        return
    with transaction.atomic():
        before = stored(obj)
        yield
        record(AuditAction.CHANGED, type(obj), obj.pk, before, stored(obj))


def audit_entries() -> QuerySet[AuditEntry]:
    """Every entry with its actor, newest first."""
    return AuditEntry.objects.select_related("actor")
