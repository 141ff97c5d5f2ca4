"""Writes: record refunds that were made on the gateway's own site."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from payments.balances import set_aside, was_left_out
from payments.errors import RefundTooLarge
from payments.gateways.results import Outcome, RefundResult
from payments.models import Payment, Refund
from payments.services.ledger import recount
from payments.services.locks import lock_payment
from payments.services.sending import PAUSE
from payments.services.settle_refund import refund_settle
from utils.money import display


def refund_from_outside(*, payment: Payment, amount: Decimal, receipt: str, result: RefundResult) -> None:
    """Record a refund that was made at the gateway, without the shop.

    ``result.gateway_id`` is its id; the same result again changes nothing. ``receipt`` is that of the refunded capture,
    or empty when the gateway does not say it. The refund of money that was never counted is not counted either. A
    chargeback of the same money is no obstacle, although more then goes back than came. Raise ``RefundTooLarge`` when
    it exceeds what the shop knows to be received: the message about the payment may still come.
    """
    with transaction.atomic():
        _, locked = lock_payment(payment.pk)
        refund = Refund.objects.filter(payment__method=locked.method, gateway_id=result.gateway_id).first()
        if refund is None:
            if result.outcome == Outcome.FAILED or was_left_out(locked, receipt):
                return
            left = locked.captured_amount - set_aside(locked.refunds.all())
            if amount > left:
                raise RefundTooLarge(available=display(left, locked.currency))
            refund = Refund.objects.create(
                payment=locked,
                amount=amount,
                currency=locked.currency,
                receipt=receipt,
                gateway_id=result.gateway_id,
                reason="Made at the gateway",
                # The gateway has made it: from now on it is asked about and never sent.
                checks=1,
                next_check_at=timezone.now() + PAUSE,
            )
            recount(locked)
        refund_settle(refund_id=refund.pk, result=result)
