"""Writes: bring the sums of payments and orders up to the ledger."""

from collections import defaultdict
from decimal import Decimal

from orders.models import Order
from orders.services import order_record_money
from payments.balances import came_and_went, given_back
from payments.models import Payment, PaymentEntry
from payments.services.alerts import alert_raise
from payments.states import AlertKind
from utils.money import display


def record_money(order: Order) -> None:
    """Update the order's captured and refunded totals from the ledger entries of its payments.

    The caller holds the order's lock. A bank can take back money that was refunded already. A payment then paid out
    more than it received; the surplus is not counted, and an alert is raised.
    """
    by_payment: dict[Payment, list[PaymentEntry]] = defaultdict(list)
    for entry in PaymentEntry.objects.filter(payment__order=order).select_related("payment"):
        by_payment[entry.payment].append(entry)
    captured = refunded = Decimal(0)
    for payment, entries in by_payment.items():
        came, went = came_and_went(entries)
        captured, refunded = captured + came, refunded + min(came, went)
        if went > came:
            _tell_overdrawn(payment, went - came)
    order_record_money(order=order, captured_total=captured, refunded_total=refunded)


def _tell_overdrawn(payment: Payment, more: Decimal) -> None:
    amount = f"{display(more, payment.currency)} {payment.currency}"
    detail = f"{amount} more went back than came: it was refunded, and taken by the bank as well."
    alert_raise(kind=AlertKind.OVERDRAWN, key=str(payment.pk), detail=detail, payment=payment)


def recount(payment: Payment) -> None:
    """Bring the payment's refunded amount up to its ledger and refunds. The caller holds the payment's lock."""
    payment.refunded_amount = given_back(entries=payment.entries.all(), refunds=payment.refunds.all())
    payment.save(update_fields=["refunded_amount"])
