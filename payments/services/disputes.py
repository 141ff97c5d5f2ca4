"""Writes: record disputes, the money that a bank takes back for them, and what it returns."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from payments.balances import was_left_out
from payments.errors import RefundTooLarge
from payments.gateways.messages import ChargebackMessage, DisputeMessage
from payments.models import Dispute, PaymentEntry
from payments.services.alerts import alert_clear, alert_raise
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.states import AlertKind, EntryKind
from utils.money import display


def dispute_note(message: DisputeMessage) -> None:
    """Record that a dispute is open, or that the bank has decided it, and raise an alert for staff.

    A decision is final. Messages come in any order: a late one about the dispute's start does not open it again, and
    raises no alert.
    """
    with transaction.atomic():
        _, payment = lock_payment(message.payment.pk)
        dispute, _ = Dispute.objects.get_or_create(payment=payment, gateway_id=message.dispute)
        if message.is_closed:
            _close(dispute)
            alert_raise(kind=AlertKind.DISPUTE_CLOSED, key=message.dispute, detail=message.detail, payment=payment)
        elif dispute.closed_at is None:
            alert_raise(kind=AlertKind.DISPUTE, key=message.dispute, detail=message.detail, payment=payment)


def dispute_close(*, payment_id: int, actor: User, reason: str) -> None:
    """Close the payment's open disputes, because staff know that the bank has decided and the gateway does not tell.

    ``reason`` says how they know. Refunds are possible again, and those that the disputes held are sent. A payment
    without an open dispute stays as it is. Raise ``PaymentNotFound``.
    """
    with transaction.atomic():
        _, payment = lock_payment(payment_id)
        for dispute in payment.disputes.filter(closed_at=None):
            dispute.closed_by, dispute.reason = actor, reason[:255]
            _close(dispute)


def _close(dispute: Dispute) -> None:
    """Close the dispute, unless it is closed, and resolve its alert. The caller holds the payment's lock."""
    if dispute.closed_at is None:
        dispute.closed_at = timezone.now()
        dispute.save(update_fields=["closed_at", "closed_by", "reason"])
        alert_clear(kind=AlertKind.DISPUTE, key=dispute.gateway_id, actor=dispute.closed_by)


def chargeback_settle(message: ChargebackMessage) -> None:
    """Enter in the ledger what a dispute has moved so far. The same or an older message changes nothing.

    Raise ``RefundTooLarge`` while the disputed money has not been counted: the message about its capture may still
    come.
    """
    if not message.taken and not message.returned:
        return
    with transaction.atomic():
        order, payment = lock_payment(message.payment.pk)
        capture = payment.entries.filter(kind=EntryKind.CAPTURE, receipt=message.receipt).first()
        if capture is None:
            if was_left_out(payment, message.receipt):
                return
            raise RefundTooLarge(available=display(payment.captured_amount, payment.currency))
        _enter(EntryKind.CHARGEBACK, message.taken, message.dispute, capture)
        _enter(EntryKind.CHARGEBACK_WON, message.returned, message.dispute, capture)
        recount(payment)
        record_money(order)


def _enter(kind: EntryKind, amount: Decimal, dispute: str, capture: PaymentEntry) -> None:
    """Enter the part of ``amount`` that the ledger lacks. The second and later entries get a number after the id."""
    ours = Q(receipt=dispute) | Q(receipt__startswith=f"{dispute}:")
    before = list(capture.payment.entries.filter(ours, kind=kind, reverses=capture))
    more = amount - sum(entry.amount for entry in before)
    if more <= 0:
        return
    PaymentEntry.objects.create(
        payment=capture.payment,
        kind=kind,
        method=capture.method,
        amount=more,
        currency=capture.currency,
        receipt=f"{dispute}:{len(before) + 1}" if before else dispute,
        reverses=capture,
    )
