"""Writes: the only place where money becomes part of an order.

Webhooks, the buyer's returning browser, the reconciler and staff all end here. Every function may be called any number
of times, with results in any order, and ends in the same state: what was received counts, each receipt once.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from orders.services import order_confirm_if_paid, order_extend_expiry, order_reopen, order_shorten_expiry
from orders.states import OrderStatus
from payments.gateways.results import Outcome, Result
from payments.models import Payment, PaymentEntry
from payments.services.alerts import alert_raise
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.services.refunds import refund_open
from payments.states import OPEN, AlertKind, EntryKind, PaymentState
from utils.failpoints import reached
from utils.jobs import job
from utils.money import display

# When to ask a gateway again, in seconds after the last time; then every hour. The shop stops after a fixed time, not
# after a number of checks: a buyer who keeps reloading the page must not use them up.
_PAUSES = (30, 60, 120, 300, 600, 1800)
_HOURLY = 3600
_ASKED_FOR = timedelta(days=2)
# A bank takes days to transfer money.
TRANSFER_TAKES = timedelta(days=7)


def settle(*, payment_id: int, result: Result) -> Payment:
    """Apply a gateway's result to a payment, once, however often and in whatever order results come.

    Raise ``PaymentNotFound`` when there is no such payment.
    """
    with transaction.atomic():
        order, payment = lock_payment(payment_id)
        reached("settle.locked")
        _learn_name(payment, result.gateway_id)
        if result.outcome == Outcome.PAID:
            _settle_paid(order, payment, result)
        elif result.outcome == Outcome.FAILED:
            _settle_failed(order, payment, result)
        else:
            _ask_again(order, payment, result)
        reached("settle.before_commit")
    reached("settle.committed")
    return payment


def _learn_name(payment: Payment, gateway_id: str) -> None:
    """Store the gateway's id of the attempt, unless another payment has it.

    The id does not decide which payment the money belongs to; the receipt does.
    """
    if not gateway_id or payment.gateway_id:
        return
    if not Payment.objects.filter(method=payment.method, gateway_id=gateway_id).exists():
        payment.gateway_id = gateway_id
        payment.save(update_fields=["gateway_id"])


def _settle_paid(order: Order, payment: Payment, result: Result) -> None:
    """Count the money of a result, unless it contradicts the payment or was counted before."""
    mismatch = result.mismatch or _mismatch(payment, result)
    if mismatch:
        key = f"{payment.pk}:{result.receipt}"
        alert_raise(kind=AlertKind.AMOUNT_MISMATCH, key=key, detail=mismatch, payment=payment)
        payment.has_uncounted_money = True
        payment.save(update_fields=["has_uncounted_money"])
        _stop_asking(payment)
        return
    receipt = result.receipt or payment.number
    if _is_taken(payment, result.reference):
        _tell_reused(payment, result.reference)
        return
    known = PaymentEntry.objects.filter(method=payment.method, kind=EntryKind.CAPTURE, receipt=receipt).first()
    if known is not None:
        if known.payment_id != payment.pk:
            _tell_reused(payment, receipt)
        else:
            _note_reference(payment, result.reference)
        return
    if not capture(order=order, payment=payment, receipt=receipt, reference=result.reference):
        return
    if result.risk:
        alert_raise(kind=AlertKind.RISK, key=str(payment.pk), detail=result.risk, payment=payment)
    _place_money(order, payment, receipt)


def _note_reference(payment: Payment, reference: str) -> None:
    """Record the reference of counted money. A second reference names other money, which raises an alert."""
    if not payment.reference:
        payment.reference = reference
        payment.save(update_fields=["reference"])
    elif reference not in {"", payment.reference}:
        detail = f"Receipt {reference} came for payment {payment.number}, which was paid with {payment.reference}."
        alert_raise(kind=AlertKind.PAID_BY_HAND, key=reference, detail=detail, payment=payment)


def _is_taken(payment: Payment, reference: str) -> bool:
    """Return whether another payment of the same method has this reference."""
    others = Payment.objects.filter(method=payment.method, reference=reference).exclude(pk=payment.pk)
    return bool(reference) and others.exists()


def _mismatch(payment: Payment, result: Result) -> str:
    """Return how the result's amount or currency differs from the payment's, in words; empty when they agree."""
    if result.amount == payment.amount and result.currency == payment.currency:
        return ""
    got = f"{result.amount} {result.currency}"
    return f"Asked for {display(payment.amount, payment.currency)} {payment.currency}, the gateway says {got}."


def _tell_reused(payment: Payment, receipt: str) -> None:
    detail = f"The receipt was counted for another payment, and now comes for payment {payment.number}."
    alert_raise(kind=AlertKind.RECEIPT_REUSED, key=f"{payment.pk}:{receipt}", detail=detail, payment=payment)
    _stop_asking(payment)


def capture(
    *, order: Order, payment: Payment, receipt: str = "", actor: User | None = None, reference: str = ""
) -> bool:
    """Record in the ledger that the payment's amount was received, and enqueue the confirmation of its order.

    Return ``True``, or ``False`` when ``receipt`` (the gateway's id of the money) is already in the ledger. Then
    nothing is counted, and staff get an alert. Other open attempts to pay the order are cancelled. ``actor`` is the
    staff member who confirms the money, or ``None`` for a gateway. ``reference`` names the transfer to people. The
    calling code holds the locks of ``lock_payment``.
    """
    try:
        with transaction.atomic():
            PaymentEntry.objects.create(
                payment=payment,
                kind=EntryKind.CAPTURE,
                method=payment.method,
                amount=payment.amount,
                currency=payment.currency,
                receipt=receipt,
                actor=actor,
            )
    except IntegrityError:
        _tell_reused(payment, receipt)
        return False
    reached("settle.entered")
    payment.state = PaymentState.CAPTURED
    payment.captured_amount += payment.amount
    payment.captured_at = payment.captured_at or timezone.now()
    payment.confirmed_by = actor
    payment.reference = reference or payment.reference
    payment.failure, payment.next_check_at = "", None
    payment.save()
    recount(payment)
    give_up_open(order)
    record_money(order)
    reached("settle.recorded")
    order_confirm_job.enqueue(order_id=order.pk)
    return True


@job("payments.confirm_order", at_commit=True)
def order_confirm_job(*, order_id: int) -> None:
    """Confirm an order that was paid. A failure is tried again, and the money stays recorded meanwhile."""
    order_confirm_if_paid(order_id=order_id)


def give_up_open(order: Order) -> None:
    """Cancel the order's open attempts. The reconciler cancels them at their gateways too, and finds money that came.

    The caller holds the order's lock.
    """
    for payment in Payment.objects.select_for_update().filter(order=order, state__in=OPEN).order_by("pk"):
        payment.state = PaymentState.CANCELLED
        payment.next_check_at = timezone.now() if payment.started_at else None
        payment.save(update_fields=["state", "next_check_at"])


def _place_money(order: Order, payment: Payment, receipt: str) -> None:
    """Refund the payment that was just captured if its order does not need the money, and raise an alert for staff.

    An order does not need it when more was captured than it costs, or when it was cancelled and can't be reopened.
    Otherwise a cancelled order is reopened. Refunds made meanwhile do not count, so a second payment is refunded even
    if the first one was refunded. ``receipt`` is the gateway's id of the money.
    """
    if order.captured_total > order.total:
        kind, detail = AlertKind.PAID_TWICE, f"Order {order.number} was paid already."
    elif order.status != OrderStatus.CANCELLED or order_reopen(order=order, reason="Paid after its cancellation"):
        return
    else:
        kind, detail = AlertKind.PAID_LATE, f"Order {order.number} was cancelled, on purpose or with its stock gone."
    alert_raise(kind=kind, key=f"{payment.pk}:{receipt}", detail=detail, payment=payment)
    refund_open(payment=payment, amount=payment.amount, receipt=receipt, reason=detail)


def _settle_failed(order: Order, payment: Payment, result: Result) -> None:
    """Record a failure. A payment that was captured or cancelled before keeps its state.

    The order's stock is then held as long as that of a new order, for another attempt.
    """
    if payment.is_open:
        order_shorten_expiry(order=order, after=timezone.now() + timedelta(minutes=settings.RESERVATION_MINUTES))
        payment.state = PaymentState.FAILED
        payment.failure = result.reason[:255]
    payment.next_check_at = None
    payment.save(update_fields=["state", "failure", "next_check_at"])


def _ask_again(order: Order, payment: Payment, result: Result) -> None:
    """Set when to ask the gateway next. An attempt that was paid or has failed since is not asked about again."""
    if payment.state in {PaymentState.CAPTURED, PaymentState.FAILED}:
        return
    if payment.state == PaymentState.UNKNOWN and result.outcome == Outcome.OPEN:
        payment.state = PaymentState.WAITING
    payment.checks += 1
    pause = _PAUSES[payment.checks - 1] if payment.checks <= len(_PAUSES) else _HOURLY
    payment.next_check_at = timezone.now() + timedelta(seconds=pause)
    began = payment.started_at or payment.created_at
    if result.is_processing and payment.is_open:
        order_extend_expiry(order=order, until=began + TRANSFER_TAKES)
    if timezone.now() - began > (TRANSFER_TAKES if result.is_processing else _ASKED_FOR):
        payment.next_check_at = None
        detail = "The gateway was asked for days and gave no final result."
        alert_raise(kind=AlertKind.UNSETTLED, key=str(payment.pk), detail=detail, payment=payment)
    payment.save(update_fields=["state", "checks", "next_check_at"])


def _stop_asking(payment: Payment) -> None:
    payment.next_check_at = None
    payment.save(update_fields=["next_check_at"])
