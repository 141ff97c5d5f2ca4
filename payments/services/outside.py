"""Writes: money that was given back in the gateway's own desk."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from orders.models import Order
from payments.errors import RefundTooLarge
from payments.gateways.base import Outcome, RefundFinding
from payments.models import Payment, Refund
from payments.services.refunds import PAUSE, refund_settle
from utils.money import display


def refund_from_outside(*, payment: Payment, amount: Decimal, finding: RefundFinding) -> None:
    """Note a refund that we did not ask for. ``finding.gateway_id`` names it; again changes nothing new.

    Raises ``RefundTooLarge`` for more than we know was received: the message of the payment itself may still come.
    """
    with transaction.atomic():
        Order.objects.locked().get(pk=payment.order_id)
        locked = Payment.objects.select_for_update().get(pk=payment.pk)
        refund = Refund.objects.filter(payment__method=locked.method, gateway_id=finding.gateway_id).first()
        if refund is None:
            if finding.outcome == Outcome.FAILED:
                return
            left = locked.captured_amount - locked.refunded_amount
            if amount > left:
                raise RefundTooLarge(available=display(left, locked.currency))
            locked.refunded_amount += amount
            locked.save(update_fields=["refunded_amount"])
            refund = Refund.objects.create(
                payment=locked,
                amount=amount,
                currency=locked.currency,
                gateway_id=finding.gateway_id,
                reason="Made at the gateway",
                # It is there already: from now on it is asked about and not sent.
                checks=1,
                next_check_at=timezone.now() + PAUSE,
            )
        refund_settle(refund_id=refund.pk, finding=finding)
