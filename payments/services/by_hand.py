"""Writes: record what staff decide about a refund where no gateway does."""

from django.db import transaction

from accounts.models import User
from payments.balances import gateway_tells_of_refunds, refund_is_for_staff
from payments.errors import GatewayUnavailable, RefundNotFound, RefundSettled, RefundUnderWay
from payments.gateways import gateway
from payments.gateways.errors import GatewayFailure
from payments.gateways.results import Outcome, RefundResult
from payments.models import Refund
from payments.services.locks import lock_order_of
from payments.services.settle_refund import refund_settle
from utils.errors import Invalid


def refund_confirm(*, refund_id: int, actor: User, reference: str = "") -> Refund:
    """Record that staff refunded the money by hand.

    Staff may do so even after the gateway was asked, as long as the gateway never accepted the refund. If the gateway
    says later that it refunded the money as well, an alert is raised. ``reference`` names the transfer. Raise
    ``RefundNotFound`` when there is no such refund, ``RefundSettled`` when it is over, and ``RefundUnderWay`` when the
    gateway makes it.
    """
    return _decide(_of_staff(refund_id), actor, RefundResult(Outcome.PAID, gateway_id=reference))


def refund_withdraw(*, refund_id: int, actor: User, reason: str = "") -> Refund:
    """Record that a refund will not be made.

    If the refund was sent to the gateway, the gateway is asked first, and the refund is withdrawn only if the gateway
    has no record of it: otherwise the money could be refunded twice. Where the gateway can't be asked, staff look for
    the refund themselves and say in ``reason`` where they looked. Raise ``RefundNotFound`` when there is no such
    refund, ``RefundSettled`` when it is over, ``RefundUnderWay`` when the gateway makes it, ``GatewayUnavailable`` when
    the gateway does not answer, and ``Invalid`` when that reason is missing.
    """
    refund = _of_staff(refund_id)
    if refund.checks and not refund.is_manual:
        _require_not_made(refund, reason)
    return _decide(refund, actor, RefundResult(Outcome.FAILED, reason=reason or "Withdrawn"))


def _of_staff(refund_id: int) -> Refund:
    """Return the refund if staff decide about it.

    Raise ``RefundNotFound`` when there is none, ``RefundSettled`` when it is over, and ``RefundUnderWay`` when the
    gateway makes it.
    """
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if not refund_is_for_staff(refund):
        raise RefundUnderWay if refund.settled_at is None else RefundSettled
    return refund


def _require_not_made(refund: Refund, reason: str) -> None:
    """Require that the gateway did not make the refund, so that staff may withdraw it.

    The gateway is asked. Raise ``GatewayUnavailable`` when it does not answer. When it knows the refund, apply the
    result that it returned and raise ``RefundUnderWay``. Where the gateway can't be asked, staff have to look for the
    refund themselves and say in ``reason`` where they looked. Raise ``Invalid`` when ``reason`` is blank then.
    """
    if not gateway_tells_of_refunds(refund.payment):
        if not reason.strip():
            raise Invalid(
                "Please say where you looked for it, for example: not in the gateway's portal.", field="reason"
            )
        return
    try:
        result = gateway(refund.payment.method).query_refund(refund)
    except GatewayFailure as failure:
        raise GatewayUnavailable("The payment gateway does not answer. Please try again later.") from failure
    if result.outcome != Outcome.UNKNOWN:
        refund_settle(refund_id=refund.pk, result=result)
        raise RefundUnderWay


def _decide(read: Refund, actor: User, result: RefundResult) -> Refund:
    """Settle the refund, unless it was sent or settled after ``read`` was read.

    Raise ``RefundSettled`` when it was settled, and ``RefundUnderWay`` when it was sent.
    """
    with transaction.atomic():
        lock_order_of(read.payment_id)
        refund = Refund.objects.select_for_update().get(pk=read.pk)
        if refund.settled_at is not None:
            raise RefundSettled
        if refund.checks != read.checks or refund.gateway_id != read.gateway_id:
            raise RefundUnderWay
        if result.outcome == Outcome.PAID:
            refund.is_manual = True
            refund.save(update_fields=["is_manual"])
        return refund_settle(refund_id=refund.pk, result=result, actor=actor)
