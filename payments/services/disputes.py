"""Writes: charges that buyers contest, money that a bank takes back, and what it returns of it."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from payments.balances import was_left_out
from payments.errors import RefundTooLarge
from payments.gateways.base import ChargebackNews, DisputeNews
from payments.models import Dispute, PaymentEntry
from payments.services.alerts import alert_raise
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.states import AlertKind, EntryKind
from utils.money import display


def dispute_note(news: DisputeNews) -> None:
    """Note that a dispute is open, or that the bank has decided it, and tell the staff.

    A decision is final: messages come in any order, and one that was overtaken opens nothing again.
    """
    with transaction.atomic():
        _, payment = lock_payment(news.payment.pk)
        dispute, _ = Dispute.objects.get_or_create(payment=payment, gateway_id=news.dispute)
        if news.is_closed and dispute.closed_at is None:
            dispute.closed_at = timezone.now()
            dispute.save(update_fields=["closed_at"])
        kind = AlertKind.DISPUTE_CLOSED if news.is_closed else AlertKind.DISPUTE
        alert_raise(kind=kind, key=news.dispute, detail=news.detail, payment=payment)


def chargeback_settle(news: ChargebackNews) -> None:
    """Enter what a dispute has moved by now; again changes nothing, and neither does older news.

    Raises ``RefundTooLarge`` while the money that it is about is not here: its own message may still come.
    """
    if not news.taken and not news.returned:
        return
    with transaction.atomic():
        order, payment = lock_payment(news.payment.pk)
        capture = payment.entries.filter(kind=EntryKind.CAPTURE, receipt=news.receipt).first()
        if capture is None:
            if was_left_out(payment, news.receipt):
                return
            raise RefundTooLarge(available=display(payment.captured_amount, payment.currency))
        _enter(EntryKind.CHARGEBACK, news.taken, news.dispute, capture)
        _enter(EntryKind.CHARGEBACK_WON, news.returned, news.dispute, capture)
        recount(payment)
        record_money(order)


def _enter(kind: EntryKind, amount: Decimal, dispute: str, capture: PaymentEntry) -> None:
    """What is not in the ledger yet of ``amount``, under the dispute's name, then with a number behind it."""
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
