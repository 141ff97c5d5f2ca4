"""Writes: giving money back.

A refund takes its amount from what can be refunded when it is asked for, so that several at once never exceed what was
received, and gives it back if it fails. Sending it happens outside of any transaction; asking twice is harmless.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from payments.errors import (
    GatewayNotOffered,
    PaymentNotFound,
    RefundBlocked,
    RefundNotFound,
    RefundSettled,
    RefundTooLarge,
)
from payments.gateways import Gateway, gateway
from payments.gateways.base import GatewayFailure, GatewayRefused, Outcome, RefundFinding
from payments.models import Payment, PaymentEntry, Refund
from payments.services.alerts import alert_raise, tell_misconfigured
from payments.services.ledger import record_money
from payments.signals import payment_refunded, refund_requested
from payments.states import AlertKind, EntryKind, RefundState
from utils.errors import DomainError, Invalid
from utils.events import publish
from utils.failpoints import reached
from utils.money import display, exponent, quantize

PAUSE = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(hours=6)
# Some three days: a gateway may take that long, and then somebody should look.
_CHECKS_BEFORE_ALERT = 18


def refund_request(*, payment_id: int, amount: Decimal | None, actor: User, reason: str = "") -> Refund:
    """Give ``amount`` back, or all that is left of the payment.

    Raises ``PaymentNotFound``, ``RefundTooLarge`` (with what is ``available``), ``RefundBlocked``, or ``Invalid`` for
    an amount that is finer than its currency.
    """
    with transaction.atomic():
        _lock_order_of(payment_id)
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        if payment.alerts.filter(kind=AlertKind.DISPUTE, resolved_at=None).exists():
            raise RefundBlocked
        left = payment.captured_amount - payment.refunded_amount
        amount = left if amount is None else amount
        if not 0 < amount <= left:
            raise RefundTooLarge(available=display(left, payment.currency))
        if amount != quantize(amount, payment.currency):
            raise Invalid(f"{payment.currency} has {exponent(payment.currency)} decimals.", field="amount")
        return refund_open(payment=payment, amount=amount, reason=reason, actor=actor)


def _lock_order_of(payment_id: int) -> Order:
    order = Order.objects.locked().filter(payments=payment_id).first()
    if order is None:
        raise PaymentNotFound
    return order


def refund_open(*, payment: Payment, amount: Decimal, reason: str, actor: User | None = None) -> Refund:
    """Set ``amount`` aside for a refund and have it sent. The caller holds the payment's lock and knows it is there."""
    payment.refunded_amount += amount
    payment.save(update_fields=["refunded_amount"])
    is_manual = not _gateway_refunds(payment)
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        currency=payment.currency,
        is_manual=is_manual,
        reason=reason[:255],
        requested_by=actor,
        # Whatever happens to the event, the reconciler finds it.
        next_check_at=None if is_manual else timezone.now() + PAUSE,
    )
    if not is_manual:
        publish(refund_requested, refund_id=refund.pk)
    return refund


def _gateway_refunds(payment: Payment) -> bool:
    try:
        return gateway(payment.method).can_refund
    except DomainError:
        return False


def refund_send(*, refund_id: int) -> None:
    """Ask the gateway for the refund, or, when it was asked before, what became of it. Safe to repeat."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    pause = min(PAUSE * 2 ** min(refund.checks, 10), _LONGEST_PAUSE)
    claimed = Refund.objects.filter(pk=refund_id, checks=refund.checks, state=RefundState.PENDING, is_manual=False)
    if not claimed.update(checks=refund.checks + 1, next_check_at=timezone.now() + pause):
        return
    if refund.checks == _CHECKS_BEFORE_ALERT:
        detail = f"Refund {refund.pk} has been under way for days."
        alert_raise(kind=AlertKind.UNSETTLED, key=f"refund:{refund.pk}", detail=detail, payment=refund.payment)
    reached("refund.claimed")
    try:
        finding = _ask(gateway(refund.payment.method), refund)
    except (GatewayFailure, GatewayNotOffered) as failure:
        if not isinstance(failure, GatewayRefused) or refund.checks:
            _note_failure(refund, failure)
            return
        # Only the first no is one: a later one leaves open what became of the time before.
        finding = RefundFinding(Outcome.FAILED, reason=failure.detail)
    reached("refund.answered")
    refund_settle(refund_id=refund_id, finding=finding)


def _ask(asked: Gateway, refund: Refund) -> RefundFinding:
    """What the gateway does not know and never named has not reached it: then it is sent again."""
    if refund.checks:
        finding = asked.query_refund(refund)
        if finding.outcome != Outcome.UNKNOWN or refund.gateway_id:
            return finding
    return asked.refund(refund)


def _note_failure(refund: Refund, failure: GatewayFailure | GatewayNotOffered) -> None:
    Refund.objects.filter(pk=refund.pk, state=RefundState.PENDING).update(failure=failure.detail[:255])
    if isinstance(failure, GatewayFailure):
        tell_misconfigured(method=refund.payment.method, failure=failure)


def refund_settle(*, refund_id: int, finding: RefundFinding, actor: User | None = None) -> Refund:
    """Make of a gateway's word about a refund what is to be made of it, in any order, any number of times.

    ``actor``: who says so, for one made by hand.
    """
    with transaction.atomic():
        found = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
        if found is None:
            raise RefundNotFound
        order = _lock_order_of(found)
        payment = Payment.objects.select_for_update().get(pk=found)
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        if finding.gateway_id and not refund.gateway_id:
            refund.gateway_id = finding.gateway_id
            refund.save(update_fields=["gateway_id"])
        if finding.outcome == Outcome.PAID:
            _succeed(order, payment, refund, actor)
        elif finding.outcome == Outcome.FAILED:
            _fail(order, payment, refund, finding.reason)
        reached("refund.before_commit")
        return refund


def _succeed(order: Order, payment: Payment, refund: Refund, actor: User | None) -> None:
    had_succeeded = payment.entries.filter(kind=EntryKind.REFUND, receipt=_receipt(refund)).exists()
    if refund.state == RefundState.FAILED and not had_succeeded:
        detail = f"The gateway says now that refund {refund.pk}, which had failed, went through."
        alert_raise(kind=AlertKind.REFUND_FAILED, key=f"after all:{refund.pk}", detail=detail, payment=payment)
    if refund.state != RefundState.PENDING:
        return
    _enter(payment, refund, EntryKind.REFUND, actor)
    refund.state, refund.failure = RefundState.SUCCEEDED, ""
    refund.settled_at, refund.next_check_at = timezone.now(), None
    refund.save()
    record_money(order)
    publish(payment_refunded, refund_id=refund.pk, payment_id=payment.pk, order_id=order.pk)


def _fail(order: Order, payment: Payment, refund: Refund, reason: str) -> None:
    """Its amount can be refunded again. A refund may come back days after it succeeded."""
    if refund.state == RefundState.FAILED:
        return
    if refund.state == RefundState.SUCCEEDED:
        _enter(payment, refund, EntryKind.REFUND_FAILED, None)
    payment.refunded_amount -= refund.amount
    payment.save(update_fields=["refunded_amount"])
    refund.state, refund.failure = RefundState.FAILED, reason[:255]
    refund.settled_at, refund.next_check_at = timezone.now(), None
    refund.save()
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


def refund_confirm(*, refund_id: int, actor: User, reference: str = "") -> Refund:
    """Note that staff gave the money back by hand. Raises ``RefundNotFound`` or ``RefundSettled``."""
    return _by_hand(refund_id, actor, RefundFinding(Outcome.PAID, gateway_id=reference))


def refund_withdraw(*, refund_id: int, actor: User, reason: str = "") -> Refund:
    """Note that a refund by hand will not be made. Raises as ``refund_confirm`` does."""
    return _by_hand(refund_id, actor, RefundFinding(Outcome.FAILED, reason=reason or "Withdrawn"))


def _by_hand(refund_id: int, actor: User, finding: RefundFinding) -> Refund:
    with transaction.atomic():
        refund = Refund.objects.filter(pk=refund_id).first()
        if refund is None:
            raise RefundNotFound
        _lock_order_of(refund.payment_id)
        refund.refresh_from_db()
        is_ours_to_make = refund.is_manual or not _gateway_refunds(refund.payment)
        if not is_ours_to_make or refund.state != RefundState.PENDING:
            raise RefundSettled
        return refund_settle(refund_id=refund_id, finding=finding, actor=actor)
