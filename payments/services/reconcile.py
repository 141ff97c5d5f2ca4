"""Writes: asking the gateways, so that nothing depends on a message that may have been lost."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from payments.errors import GatewayNotOffered
from payments.gateways import gateway, gateways
from payments.gateways.base import Finding, GatewayFailure, GatewayMisconfigured
from payments.models import Payment, Refund
from payments.services.alerts import alert_raise
from payments.services.inbox import event_store, events_process_due
from payments.services.refunds import refund_send
from payments.services.settle import settle
from payments.states import AlertKind, PaymentState

logger = logging.getLogger(__name__)

_LEASE = timedelta(minutes=1)
# A gateway that does not answer is not asked about the next ones in the same run more often than this.
_MAX_FAILURES = 3


@dataclass
class Report:
    """What a run did. ``found``: by state, what the asked payments are now."""

    asked: int = 0
    found: Counter[str] = field(default_factory=Counter)
    refunds: int = 0
    fetched_events: int = 0
    processed_events: int = 0
    unreachable: Counter[str] = field(default_factory=Counter)


def reconcile(*, limit: int = 500, everything: bool = False) -> Report:
    """Ask about every attempt that is due, send what refunds are due, fetch messages that did not reach us.

    ``everything``: also attempts whose time to be asked has not come yet.
    """
    report = Report()
    _fetch_events(report)
    report.processed_events = events_process_due()
    _ask_about_payments(report, limit, everything)
    _send_refunds(report, limit, everything)
    return report


def _fetch_events(report: Report) -> None:
    for each in gateways():
        try:
            for incoming in each.undelivered():
                report.fetched_events += event_store(method=each.method, incoming=incoming)
        except GatewayFailure as failure:
            _unreachable(report, each.method, failure)


def _ask_about_payments(report: Report, limit: int, everything: bool) -> None:
    due = Payment.objects.filter(next_check_at__isnull=False).order_by("next_check_at")
    if not everything:
        due = due.filter(next_check_at__lte=timezone.now())
    for payment in list(due.select_related("order")[:limit]):
        if report.unreachable[payment.method] < _MAX_FAILURES:
            _ask(report, payment)


def _ask(report: Report, payment: Payment) -> None:
    claim = Payment.objects.filter(pk=payment.pk, next_check_at=payment.next_check_at)
    if not claim.update(next_check_at=timezone.now() + _LEASE):
        return
    report.asked += 1
    try:
        finding = payment_query(payment)
    except GatewayNotOffered:
        return
    except GatewayFailure as failure:
        _unreachable(report, payment.method, failure)
        return
    report.found[settle(payment_id=payment.pk, finding=finding).state] += 1


def payment_query(payment: Payment) -> Finding:
    """What the gateway says of the payment now; an attempt that we gave up it is told to give up too."""
    asked = gateway(payment.method)
    return asked.cancel(payment) if payment.state == PaymentState.CANCELLED else asked.query(payment)


def _send_refunds(report: Report, limit: int, everything: bool) -> None:
    due = Refund.objects.filter(next_check_at__isnull=False).order_by("next_check_at")
    if not everything:
        due = due.filter(next_check_at__lte=timezone.now())
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            refund_send(refund_id=pk)
            report.refunds += 1
        except GatewayNotOffered:
            continue


def _unreachable(report: Report, method: str, failure: GatewayFailure) -> None:
    report.unreachable[method] += 1
    logger.warning("%s can't be asked: %s", method, failure.detail)
    if isinstance(failure, GatewayMisconfigured):
        key = f"{method}:{timezone.now().date().isoformat()}"
        alert_raise(kind=AlertKind.CONFIGURATION, key=key, detail=failure.detail)
