"""The outbox: events by which one app tells the others what has happened.

An event is declared once, in its sender's ``signals.py``::

    order_placed = Event("orders.order_placed", subject="user_id")

``publish`` writes a row in the caller's transaction, so the event is stored if and only if its cause is. The receivers
run in one transaction, which also marks the row as delivered, so receivers write to the database exactly once. When a
receiver raises an error, the event is tried again later. Newer events don't wait for it, and the publisher is not told.

Events with the same subject are delivered one after the other over all processes, the oldest first: their receivers get
them in the order in which they happened, and the ids of rows that they create are committed in order. Events of
different subjects may be delivered at the same time.

An event that only batch receivers hear is delivered together with others of its name: one transaction for all of them.
If it fails, they are delivered one at a time, so an event that fails holds up no other.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.dispatch import Signal
from django.utils import timezone

from utils.backoff import retry_pause
from utils.models import OutboxEvent
from utils.trips import insert

logger = logging.getLogger(__name__)

Payload = dict[str, Any]
BatchReceiver = Callable[[Sequence[Payload]], None]

_REGISTRY: dict[str, "Event"] = {}
# So many events are looked at to find one to deliver alone; other processes may be delivering those before it.
_CANDIDATES = 10


class Event(Signal):
    """Declare a signal whose events are stored by name, so that they survive a restart.

    Payloads hold ids and plain values, never model instances. ``subject`` names the field of the payload that says whom
    or what the event is about. Without it, all events without a subject are delivered one after the other.
    """

    def __init__(self, name: str, *, subject: str = "") -> None:
        super().__init__()
        self.name = name
        self.subject = subject
        self.batch_receivers: dict[str, BatchReceiver] = {}
        _REGISTRY[name] = self

    @property
    def is_batched(self) -> bool:
        """Return whether several of these events may be delivered in one transaction."""
        return not self.receivers

    def subject_of(self, value: object) -> str:
        """Return the subject of an event about ``value``, such as ``user_id=7``."""
        return f"{self.subject}={value}" if self.subject else ""


def batch_receiver(event: Event, *, dispatch_uid: str) -> Callable[[BatchReceiver], BatchReceiver]:
    """Connect a function that gets the payloads of several events at once, the oldest first.

    Its locks are held until all of them are delivered, so it must lock no rows that requests wait for.
    """

    def connect(function: BatchReceiver) -> BatchReceiver:
        event.batch_receivers[dispatch_uid] = function
        return function

    return connect


def publish(event: Event, *, about: int | str | None = None, **payload: Any) -> None:
    """Write ``event`` to the outbox in the current transaction, and deliver it after the commit.

    ``about`` is its subject, such as an id, when the payload does not hold it. With ``EVENT_DELIVERY = "worker"``,
    ``manage.py worker`` delivers it instead of this process.
    """
    subject = event.subject_of(payload.get(event.subject) if about is None else about)
    insert(OutboxEvent(name=event.name, subject=subject, payload=payload, due_at=timezone.now()))
    if settings.EVENT_DELIVERY == "inline":
        transaction.on_commit(deliver_due, robust=True)


def deliver_due(*, limit: int = 100) -> int:
    """Deliver at most ``limit`` due events, the oldest first, and return how many were delivered.

    Several processes may call this at the same time.
    """
    tried = delivered = 0
    while tried < limit and (name := _oldest_name()):
        results = _deliver(limit - tried, is_batched=_is_batched(name))
        if not results:  # other processes deliver what is due
            break
        tried += len(results)
        delivered += sum(results)
    return delivered


_OLDEST_NAME = "SELECT name FROM utils_outboxevent WHERE delivered_at IS NULL AND due_at <= %s ORDER BY id LIMIT 1"


def _oldest_name() -> str | None:
    """Return the name of the oldest due event. Idle workers ask this several times a second, so it is one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_NAME, [_now()])
        row = cursor.fetchone()
    return row and row[0]


def _is_batched(name: str) -> bool:
    event = _REGISTRY.get(name)
    return event is not None and event.is_batched


def _deliver(limit: int, *, is_batched: bool) -> list[bool]:
    """Deliver the oldest due events together, or only the oldest one; return for each whether it was delivered.

    After an error, they are delivered one at a time; one that fails alone is logged and tried again later.
    """
    rows: list[OutboxEvent] = []
    try:
        with transaction.atomic():
            rows = _claim(limit if is_batched else 1)
            if rows:
                _tell(rows)
    except Exception as error:
        if not rows:
            raise
        if len(rows) > 1:
            return [result for _ in rows for result in _deliver(1, is_batched=False)]
        logger.exception("Event %s was not delivered; it will be tried again.", rows[0].pk)
        _postpone(rows[0].pk, error)
        return [False]
    return [True] * len(rows)


# Rows that other processes have locked are being delivered. A row waits while an older one of its subject does: it is
# left out, even if that older one was committed as delivered after this statement began.
_CLAIM = """
WITH candidate AS MATERIALIZED (
    SELECT id, name, subject, payload FROM utils_outboxevent
    WHERE delivered_at IS NULL AND due_at <= %s ORDER BY id LIMIT %s {lock}
)
SELECT id, name, subject, payload FROM candidate WHERE NOT EXISTS (
    SELECT 1 FROM utils_outboxevent AS older
    WHERE older.delivered_at IS NULL AND older.due_at <= %s AND older.id < (SELECT max(id) FROM candidate)
    AND older.id < candidate.id AND older.subject = candidate.subject AND older.id NOT IN (SELECT id FROM candidate)
) ORDER BY id
"""


def _claim(limit: int) -> list[OutboxEvent]:
    """Lock and return the oldest due events of one name that nobody delivers and whose turn it is, at most ``limit``.

    There is only one if the event has to be delivered alone.
    """
    features = connection.features
    # SQLite has no row locks: its writers run one at a time.
    lock = connection.ops.for_update_sql(skip_locked=True) if features.has_select_for_update_skip_locked else ""
    now = _now()
    rows = list(OutboxEvent.objects.raw(_CLAIM.format(lock=lock), [now, max(limit, _CANDIDATES), now]))
    if not rows or not _is_batched(rows[0].name):
        return rows[:1]
    taken, waiting = [], set()
    for row in rows:
        if row.name == rows[0].name and row.subject not in waiting:
            taken.append(row)
        else:
            waiting.add(row.subject)
    return taken[:limit]


def _tell(rows: Sequence[OutboxEvent]) -> None:
    """Run all receivers of events of one name, and mark the events as delivered."""
    event = _REGISTRY[rows[0].name]
    payloads = [row.payload for row in rows]
    for hear in event.batch_receivers.values():
        hear(payloads)
    for payload in payloads:
        event.send(sender=event, **payload)
    OutboxEvent.objects.filter(pk__in=[row.pk for row in rows]).update(delivered_at=timezone.now())


def _now() -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now())


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
