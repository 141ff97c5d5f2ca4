"""What orders make of money that moved."""

from decimal import Decimal

from django.db import transaction

from orders.models import Order
from orders.services.transition import order_transition
from orders.states import OrderStatus, PaymentStatus, payment_status


def order_record_captured(*, order_id: int, captured_total: Decimal) -> None:
    """Note that ``captured_total`` has been received in all, and confirm a pending order once it is paid in full.

    Takes the sum, not the payment, so that hearing it twice changes nothing.
    """
    with transaction.atomic():
        order = Order.objects.locked().get(pk=order_id)
        order.captured_total = max(order.captured_total, captured_total)
        order.payment_status = payment_status(total=order.total, captured=order.captured_total)
        order.save(update_fields=["captured_total", "payment_status", "updated_at"])
        if order.payment_status == PaymentStatus.PAID and order.status == OrderStatus.PENDING:
            order_transition(order_id=order.pk, to=OrderStatus.CONFIRMED, reason="Paid")
