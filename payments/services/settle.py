"""The one place where money becomes part of an order.

Webhook, the buyer's browser coming back, the reconciler and staff all end here. Every function may be called any number
of times, with news in any order, and ends in the same state: what counts is what has been received, each receipt once.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from orders.services import order_confirm_if_paid, order_hold, order_let_go, order_reopen
from orders.states import OrderStatus
from payments.gateways.base import Finding, Outcome
from payments.models import Payment, PaymentEntry
from payments.services.alerts import alert_raise
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.services.refunds import refund_open
from payments.states import OPEN, AlertKind, EntryKind, PaymentState
from utils.failpoints import reached
from utils.jobs import job
from utils.money import display

# When to ask a gateway again, in seconds after the last time; then every hour. The end is told by the clock, not by how
# often it was asked: a buyer who keeps reloading the page must not use the questions up.
_PAUSES = (30, 60, 120, 300, 600, 1800)
_HOURLY = 3600
_ASKED_FOR = timedelta(days=2)
# A bank takes its days.
TRANSFER_TAKES = timedelta(days=7)


def settle(*, payment_id: int, finding: Finding) -> Payment:
    """Make of a gateway's word what is to be made of it."""
    with transaction.atomic():
        order, payment = lock_payment(payment_id)
        reached("settle.locked")
        _learn_name(payment, finding.gateway_id)
        if finding.outcome == Outcome.PAID:
            _settle_paid(order, payment, finding)
        elif finding.outcome == Outcome.FAILED:
            _settle_failed(order, payment, finding)
        else:
            _ask_again(order, payment, finding)
        reached("settle.before_commit")
    reached("settle.committed")
    return payment


def _learn_name(payment: Payment, gateway_id: str) -> None:
    """A name that another payment has is not taken: the receipt will tell whose money it is."""
    if not gateway_id or payment.gateway_id:
        return
    if not Payment.objects.filter(method=payment.method, gateway_id=gateway_id).exists():
        payment.gateway_id = gateway_id
        payment.save(update_fields=["gateway_id"])


def _settle_paid(order: Order, payment: Payment, finding: Finding) -> None:
    mismatch = finding.mismatch or _mismatch(payment, finding)
    if mismatch:
        key = f"{payment.pk}:{finding.receipt}"
        alert_raise(kind=AlertKind.AMOUNT_MISMATCH, key=key, detail=mismatch, payment=payment)
        payment.has_uncounted_money = True
        payment.save(update_fields=["has_uncounted_money"])
        _stop_asking(payment)
        return
    receipt = finding.receipt or payment.number
    if _is_taken(payment, finding.reference):
        _tell_reused(payment, finding.reference)
        return
    known = PaymentEntry.objects.filter(method=payment.method, kind=EntryKind.CAPTURE, receipt=receipt).first()
    if known is not None:
        if known.payment_id != payment.pk:
            _tell_reused(payment, receipt)
        else:
            _note_reference(payment, finding.reference)
        return
    if not capture(order=order, payment=payment, receipt=receipt, reference=finding.reference):
        return
    if finding.risk:
        alert_raise(kind=AlertKind.RISK, key=str(payment.pk), detail=finding.risk, payment=payment)
    _place_money(order, payment, receipt)


def _note_reference(payment: Payment, reference: str) -> None:
    """Of money that was counted. A second one names other money, which was paid without being asked for."""
    if not payment.reference:
        payment.reference = reference
        payment.save(update_fields=["reference"])
    elif reference not in {"", payment.reference}:
        detail = f"Receipt {reference} came for payment {payment.number}, which was paid with {payment.reference}."
        alert_raise(kind=AlertKind.PAID_BY_HAND, key=reference, detail=detail, payment=payment)


def _is_taken(payment: Payment, reference: str) -> bool:
    others = Payment.objects.filter(method=payment.method, reference=reference).exclude(pk=payment.pk)
    return bool(reference) and others.exists()


def _mismatch(payment: Payment, finding: Finding) -> str:
    if finding.amount == payment.amount and finding.currency == payment.currency:
        return ""
    got = f"{finding.amount} {finding.currency}"
    return f"Asked for {display(payment.amount, payment.currency)} {payment.currency}, the gateway says {got}."


def _tell_reused(payment: Payment, receipt: str) -> None:
    detail = f"The receipt was counted for another payment, and now comes for payment {payment.number}."
    alert_raise(kind=AlertKind.RECEIPT_REUSED, key=f"{payment.pk}:{receipt}", detail=detail, payment=payment)
    _stop_asking(payment)


def capture(
    *, order: Order, payment: Payment, receipt: str = "", actor: User | None = None, reference: str = ""
) -> bool:
    """Count the payment's amount as received; whether it was counted, which a reused receipt is not.

    Other attempts to pay the order are given up. The caller holds the locks of ``lock_payment``.
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
    """Confirm an order that was paid. If that fails it is tried again, and the money stays recorded meanwhile."""
    order_confirm_if_paid(order_id=order_id)


def give_up_open(order: Order) -> None:
    """Cancel what is still to be paid. What a gateway has of it the reconciler takes back, and finds late money.

    The caller holds the order's lock.
    """
    for payment in Payment.objects.select_for_update().filter(order=order, state__in=OPEN).order_by("pk"):
        payment.state = PaymentState.CANCELLED
        payment.next_check_at = timezone.now() if payment.started_at else None
        payment.save(update_fields=["state", "next_check_at"])


def _place_money(order: Order, payment: Payment, receipt: str) -> None:
    """Money beyond what the order costs goes back, and so does money for a cancelled order that can't live again.

    What was received decides, whatever of it was given back meanwhile: a second payment never pays for a refund.
    """
    if order.captured_total > order.total:
        kind, detail = AlertKind.PAID_TWICE, f"Order {order.number} was paid already."
    elif order.status != OrderStatus.CANCELLED or order_reopen(order=order, reason="Paid after its cancellation"):
        return
    else:
        kind, detail = AlertKind.PAID_LATE, f"Order {order.number} was cancelled, on purpose or with its stock gone."
    alert_raise(kind=kind, key=f"{payment.pk}:{receipt}", detail=detail, payment=payment)
    refund_open(payment=payment, amount=payment.amount, receipt=receipt, reason=detail)


def _settle_failed(order: Order, payment: Payment, finding: Finding) -> None:
    """A failure after a success is old news; one after we gave the attempt up changes nothing.

    Whatever the order was held for, there is now the time of a new one for another try.
    """
    if payment.is_open:
        order_let_go(order=order, after=timezone.now() + timedelta(minutes=settings.RESERVATION_MINUTES))
        payment.state = PaymentState.FAILED
        payment.failure = finding.reason[:255]
    payment.next_check_at = None
    payment.save(update_fields=["state", "failure", "next_check_at"])


def _ask_again(order: Order, payment: Payment, finding: Finding) -> None:
    """An attempt that was paid or has failed is not asked about again: such news is older than what we know."""
    if payment.state in {PaymentState.CAPTURED, PaymentState.FAILED}:
        return
    if payment.state == PaymentState.UNKNOWN and finding.outcome == Outcome.OPEN:
        payment.state = PaymentState.WAITING
    payment.checks += 1
    pause = _PAUSES[payment.checks - 1] if payment.checks <= len(_PAUSES) else _HOURLY
    payment.next_check_at = timezone.now() + timedelta(seconds=pause)
    began = payment.started_at or payment.created_at
    if finding.is_processing and payment.is_open:
        order_hold(order=order, until=began + TRANSFER_TAKES)
    if timezone.now() - began > (TRANSFER_TAKES if finding.is_processing else _ASKED_FOR):
        payment.next_check_at = None
        detail = "The gateway was asked for days and gave no final word."
        alert_raise(kind=AlertKind.UNSETTLED, key=str(payment.pk), detail=detail, payment=payment)
    payment.save(update_fields=["state", "checks", "next_check_at"])


def _stop_asking(payment: Payment) -> None:
    payment.next_check_at = None
    payment.save(update_fields=["next_check_at"])
