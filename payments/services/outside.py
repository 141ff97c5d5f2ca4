"""Writes: money that was given back in the gateway's own desk."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from payments.balances import set_aside, was_left_out
from payments.errors import RefundTooLarge
from payments.gateways.base import Outcome, RefundFinding
from payments.models import Payment, Refund
from payments.services.ledger import recount
from payments.services.locks import lock_payment
from payments.services.sending import PAUSE
from payments.services.settle_refund import refund_settle
from utils.money import display


def refund_from_outside(*, payment: Payment, amount: Decimal, receipt: str, finding: RefundFinding) -> None:
    """Note a refund that we did not ask for. ``finding.gateway_id`` names it; again changes nothing new.

    ``receipt``: of the capture that was given back, as far as it is told. Money that was not counted when it came is
    not counted when it goes. What a bank took as well is no hindrance: then more went than came. Raises
    ``RefundTooLarge`` for more than we know was received: the message of the payment itself may still come.
    """
    with transaction.atomic():
        _, locked = lock_payment(payment.pk)
        refund = Refund.objects.filter(payment__method=locked.method, gateway_id=finding.gateway_id).first()
        if refund is None:
            if finding.outcome == Outcome.FAILED or was_left_out(locked, receipt):
                return
            left = locked.captured_amount - set_aside(locked.refunds.all())
            if amount > left:
                raise RefundTooLarge(available=display(left, locked.currency))
            refund = Refund.objects.create(
                payment=locked,
                amount=amount,
                currency=locked.currency,
                receipt=receipt,
                gateway_id=finding.gateway_id,
                reason="Made at the gateway",
                # It is there already: from now on it is asked about and not sent.
                checks=1,
                next_check_at=timezone.now() + PAUSE,
            )
            recount(locked)
        refund_settle(refund_id=refund.pk, finding=finding)
