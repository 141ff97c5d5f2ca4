"""Writes: the order's sums, kept as the ledger has them."""

from decimal import Decimal

from django.db.models import Q, Sum

from orders.models import Order
from orders.services import order_record_money
from payments.models import PaymentEntry
from payments.states import EntryKind


def record_money(order: Order) -> None:
    """Bring the order's sums up to the ledger's. The caller holds the order's lock."""
    sums = PaymentEntry.objects.filter(payment__order=order).aggregate(
        **{kind.value: Sum("amount", filter=Q(kind=kind)) for kind in EntryKind}
    )
    captured, refunded, returned = (
        sums[kind.value] or Decimal(0) for kind in (EntryKind.CAPTURE, EntryKind.REFUND, EntryKind.REFUND_FAILED)
    )
    order_record_money(order=order, captured_total=captured, refunded_total=refunded - returned)
