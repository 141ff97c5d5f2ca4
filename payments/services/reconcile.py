"""Writes: ask the gateways for results, so that nothing depends on a message that may have been lost."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from orders.models import Order
from orders.services import order_confirm_if_paid
from orders.states import OrderStatus
from payments.gateways import gateway, gateways
from payments.gateways.errors import GatewayFailure
from payments.gateways.messages import Incoming
from payments.gateways.results import Outcome, Result
from payments.models import Payment, Refund
from payments.services.alerts import alert_clear, alert_raise, tell_misconfigured
from payments.services.inbox import MAX_FAILURES, event_store, events_process_due
from payments.services.sending import refund_send
from payments.services.settle import settle
from payments.states import AlertKind, PaymentState

logger = logging.getLogger(__name__)

_LEASE = timedelta(minutes=1)
# A message is older than the gateway's failure to deliver it.
_OVERLAP = timedelta(days=1)
# A paid order is confirmed by its job. One that is still pending after this time has lost its job.
_CONFIRMED_WITHIN = timedelta(minutes=2)


@dataclass
class Report:
    """Count what one run of the reconciler did.

    ``asked`` counts the payments that were asked about, ``found`` the same by the state that they have now. ``refunds``
    counts the due refunds that were handled without a failure: sent, asked about, or still held. ``confirmed`` counts
    paid orders whose own job did not confirm them. ``unreachable`` counts by method how often a gateway did not answer.
    ``failed`` counts other failures; the log names them.
    """

    asked: int = 0
    found: Counter[str] = field(default_factory=Counter)
    refunds: int = 0
    fetched_events: int = 0
    processed_events: int = 0
    confirmed: int = 0
    unreachable: Counter[str] = field(default_factory=Counter)
    failed: int = 0


def reconcile(*, limit: int = 500, everything: bool = False) -> Report:
    """Ask the gateways about attempts that are due, send the refunds that are due, and fetch undelivered messages.

    Confirm also the paid orders whose own job did not do so. ``limit`` is for payments, orders and refunds each. With
    ``everything``, also ask about attempts and refunds that are not due yet, and fetch messages of any age.
    """
    report = Report()
    _fetch_events(report, everything)
    report.processed_events = events_process_due()
    _ask_about_payments(report, limit, everything)
    _confirm_paid(report, limit)
    _send_refunds(report, limit, everything)
    return report


def _fetch_events(report: Report, everything: bool) -> None:
    """Fetch from each gateway the undelivered messages since a little before its last successful run."""
    for each in gateways():
        now, key = timezone.now(), f"payments.undelivered:{each.method}"
        since = None if everything else _listed_since(key)
        try:
            found = each.undelivered(since)
        except Exception as error:
            _note_failure(report, each.method, error)
            continue
        stored = [_store(report, each.method, incoming) for incoming in found]
        if all(stored):
            cache.set(key, now.isoformat(), timeout=None)


def _listed_since(key: str) -> datetime | None:
    """Return from when to list messages. The cache may hold something that is not ours; it then counts as nothing."""
    try:
        return datetime.fromisoformat(cache.get(key)) - _OVERLAP
    except (TypeError, ValueError, OverflowError):
        return None


def _store(report: Report, method: str, incoming: Incoming) -> bool:
    """Store a message and return whether that worked.

    One that can't be stored does not keep the others out, because it is fetched again.
    """
    try:
        report.fetched_events += event_store(method=method, incoming=incoming)
    except Exception as error:
        _note_failure(report, method, error)
        return False
    return True


def _ask_about_payments(report: Report, limit: int, everything: bool) -> None:
    due = Payment.objects.filter(next_check_at__isnull=False).order_by("next_check_at")
    if not everything:
        due = due.filter(next_check_at__lte=timezone.now())
    for payment in list(due.select_related("order")[:limit]):
        if report.unreachable[payment.method] < MAX_FAILURES:
            _ask(report, payment)


def _ask(report: Report, payment: Payment) -> None:
    claim = Payment.objects.filter(pk=payment.pk, next_check_at=payment.next_check_at)
    try:
        if claim.update(next_check_at=timezone.now() + _LEASE):
            report.asked += 1
            report.found[settle(payment_id=payment.pk, result=_result_of(report, payment)).state] += 1
    except Exception as error:
        _note_failure(report, payment.method, error)


def _result_of(report: Report, payment: Payment) -> Result:
    """Return the gateway's result. A failure is noted, and the result is unknown.

    The payment is then asked about again at longer and longer pauses; in the end staff get an alert.
    """
    try:
        return payment_query(payment)
    except Exception as error:
        _note_failure(report, payment.method, error)
        return Result(Outcome.UNKNOWN)


def payment_query(payment: Payment) -> Result:
    """Ask the gateway for the payment's result now. If the shop gave the attempt up, cancel it at the gateway too."""
    asked = gateway(payment.method)
    return asked.cancel(payment) if payment.state == PaymentState.CANCELLED else asked.query(payment)


def _confirm_paid(report: Report, limit: int) -> None:
    """Confirm the orders that were paid in full a while ago and are still pending, the oldest first."""
    paid = Order.objects.filter(
        status=OrderStatus.PENDING, total__gt=0, captured_total__gt=0, captured_total__gte=F("total")
    )
    late = paid.filter(payments__captured_at__lte=timezone.now() - _CONFIRMED_WITHIN)
    for order in list(late.order_by("id").distinct()[:limit]):
        _confirm(report, order)


def _confirm(report: Report, order: Order) -> None:
    key = str(order.pk)
    try:
        order_confirm_if_paid(order_id=order.pk)
    except Exception as error:
        report.failed += 1
        logger.warning("Paid order %s could not be confirmed: %s", key, type(error).__name__)
        _tell(report, lambda: _tell_unconfirmed(order))
    else:
        report.confirmed += 1
        _tell(report, lambda: alert_clear(kind=AlertKind.UNCONFIRMED, key=key))


def _tell_unconfirmed(order: Order) -> None:
    payment = order.payments.exclude(captured_at=None).latest("captured_at")
    detail = f"Order {order.number} was paid and could not be confirmed. It is tried again every minute."
    alert_raise(kind=AlertKind.UNCONFIRMED, key=str(order.pk), detail=detail, payment=payment)


def _send_refunds(report: Report, limit: int, everything: bool) -> None:
    due = Refund.objects.filter(next_check_at__isnull=False).order_by("next_check_at")
    if not everything:
        due = due.filter(next_check_at__lte=timezone.now())
    for pk, method in list(due.values_list("pk", "payment__method")[:limit]):
        if report.unreachable[method] < MAX_FAILURES:
            _send(report, pk, method)


def _send(report: Report, refund_id: int, method: str) -> None:
    try:
        failure: Exception | None = refund_send(refund_id=refund_id)
    except Exception as error:
        failure = error
    if failure is None:
        report.refunds += 1
    else:
        _note_failure(report, method, failure)


def _note_failure(report: Report, method: str, error: Exception) -> None:
    """Log and count a failure, so that the other payments are asked about all the same.

    The payment or refund that failed is due again soon.
    """
    if isinstance(error, GatewayFailure):
        report.unreachable[method] += 1
        _tell(report, partial(tell_misconfigured, method=method, failure=error))
    else:
        report.failed += 1
    logger.warning("%s could not be asked: %s %s", method, type(error).__name__, getattr(error, "detail", ""))


def _tell(report: Report, tell: Callable[[], None]) -> None:
    """Raise or clear an alert. A failure is logged and counted, so that it doesn't keep the other payments waiting."""
    try:
        tell()
    except Exception as error:
        report.failed += 1
        logger.warning("An alert could not be written: %s", type(error).__name__)
