"""Writes: giving money back.

A refund takes its amount from what can be refunded when it is asked for, so that several at once never exceed what was
received, and gives it back if it fails. It is sent outside of any transaction: ``sending``.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from payments.balances import gateway_refunds, is_disputed, left_of_captures, refund_step
from payments.errors import PaymentNotFound, RefundBlocked, RefundNotFound, RefundTooLarge
from payments.gateways.base import Outcome, RefundFinding
from payments.models import Payment, PaymentEntry, Refund
from payments.services.alerts import alert_raise
from payments.services.ledger import record_money, recount
from payments.signals import payment_refunded, refund_requested
from payments.states import AlertKind, EntryKind, RefundState
from utils.errors import Invalid
from utils.events import publish
from utils.failpoints import reached
from utils.money import display

PAUSE = timedelta(minutes=2)


def refund_request(*, payment_id: int, amount: Decimal | None, actor: User, reason: str = "") -> Refund:
    """Give ``amount`` back, out of the oldest capture that has so much left; without one the rest of the oldest.

    Raises ``PaymentNotFound``, or what ``refund_source`` raises.
    """
    with transaction.atomic():
        lock_order_of(payment_id)
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        amount, receipt = refund_source(payment=payment, amount=amount)
        return refund_open(payment=payment, amount=amount, receipt=receipt, reason=reason, actor=actor)


def refund_source(*, payment: Payment, amount: Decimal | None) -> tuple[Decimal, str]:
    """Find the amount that can be given back, and the receipt of the capture that it comes from.

    The answer stays true while the payment is locked. Raises ``RefundBlocked``, ``RefundTooLarge`` (with what is
    ``available`` at once), or ``Invalid`` for an amount that isn't a multiple of the payment's ``refund_step``.
    """
    if is_disputed(payment):
        raise RefundBlocked
    left = left_of_captures(payment)
    if amount is None:
        amount = next((rest for rest in left.values() if rest), Decimal(0))
    receipt = next((receipt for receipt, rest in left.items() if 0 < amount <= rest), None)
    if receipt is None:
        raise RefundTooLarge(available=display(max(left.values(), default=Decimal(0)), payment.currency))
    if amount % (step := refund_step(payment)):
        in_words = f"{display(step, payment.currency)} {payment.currency}"
        raise Invalid(f"This amount can't be given back: refunds go in steps of {in_words}.", field="amount")
    return amount, receipt


def lock_order_of(payment_id: int) -> Order:
    """Raises ``PaymentNotFound``."""
    order = Order.objects.locked().filter(payments=payment_id).first()
    if order is None:
        raise PaymentNotFound
    return order


def refund_open(*, payment: Payment, amount: Decimal, receipt: str, reason: str, actor: User | None = None) -> Refund:
    """Set ``amount`` aside and have it sent. ``receipt``: of the capture that is given back.

    What the gateway can't give back, staff do by hand. The caller holds the payment's lock and knows that the amount is
    there.
    """
    is_manual = not gateway_refunds(payment) or bool(amount % refund_step(payment))
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        currency=payment.currency,
        receipt=receipt,
        is_manual=is_manual,
        reason=reason[:255],
        requested_by=actor,
        # Whatever happens to the event, the reconciler finds it.
        next_check_at=None if is_manual else timezone.now() + PAUSE,
    )
    recount(payment)
    if not is_manual:
        publish(refund_requested, refund_id=refund.pk)
    return refund


def refund_settle(*, refund_id: int, finding: RefundFinding, actor: User | None = None) -> Refund:
    """Make of a gateway's word about a refund what is to be made of it, in any order, any number of times.

    ``actor``: who says so, for one made by hand.
    """
    with transaction.atomic():
        found = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
        if found is None:
            raise RefundNotFound
        order = lock_order_of(found)
        payment = Payment.objects.select_for_update().get(pk=found)
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        is_named = bool(finding.gateway_id) and finding.gateway_id == refund.gateway_id
        if refund.is_manual and actor is None and not is_named:
            _hear_of_another(refund, finding)
            return refund
        if finding.gateway_id and not refund.gateway_id:
            refund.gateway_id = finding.gateway_id
            refund.save(update_fields=["gateway_id"])
        if finding.outcome == Outcome.PAID:
            _succeed(order, payment, refund, actor)
        elif finding.outcome == Outcome.FAILED:
            _fail(order, payment, refund, finding.reason)
        reached("refund.before_commit")
        return refund


def _hear_of_another(refund: Refund, finding: RefundFinding) -> None:
    """What the gateway says of its own attempt, after staff made the refund by hand: a failure is as it should be."""
    if finding.outcome == Outcome.PAID:
        detail = f"Refund {refund.number} was made by hand, and the gateway says that it gave the money back as well."
        alert_raise(kind=AlertKind.REFUND_FAILED, key=f"twice:{refund.pk}", detail=detail, payment=refund.payment)


def _succeed(order: Order, payment: Payment, refund: Refund, actor: User | None) -> None:
    had_succeeded = payment.entries.filter(kind=EntryKind.REFUND, receipt=_receipt(refund)).exists()
    if refund.state == RefundState.FAILED and not had_succeeded:
        detail = f"The gateway says now that refund {refund.number}, which had failed, went through."
        alert_raise(kind=AlertKind.REFUND_FAILED, key=f"after all:{refund.pk}", detail=detail, payment=payment)
    if refund.state != RefundState.PENDING:
        return
    _enter(payment, refund, EntryKind.REFUND, actor)
    refund.state, refund.failure = RefundState.SUCCEEDED, ""
    refund.settled_at, refund.next_check_at = timezone.now(), None
    refund.save()
    recount(payment)
    record_money(order)
    publish(payment_refunded, refund_id=refund.pk, payment_id=payment.pk, order_id=order.pk)


def _fail(order: Order, payment: Payment, refund: Refund, reason: str) -> None:
    """Its amount can be refunded again. A refund may come back days after it succeeded."""
    if refund.state == RefundState.FAILED:
        return
    if refund.state == RefundState.SUCCEEDED:
        _enter(payment, refund, EntryKind.REFUND_FAILED, None)
    refund.state, refund.failure = RefundState.FAILED, reason[:255]
    refund.settled_at, refund.next_check_at = timezone.now(), None
    refund.save()
    recount(payment)
    record_money(order)
    detail = f"{display(refund.amount, refund.currency)} {refund.currency} did not go back: {reason}"
    alert_raise(kind=AlertKind.REFUND_FAILED, key=str(refund.pk), detail=detail, payment=payment)


def _enter(payment: Payment, refund: Refund, kind: EntryKind, actor: User | None) -> None:
    PaymentEntry.objects.create(
        payment=payment,
        kind=kind,
        method=payment.method,
        amount=refund.amount,
        currency=refund.currency,
        receipt=_receipt(refund),
        actor=actor,
    )


def _receipt(refund: Refund) -> str:
    return refund.number if refund.is_manual else refund.gateway_id or refund.number
