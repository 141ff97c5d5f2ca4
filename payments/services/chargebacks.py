"""Writes: money that a buyer's bank takes back, and what it returns of it."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from payments.balances import was_left_out
from payments.errors import RefundTooLarge
from payments.gateways.base import ChargebackNews
from payments.models import PaymentEntry
from payments.services.ledger import record_money, recount
from payments.services.locks import lock_payment
from payments.states import EntryKind
from utils.money import display


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
