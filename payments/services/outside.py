"""Writes: money that was given back in the gateway's own desk."""

from decimal import Decimal

from django.db import transaction

from orders.models import Order
from payments.gateways.base import Outcome, RefundFinding
from payments.models import Payment, Refund
from payments.services.alerts import alert_raise
from payments.services.refunds import refund_settle
from payments.states import AlertKind


def refund_from_outside(*, payment: Payment, amount: Decimal, finding: RefundFinding) -> None:
    """Note a refund that we did not ask for. ``finding.gateway_id`` names it; again changes nothing new."""
    with transaction.atomic():
        Order.objects.locked().get(pk=payment.order_id)
        locked = Payment.objects.select_for_update().get(pk=payment.pk)
        refund = Refund.objects.filter(gateway_id=finding.gateway_id).first()
        if refund is None:
            if finding.outcome == Outcome.FAILED:
                return
            if amount > locked.captured_amount - locked.refunded_amount:
                detail = f"The gateway gave {amount} {payment.currency} back, more than we know of."
                key = f"outside:{finding.gateway_id}"
                alert_raise(kind=AlertKind.REFUND_FAILED, key=key, detail=detail, payment=payment)
                return
            locked.refunded_amount += amount
            locked.save(update_fields=["refunded_amount"])
            refund = Refund.objects.create(
                payment=locked,
                amount=amount,
                currency=locked.currency,
                gateway_id=finding.gateway_id,
                reason="Made at the gateway",
            )
        refund_settle(refund_id=refund.pk, finding=finding)
