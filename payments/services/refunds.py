"""Writes: giving money back.

A refund takes its amount from what can be refunded when it is asked for, so that several at once never exceed what was
received, and gives it back if it fails. A job sends it, outside of any transaction: ``sending``.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from payments.balances import gateway_refunds, is_disputed, left_of_captures, refund_step
from payments.errors import RefundBlocked, RefundTooLarge
from payments.models import Payment, Refund
from payments.services.ledger import recount
from payments.services.locks import lock_payment
from payments.services.sending import PAUSE, refund_send_job
from utils.errors import Invalid
from utils.money import display


def refund_request(*, payment_id: int, amount: Decimal | None, actor: User, reason: str = "") -> Refund:
    """Give ``amount`` back, out of the oldest capture that has so much left; without one the rest of the oldest.

    Raises ``PaymentNotFound``, or what ``refund_source`` raises.
    """
    with transaction.atomic():
        _, payment = lock_payment(payment_id)
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


def refund_open(*, payment: Payment, amount: Decimal, receipt: str, reason: str, actor: User | None = None) -> Refund:
    """Set ``amount`` aside, together with the job that sends it. ``receipt``: of the capture that is given back.

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
        # Whatever happens to the job, the reconciler finds it.
        next_check_at=None if is_manual else timezone.now() + PAUSE,
    )
    recount(payment)
    if not is_manual:
        refund_send_job.enqueue(refund_id=refund.pk)
    return refund
