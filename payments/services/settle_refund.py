"""Writes: enter a refund's result in the payment's ledger. Every result of a refund is entered here."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from payments.errors import RefundNotFound
from payments.gateways.results import Outcome, RefundResult
from payments.models import Payment, PaymentEntry, Refund
from payments.services.alerts import alert_raise
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.states import AlertKind, EntryKind, RefundState
from utils.failpoints import reached
from utils.money import display


def refund_settle(*, refund_id: int, result: RefundResult, actor: User | None = None) -> Refund:
    """Apply the result of a refund, in any order and any number of times.

    ``actor`` is the staff member who decided about the refund by hand. Raise ``RefundNotFound`` when there is no such
    refund.
    """
    with transaction.atomic():
        found = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
        if found is None:
            raise RefundNotFound
        order, payment = lock_payment(found)
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        is_named = bool(result.gateway_id) and result.gateway_id == refund.gateway_id
        if refund.is_manual and actor is None and not is_named:
            _hear_of_another(refund, result)
            return refund
        if result.gateway_id and not refund.gateway_id:
            refund.gateway_id = result.gateway_id
            refund.save(update_fields=["gateway_id"])
        if result.outcome == Outcome.PAID:
            _succeed(order, payment, refund, actor)
        elif result.outcome == Outcome.FAILED:
            _fail(order, payment, refund, result.reason)
        reached("refund.before_commit")
        return refund


def _hear_of_another(refund: Refund, result: RefundResult) -> None:
    """Raise an alert if the gateway made a refund that staff made by hand too. Ignore that its own attempt failed."""
    if result.outcome == Outcome.PAID:
        detail = f"Refund {refund.number} was made by hand, and the gateway says that it gave the money back as well."
        alert_raise(kind=AlertKind.REFUND_CONTRADICTED, key=f"twice:{refund.pk}", detail=detail, payment=refund.payment)


def _succeed(order: Order, payment: Payment, refund: Refund, actor: User | None) -> None:
    """Record in the ledger that a pending refund went through; a refund that is settled already stays as it is.

    ``actor`` is the staff member who says so, or ``None`` for a gateway. When the refund had failed and never succeeded
    before, raise an alert for staff, because the gateway contradicts itself.
    """
    had_succeeded = payment.entries.filter(kind=EntryKind.REFUND, receipt=_receipt(refund)).exists()
    if refund.state == RefundState.FAILED and not had_succeeded:
        detail = f"The gateway says now that refund {refund.number}, which had failed, went through."
        alert_raise(kind=AlertKind.REFUND_CONTRADICTED, key=f"after all:{refund.pk}", detail=detail, payment=payment)
    if refund.state != RefundState.PENDING:
        return
    _enter(payment, refund, EntryKind.REFUND, actor)
    _end(order, payment, refund, RefundState.SUCCEEDED)


def _fail(order: Order, payment: Payment, refund: Refund, reason: str) -> None:
    """Free the refund's amount for another refund. A refund may come back days after it succeeded."""
    if refund.state == RefundState.FAILED:
        return
    if refund.state == RefundState.SUCCEEDED:
        _enter(payment, refund, EntryKind.REFUND_FAILED, None)
    _end(order, payment, refund, RefundState.FAILED, failure=reason[:255])
    detail = f"{display(refund.amount, refund.currency)} {refund.currency} did not go back: {reason}"
    alert_raise(kind=AlertKind.REFUND_FAILED, key=str(refund.pk), detail=detail, payment=payment)


def _end(order: Order, payment: Payment, refund: Refund, state: RefundState, *, failure: str = "") -> None:
    """Give the refund its final ``state``, and bring the sums of its payment and its order up to the ledger."""
    refund.state, refund.failure = state, failure
    refund.settled_at, refund.next_check_at = timezone.now(), None
    refund.save()
    recount(payment)
    record_money(order)


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
    """Return the name of the refund in the ledger, unique among the refunds of its method."""
    return refund.number if refund.is_manual else refund.gateway_id or refund.number
