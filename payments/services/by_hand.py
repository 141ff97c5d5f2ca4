"""Writes: what staff say became of a refund, where no gateway does."""

from django.db import transaction

from accounts.models import User
from payments.balances import gateway_tells_of_refunds, refund_is_for_staff
from payments.errors import GatewayUnavailable, RefundNotFound, RefundSettled, RefundUnderWay
from payments.gateways import gateway
from payments.gateways.base import GatewayFailure, Outcome, RefundFinding
from payments.models import Refund
from payments.services.locks import lock_order_of
from payments.services.settle_refund import refund_settle
from utils.errors import Invalid


def refund_confirm(*, refund_id: int, actor: User, reference: str = "") -> Refund:
    """Note that staff gave the money back by hand.

    Also when the gateway was asked and never accepted it; should it say later that it gave the money as well, that is
    an alert. Raises ``RefundNotFound``, ``RefundSettled`` or ``RefundUnderWay``.
    """
    return _decide(_of_staff(refund_id), actor, RefundFinding(Outcome.PAID, gateway_id=reference))


def refund_withdraw(*, refund_id: int, actor: User, reason: str = "") -> Refund:
    """Note that a refund will not be made.

    One that the gateway was asked for is withdrawn only if the gateway, asked now, does not know it: what may have gone
    through must not be given again. Where the gateway can't be asked staff have looked for it, and say so in
    ``reason``. Raises as ``refund_confirm`` does, ``GatewayUnavailable``, or ``Invalid`` without that reason.
    """
    refund = _of_staff(refund_id)
    if refund.checks and not refund.is_manual:
        _require_not_made(refund, reason)
    return _decide(refund, actor, RefundFinding(Outcome.FAILED, reason=reason or "Withdrawn"))


def _of_staff(refund_id: int) -> Refund:
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if not refund_is_for_staff(refund):
        raise RefundUnderWay if refund.settled_at is None else RefundSettled
    return refund


def _require_not_made(refund: Refund, reason: str) -> None:
    if not gateway_tells_of_refunds(refund.payment):
        if not reason.strip():
            raise Invalid("Say where you looked for it, such as: not in the gateway's portal.", field="reason")
        return
    try:
        finding = gateway(refund.payment.method).query_refund(refund)
    except GatewayFailure as failure:
        raise GatewayUnavailable("The payment gateway does not answer. Try again later.") from failure
    if finding.outcome != Outcome.UNKNOWN:
        refund_settle(refund_id=refund.pk, finding=finding)
        raise RefundUnderWay


def _decide(read: Refund, actor: User, finding: RefundFinding) -> Refund:
    """Unless it was sent, or settled, since it was ``read``."""
    with transaction.atomic():
        lock_order_of(read.payment_id)
        refund = Refund.objects.select_for_update().get(pk=read.pk)
        if refund.settled_at is not None:
            raise RefundSettled
        if refund.checks != read.checks or refund.gateway_id != read.gateway_id:
            raise RefundUnderWay
        if finding.outcome == Outcome.PAID:
            refund.is_manual = True
            refund.save(update_fields=["is_manual"])
        return refund_settle(refund_id=refund.pk, finding=finding, actor=actor)
