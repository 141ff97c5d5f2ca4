"""The outbox: what one app tells the others after it has happened.

An event is declared once, in its sender's ``signals.py``::

    order_placed = Event("orders.order_placed")

``publish`` writes a row in the caller's transaction, so the event exists exactly when its cause does. Delivery runs all
receivers and marks the row in one transaction: what receivers write to the database happens once. Deliveries run one
at a time over all processes, the oldest event first, so receivers hear things in the order in which they happened, and
ids that they give out are committed in order. A receiver that raises leaves its event for a later try, which newer
events do not wait for, and the publisher never hears of it.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.dispatch import Signal
from django.utils import timezone

from utils.backoff import retry_pause
from utils.models import OutboxEvent

logger = logging.getLogger(__name__)

_REGISTRY: dict[str, "Event"] = {}
# The key of PostgreSQL's advisory lock. SQLite's writers already run one at a time.
_ONE_AT_A_TIME = 7_304_116


class Event(Signal):
    """A signal with a name that survives a restart. Payloads are ids and plain values, never model instances."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        _REGISTRY[name] = self


def publish(event: Event, **payload: Any) -> None:
    """Record ``event`` in the current transaction; deliver it after the commit.

    With ``EVENT_DELIVERY = "worker"`` the delivery is left to `manage.py worker`.
    """
    OutboxEvent.objects.create(name=event.name, payload=payload, due_at=timezone.now())
    if settings.EVENT_DELIVERY == "inline":
        transaction.on_commit(deliver_due, robust=True)


def deliver_due(*, limit: int = 100) -> int:
    """Deliver what is due, oldest first; how many were delivered. Safe to run in several processes at once."""
    due = OutboxEvent.objects.filter(delivered_at=None, due_at__lte=timezone.now()).order_by("id")
    return sum(_deliver_quietly(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _deliver_quietly(pk: int) -> bool:
    try:
        with transaction.atomic():
            return _deliver(pk)
    except Exception as error:
        logger.exception("Event %s was not delivered; it will be tried again.", pk)
        _postpone(pk, error)
        return False


def _deliver(pk: int) -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    row = OutboxEvent.objects.filter(pk=pk, delivered_at=None).first()
    if row is None:
        return False
    event = _REGISTRY[row.name]
    event.send(sender=event, **row.payload)
    OutboxEvent.objects.filter(pk=pk).update(delivered_at=timezone.now())
    return True


def _postpone(pk: int, error: Exception) -> None:
    """Leave the event for a later try."""
    try:
        with transaction.atomic():
            row = OutboxEvent.objects.select_for_update().get(pk=pk)
            row.attempts += 1
            row.due_at = timezone.now() + retry_pause(row.attempts)
            row.last_error = repr(error)[:2000]
            row.save(update_fields=["attempts", "due_at", "last_error"])
    except DatabaseError:
        logger.exception("Event %s could not be postponed; the next sweep finds it.", pk)
