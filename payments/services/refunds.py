"""Writes: open refunds.

A new refund at once lowers the amount that can still be refunded, so that several refunds together never exceed what
was received. A failed refund raises it again. A job sends it, outside of any transaction: see ``sending``.
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
    """Open a refund of ``amount`` from the oldest capture that has so much left, and return it.

    ``None`` refunds the rest of the oldest capture that has any left. Raise ``PaymentNotFound`` when there is no such
    payment, and ``RefundBlocked``, ``RefundTooLarge`` or ``Invalid`` as ``refund_source`` does.
    """
    with transaction.atomic():
        _, payment = lock_payment(payment_id)
        amount, receipt = refund_source(payment=payment, amount=amount)
        return refund_open(payment=payment, amount=amount, receipt=receipt, reason=reason, actor=actor)


def refund_source(*, payment: Payment, amount: Decimal | None) -> tuple[Decimal, str]:
    """Return the amount that can be refunded, and the receipt of the capture that it comes from.

    The answer stays true while the payment is locked. Raise ``RefundBlocked`` during a dispute, ``RefundTooLarge`` when
    no capture has so much left (with the amount ``available`` in one refund), and ``Invalid`` for an amount that is not
    a multiple of the payment's ``refund_step``.
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
        smallest = f"{display(step, payment.currency)} {payment.currency}"
        raise Invalid(f"This amount can't be refunded: refunds go in steps of {smallest}.", field="amount")
    return amount, receipt


def refund_open(*, payment: Payment, amount: Decimal, receipt: str, reason: str, actor: User | None = None) -> Refund:
    """Store a refund of ``amount``, enqueue the job that sends it, and return the refund.

    From now on the amount can't be refunded again. ``receipt`` is that of the refunded capture. Where the gateway can't
    make the refund, no job is enqueued: staff make it by hand. The caller holds the payment's lock and knows that the
    amount is left.
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
