"""The outbox: events by which one app tells the others what has happened.

An event is declared once, in its sender's ``signals.py``::

    order_placed = Event("orders.order_placed")

``publish`` writes a row in the caller's transaction, so the event is stored if and only if its cause is. One
transaction runs all receivers and marks the row as delivered, so receivers write to the database exactly once.
Deliveries run one at a time over all processes, the oldest event first: receivers get events in the order in which they
happened, and the ids of rows that they create are committed in order. When a receiver raises an error, the event is
tried again later. Newer events don't wait for it, and the publisher is not told.
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
_DELIVERY_LOCK = 7_304_116


class Event(Signal):
    """Declare a signal whose events are stored by name, so that they survive a restart.

    Payloads hold ids and plain values, never model instances.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        _REGISTRY[name] = self


def publish(event: Event, **payload: Any) -> None:
    """Write ``event`` to the outbox in the current transaction, and deliver it after the commit.

    With ``EVENT_DELIVERY = "worker"``, ``manage.py worker`` delivers it instead of this process.
    """
    OutboxEvent.objects.create(name=event.name, payload=payload, due_at=timezone.now())
    if settings.EVENT_DELIVERY == "inline":
        transaction.on_commit(deliver_due, robust=True)


def deliver_due(*, limit: int = 100) -> int:
    """Deliver at most ``limit`` due events, the oldest first, and return how many were delivered.

    Several processes may call this at the same time.
    """
    due = OutboxEvent.objects.filter(delivered_at=None, due_at__lte=timezone.now()).order_by("id")
    return sum(_deliver_quietly(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _deliver_quietly(pk: int) -> bool:
    """Deliver one event and return whether that worked; after an error, log it and try the event again later."""
    try:
        with transaction.atomic():
            return _deliver(pk)
    except Exception as error:
        logger.exception("Event %s was not delivered; it will be tried again.", pk)
        _postpone(pk, error)
        return False


def _deliver(pk: int) -> bool:
    """Run all receivers of one event and mark it as delivered; return ``False`` if it was delivered before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DELIVERY_LOCK])
    row = OutboxEvent.objects.filter(pk=pk, delivered_at=None).first()
    if row is None:
        return False
    event = _REGISTRY[row.name]
    event.send(sender=event, **row.payload)
    OutboxEvent.objects.filter(pk=pk).update(delivered_at=timezone.now())
    return True


def _postpone(pk: int, error: Exception) -> None:
    """Make the event due again after a pause, and keep the error for staff to read."""
    try:
        with transaction.atomic():
            row = OutboxEvent.objects.select_for_update().get(pk=pk)
            row.attempts += 1
            row.due_at = timezone.now() + retry_pause(row.attempts)
            row.last_error = repr(error)[:2000]
            row.save(update_fields=["attempts", "due_at", "last_error"])
    except DatabaseError:
        logger.exception("Event %s could not be postponed; the next delivery run finds it.", pk)
