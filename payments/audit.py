"""Reads: check that the money adds up, by comparing sums, ledger and refunds of each order."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from orders.models import Order
from orders.states import OrderStatus, payment_status
from payments.balances import came_and_went, given_back
from payments.gateways import has_gateway
from payments.models import Payment
from payments.states import AlertKind, EntryKind, PaymentState, RefundState

_ACCEPTED = frozenset(OrderStatus) - {OrderStatus.PENDING, OrderStatus.CANCELLED}
_CHUNK = 500
# After this time a paid order has long been confirmed, by its job or by the reconciler.
_CONFIRMED_WITHIN = timedelta(hours=1)


def money_flaws() -> Iterator[str]:
    """List what is wrong with the money, in words, with the numbers of orders and payments.

    The rows of an order are not all read at the same moment. If money moves meanwhile, a flaw may be reported that is
    none.
    """
    related = ("payments__entries", "payments__refunds", "payments__alerts", "history")
    for order in Order.objects.order_by("pk").prefetch_related(*related).iterator(chunk_size=_CHUNK):
        yield from flaws_of(order)


def flaws_of(order: Order) -> Iterator[str]:
    """List what is wrong with the money of an order and its payments, in words."""
    payments = order.payments.all()
    for payment in payments:
        for flaw in _flaws_of_payment(payment):
            yield f"payment {payment.number}: {flaw}"
    for flaw in _flaws_of_order(order, list(payments)):
        yield f"order {order.number}: {flaw}"


def _flaws_of_payment(payment: Payment) -> Iterator[str]:
    entries, refunds = payment.entries.all(), payment.refunds.all()
    came, went = came_and_went(entries)
    if payment.captured_amount != came:
        yield f"captured {payment.captured_amount:f}, in the ledger {came:f}"
    expected = given_back(entries=entries, refunds=refunds)
    if payment.refunded_amount != expected:
        yield f"given back {payment.refunded_amount:f}, by refunds and ledger {expected:f}"
    if went > came and not _was_told(payment, AlertKind.OVERDRAWN):
        yield f"{went - came:f} more went back than came, and nobody was told"
    if any(entry.currency != payment.currency or entry.method != payment.method for entry in entries):
        yield "an entry of another currency or method"
    is_captured = any(entry.kind == EntryKind.CAPTURE for entry in entries)
    if is_captured != (payment.state == PaymentState.CAPTURED):
        yield f"{payment.state}, and the ledger has {'a' if is_captured else 'no'} capture"
    done = sum(refund.amount for refund in refunds if refund.state == RefundState.SUCCEEDED)
    booked = sum(entry.amount for entry in entries if entry.kind == EntryKind.REFUND)
    booked -= sum(entry.amount for entry in entries if entry.kind == EntryKind.REFUND_FAILED)
    if done != booked:
        yield f"refunds of {done:f} succeeded, in the ledger {booked:f}"


def _flaws_of_order(order: Order, payments: list[Payment]) -> Iterator[str]:
    moved = [came_and_went(payment.entries.all()) for payment in payments]
    captured, refunded = sum(came for came, _ in moved), sum(min(came, went) for came, went in moved)
    if (order.captured_total, order.refunded_total) != (captured, refunded):
        sums = f"captured {order.captured_total:f} and gave back {order.refunded_total:f}"
        yield f"{sums}, in the ledger {captured:f} and {refunded:f}"
    status = payment_status(total=order.total, captured=order.captured_total, refunded=order.refunded_total)
    if order.payment_status != status:
        yield f"says {order.payment_status}, its sums say {status.value}"
    if 0 < captured < order.total:
        yield f"captured {captured:f} of {order.total:f}"
    if captured > order.total and not any(_was_told(payment, AlertKind.PAID_TWICE) for payment in payments):
        yield f"captured {captured:f} for {order.total:f}, and nobody was told"
    if order.status == OrderStatus.PENDING and captured >= order.total > 0 and _were_paid_long_ago(payments):
        yield "paid in full and still pending"
    if order.status in _ACCEPTED and captured < order.total and not _by_staff(order, payments):
        yield f"{order.status} without its money"


def _were_paid_long_ago(payments: list[Payment]) -> bool:
    """Return whether one of the payments was captured so long ago that its order has to be confirmed by now."""
    before = timezone.now() - _CONFIRMED_WITHIN
    return any(payment.captured_at is not None and payment.captured_at < before for payment in payments)


def _by_staff(order: Order, payments: list[Payment]) -> bool:
    """Return whether staff accepted the order without its money, or the money comes by courier or transfer."""
    steps = [step for step in order.history.all() if step.new_status in _ACCEPTED]
    return any(step.actor_id for step in steps) or any(not has_gateway(payment.method) for payment in payments)


def _was_told(payment: Payment, kind: AlertKind) -> bool:
    """Return whether an alert of this kind was raised for the payment. It reads the prefetched alerts."""
    return any(alert.kind == kind for alert in payment.alerts.all())
