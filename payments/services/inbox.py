"""Writes: store the gateways' messages in the inbox and process them.

A message is stored together with the job that processes it, and then answered. A message that is being processed is due
again after its lease: if the process dies, another one takes over.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from payments.errors import PaymentNotFound
from payments.gateways import gateway
from payments.gateways.errors import GatewayFailure
from payments.gateways.messages import (
    AlertMessage,
    ChargebackMessage,
    DisputeMessage,
    Incoming,
    Message,
    PaymentMessage,
)
from payments.models import GatewayEvent, Payment, Refund
from payments.selectors import seconds_until_retry
from payments.services.alerts import alert_raise
from payments.services.disputes import chargeback_settle, dispute_note
from payments.services.outside import refund_from_outside
from payments.services.settle import settle
from payments.services.settle_refund import refund_settle
from payments.services.tokens import hashed
from payments.states import AlertKind, EventState
from utils.backoff import retry_pause
from utils.failpoints import reached
from utils.jobs import job

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 20
# How many failures of a gateway to answer end the calls to it in one run.
MAX_FAILURES = 3
_LEASE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_RECONCILED_EVERY = timedelta(minutes=1)


def event_store(*, method: str, incoming: Incoming) -> bool:
    """Store a verified message in the inbox, with the job that processes it; return whether it is new."""
    with transaction.atomic():
        event, is_new = GatewayEvent.objects.get_or_create(
            method=method,
            event_id=incoming.event_id,
            defaults={"kind": incoming.kind, "payload": incoming.payload, "due_at": timezone.now()},
        )
        if is_new:
            event_process_job.enqueue(event_id=event.pk)
    reached("inbox.stored")
    return is_new


def callback_store(*, token: str, message: object) -> None:
    """Store an unsigned message in the inbox.

    ``token`` is the secret in its URL, which says which payment or refund the message is about. Raise
    ``PaymentNotFound``, ``GatewayNotOffered`` or ``BadMessage``.
    """
    payment = Payment.objects.filter(token_hash=hashed(token)).first()
    if payment is not None:
        event_store(method=payment.method, incoming=gateway(payment.method).receive_for(payment, message))
        return
    refund = Refund.objects.select_related("payment").filter(token_hash=hashed(token)).first()
    if refund is None:
        raise PaymentNotFound
    method = refund.payment.method
    event_store(method=method, incoming=gateway(method).receive_for_refund(refund, message))


@job("payments.process_event")
def event_process_job(*, event_id: int) -> None:
    """Process a message in the background; after a failure try again, if that is due before the reconciler runs."""
    event_process(event_id=event_id)
    seconds = seconds_until_retry(event_id=event_id)
    if seconds is not None and seconds < _RECONCILED_EVERY.total_seconds():
        event_process_job.enqueue_in(seconds, event_id=event_id)


def event_process(*, event_id: int) -> Exception | None:
    """Process a message, unless somebody else is doing so; return the failure, after which it is due again later."""
    event = GatewayEvent.objects.filter(pk=event_id, state=EventState.WAITING, due_at__lte=timezone.now()).first()
    if event is None:
        return None
    lease = timezone.now() + _LEASE
    if not _held(event).update(due_at=lease, attempts=event.attempts + 1):
        return None
    event.due_at, event.attempts = lease, event.attempts + 1
    reached("inbox.claimed")
    try:
        for message in gateway(event.method).messages_of(event):
            reached("inbox.understood")
            _take(message)
    except Exception as error:
        logger.warning("Gateway event %s failed: %s", event.pk, type(error).__name__)
        _postpone(event, error)
        return error
    reached("inbox.taken")
    _held(event).update(state=EventState.DONE, processed_at=timezone.now(), last_error="")
    return None


def _take(message: Message) -> None:
    """Apply what one message says."""
    if isinstance(message, PaymentMessage):
        settle(payment_id=message.payment.pk, result=message.result)
    elif isinstance(message, DisputeMessage):
        dispute_note(message)
    elif isinstance(message, ChargebackMessage):
        chargeback_settle(message)
    elif isinstance(message, AlertMessage):
        alert_raise(kind=message.kind, key=message.key, detail=message.detail, payment=message.payment)
    elif message.refund is not None:
        refund_settle(refund_id=message.refund.pk, result=message.result)
    elif message.payment is not None and message.amount is not None:
        refund_from_outside(
            payment=message.payment, amount=message.amount, receipt=message.receipt, result=message.result
        )


def _postpone(event: GatewayEvent, error: Exception) -> None:
    """Note a failure and when the next try is due, or give the message up with an alert after ``MAX_ATTEMPTS``."""
    is_dead = event.attempts >= MAX_ATTEMPTS
    changed = _held(event).update(
        due_at=timezone.now() + retry_pause(event.attempts, longest=_LONGEST_PAUSE),
        state=EventState.DEAD if is_dead else EventState.WAITING,
        last_error=f"{type(error).__name__}: {getattr(error, 'detail', '')}"[:500],
    )
    if is_dead and changed:
        detail = f"Message {event.pk} in the inbox could not be processed, however often it was tried."
        alert_raise(kind=AlertKind.UNSETTLED, key=f"event:{event.pk}", detail=detail)


def _held(event: GatewayEvent) -> QuerySet[GatewayEvent]:
    """Return the event's row, unless another try has claimed or finished it since ``event`` was read or claimed."""
    return GatewayEvent.objects.filter(pk=event.pk, state=EventState.WAITING, due_at=event.due_at)


def event_replay(*, event_id: int) -> None:
    """Process a message again, whatever its state. What was counted before is not counted twice."""
    GatewayEvent.objects.filter(pk=event_id).update(state=EventState.WAITING, attempts=0, due_at=timezone.now())
    event_process(event_id=event_id)


def events_process_due(*, limit: int = 200) -> int:
    """Process the messages that are due and return how many were tried.

    They were stored while no job could run, or failed before. ``limit`` is for each gateway, the oldest first: one that
    fails again and again must not hold up the others.
    """
    due = GatewayEvent.objects.filter(state=EventState.WAITING, due_at__lte=timezone.now())
    methods = list(due.order_by("method").values_list("method", flat=True).distinct())
    return sum(_process_all(due.filter(method=method).order_by("id")[:limit]) for method in methods)


def _process_all(events: QuerySet[GatewayEvent]) -> int:
    """Process the events, until the gateway failed to answer ``MAX_FAILURES`` times. Return how many were tried."""
    tried = failures = 0
    for pk in list(events.values_list("pk", flat=True)):
        if failures == MAX_FAILURES:
            break
        tried += 1
        failures += isinstance(_try(pk), GatewayFailure)
    return tried


def _try(event_id: int) -> Exception | None:
    """Process a message and return its failure, also an unexpected one, so that the others are processed too."""
    try:
        return event_process(event_id=event_id)
    except Exception as error:
        logger.warning("Gateway event %s could not be processed: %s", event_id, type(error).__name__)
        return error
