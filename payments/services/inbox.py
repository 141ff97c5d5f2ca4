"""Writes: the gateways' messages.

A message is stored together with the job that will process it, and answered. A row that is being processed is due again
after its lease: if the process dies, another one takes over.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from payments.errors import PaymentNotFound
from payments.gateways import gateway
from payments.gateways.base import (
    AlertNews,
    ChargebackNews,
    DisputeNews,
    GatewayFailure,
    Incoming,
    News,
    PaymentNews,
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
# A gateway that does not answer is not asked more often than this in the same run.
MAX_FAILURES = 3
_LEASE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_RECONCILED_EVERY = timedelta(minutes=1)


def event_store(*, method: str, incoming: Incoming) -> bool:
    """Put a verified message into the inbox, with the job that processes it; tell whether it is a new one."""
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


def callback_store(*, token: str, message: Any) -> None:
    """Put an unsigned message into the inbox; ``token``, the secret of its address, says what it is about.

    Raises ``PaymentNotFound``, ``GatewayNotOffered`` or ``BadMessage``.
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
    """Process a message while nobody waits; after a failure once more, if that is due before the reconciler comes."""
    event_process(event_id=event_id)
    seconds = seconds_until_retry(event_id=event_id)
    if seconds is not None and seconds < _RECONCILED_EVERY.total_seconds():
        event_process_job.enqueue_in(seconds, event_id=event_id)


def event_process(*, event_id: int) -> Exception | None:
    """Do what the message means, if nobody else is at it. A failure is answered, and leaves it for a later try."""
    event = GatewayEvent.objects.filter(pk=event_id, state=EventState.WAITING, due_at__lte=timezone.now()).first()
    if event is None:
        return None
    claim = GatewayEvent.objects.filter(pk=event.pk, state=EventState.WAITING, due_at=event.due_at)
    if not claim.update(due_at=timezone.now() + _LEASE, attempts=event.attempts + 1):
        return None
    reached("inbox.claimed")
    try:
        for news in gateway(event.method).news_of(event):
            reached("inbox.understood")
            _take(news)
    except Exception as error:
        logger.warning("Gateway event %s failed: %s", event.pk, type(error).__name__)
        _postpone(event, error)
        return error
    reached("inbox.taken")
    _end(event, state=EventState.DONE, processed_at=timezone.now(), last_error="")
    return None


def _take(news: News) -> None:
    if isinstance(news, PaymentNews):
        settle(payment_id=news.payment.pk, finding=news.finding)
    elif isinstance(news, DisputeNews):
        dispute_note(news)
    elif isinstance(news, ChargebackNews):
        chargeback_settle(news)
    elif isinstance(news, AlertNews):
        alert_raise(kind=news.kind, key=news.key, detail=news.detail, payment=news.payment)
    elif news.refund is not None:
        refund_settle(refund_id=news.refund.pk, finding=news.finding)
    elif news.payment is not None and news.amount is not None:
        refund_from_outside(payment=news.payment, amount=news.amount, receipt=news.receipt, finding=news.finding)


def _postpone(event: GatewayEvent, error: Exception) -> None:
    attempts = event.attempts + 1
    is_dead = attempts >= MAX_ATTEMPTS
    _end(
        event,
        due_at=timezone.now() + retry_pause(attempts, longest=_LONGEST_PAUSE),
        state=EventState.DEAD if is_dead else EventState.WAITING,
        last_error=f"{type(error).__name__}: {getattr(error, 'detail', '')}"[:500],
    )
    if is_dead:
        detail = f"Message {event.pk} in the inbox could not be processed, however often it was tried."
        alert_raise(kind=AlertKind.UNSETTLED, key=f"event:{event.pk}", detail=detail)


def _end(event: GatewayEvent, **fields: Any) -> None:
    """Unless somebody else, whom we kept waiting beyond our lease, has done it by now."""
    GatewayEvent.objects.filter(pk=event.pk, state=EventState.WAITING).update(**fields)


def event_replay(*, event_id: int) -> None:
    """Have a message processed once more, whatever became of it before: settling again changes nothing."""
    GatewayEvent.objects.filter(pk=event_id).update(state=EventState.WAITING, attempts=0, due_at=timezone.now())
    event_process(event_id=event_id)


def events_process_due(*, limit: int = 200) -> int:
    """Process what is due: what was stored when no job could run, and what failed before. Answers how many it tried.

    ``limit``: for each gateway, oldest first. One that fails again and again must not hold up the others.
    """
    due = GatewayEvent.objects.filter(state=EventState.WAITING, due_at__lte=timezone.now())
    methods = list(due.order_by("method").values_list("method", flat=True).distinct())
    return sum(_process_all(due.filter(method=method).order_by("id")[:limit]) for method in methods)


def _process_all(events: QuerySet[GatewayEvent]) -> int:
    tried = failures = 0
    for pk in list(events.values_list("pk", flat=True)):
        if failures == MAX_FAILURES:
            break
        tried += 1
        failures += isinstance(event_process(event_id=pk), GatewayFailure)
    return tried
