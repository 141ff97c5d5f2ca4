"""Writes: open payments, and decide and refund them."""

import secrets
from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payments.simulator.models import Side, SimulatedPayment, SimulatedRefund, State
from payments.simulator.services.deliveries import Mischief, deliveries_plan
from payments.simulator.services.exchanges import without_secrets
from payments.simulator.shapes import aamarpay, mpesa, stripe
from payments.simulator.shapes.messages import Choice
from utils.jobs import job

_SHAPES: dict[str, ModuleType] = {Side.STRIPE: stripe, Side.AAMARPAY: aamarpay, Side.MPESA: mpesa}
# Buyers may try another card on the same page, and may come back to a page that they left; a phone is asked once.
_BECOMES = {
    Side.STRIPE: {Choice.PAY: State.PAID, Choice.DECLINE: State.OPEN, Choice.CANCEL: State.OPEN},
    Side.AAMARPAY: {Choice.PAY: State.PAID, Choice.DECLINE: State.DECLINED, Choice.CANCEL: State.OPEN},
    Side.MPESA: {Choice.PAY: State.PAID, Choice.DECLINE: State.DECLINED, Choice.CANCEL: State.CANCELLED},
}


class TooMuch(Exception):
    """Report that a refund exceeds what is left of the simulated payment."""


def payment_open(
    *,
    side: Side,
    public_id: str,
    reference: str,
    amount: Decimal,
    currency: str,
    lasts: timedelta,
    details: dict[str, Any],
    suffix: str = "",
) -> SimulatedPayment:
    """Open a simulated payment and return it. ``suffix`` is the common part of its ids, where they have one."""
    with transaction.atomic():
        payment = SimulatedPayment.objects.create(
            side=side,
            public_id=public_id,
            suffix=suffix or secrets.token_hex(12),
            reference=reference,
            amount=amount,
            currency=currency,
            expires_at=timezone.now() + lasts,
            details=without_secrets(details),
        )
        _expire_in_time.enqueue_in(int(lasts.total_seconds()), payment_id=payment.pk)
    return payment


def payment_decide(*, payment_id: int, choice: Choice, mischief: Mischief) -> SimulatedPayment:
    """Apply what the buyer chose. A payment that is not open any more stays as it is, and nothing is sent."""
    with transaction.atomic():
        payment = SimulatedPayment.objects.select_for_update().get(pk=payment_id)
        if payment.state != State.OPEN:
            return payment
        payment.state = _BECOMES[Side(payment.side)][choice]
        payment.was_declined |= choice == Choice.DECLINE
        if choice == Choice.PAY:
            payment.paid_amount = Decimal(1) if mischief.wrong_amount else payment.amount
        if payment.state != State.OPEN:
            payment.decided_at = timezone.now()
        payment.save()
        shapes = _SHAPES[payment.side]
        deliveries_plan(
            payment=payment,
            messages=shapes.messages_of(payment, choice),
            mischief=mischief,
            stale=shapes.stale_message(payment) if choice == Choice.PAY else None,
            forged=shapes.forged_message(payment) if mischief.forged else None,
        )
    return payment


@job("simulator.expire")
def _expire_in_time(*, payment_id: int) -> None:
    payment_expire(payment_id=payment_id)


def payment_expire(*, payment_id: int) -> bool:
    """Close a payment that nobody made; return whether it was still open."""
    with transaction.atomic():
        payment = SimulatedPayment.objects.select_for_update().get(pk=payment_id)
        if payment.state != State.OPEN:
            return False
        payment.state, payment.decided_at = State.EXPIRED, timezone.now()
        payment.save(update_fields=["state", "decided_at"])
        messages = _SHAPES[payment.side].expiry_messages(payment)
        deliveries_plan(payment=payment, messages=messages, mischief=Mischief())
    return True


def refund_make(*, payment_id: int, amount: Decimal | None, details: dict[str, Any]) -> SimulatedRefund:
    """Refund ``amount`` of a simulated payment; ``None`` refunds all that is left.

    Raise ``TooMuch`` when the amount exceeds what is left, or nothing is left.
    """
    with transaction.atomic():
        payment = SimulatedPayment.objects.select_for_update().get(pk=payment_id)
        given = payment.refunds.aggregate(total=Sum("amount", default=Decimal(0)))["total"]
        left = (payment.paid_amount or Decimal(0)) - given
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            raise TooMuch
        refund = SimulatedRefund.objects.create(
            public_id=f"re_{secrets.token_hex(12)}", payment=payment, amount=wanted, details=details
        )
        deliveries_plan(payment=payment, messages=_SHAPES[payment.side].refund_messages(refund), mischief=Mischief())
    return refund
