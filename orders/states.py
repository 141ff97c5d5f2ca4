"""The statuses of an order, the transitions between them, and the payment status, which follows from the money."""

from decimal import Decimal

from django.db import models


class OrderStatus(models.TextChoices):
    """List the statuses of an order. ``PaymentStatus`` tells whether the order is paid."""

    PENDING = "pending", "Pending"  # placed; stock is reserved
    CONFIRMED = "confirmed", "Confirmed"  # paid, or accepted by staff; the stock has left the balance
    PROCESSING = "processing", "Processing"  # being packed
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class PaymentStatus(models.TextChoices):
    """List the payment statuses of an order. They follow from its captures and refunds; nobody sets one by hand."""

    UNPAID = "unpaid", "Unpaid"
    PARTIALLY_PAID = "partially_paid", "Partially paid"
    PAID = "paid", "Paid"
    PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"
    REFUNDED = "refunded", "Refunded"


# The statuses of an order that is not cancelled, in sequence. Staff may skip some; skipped ones are recorded.
FORWARD = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
CANCELLABLE = frozenset({OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING})


def steps(current: OrderStatus, target: OrderStatus) -> list[OrderStatus]:
    """List the statuses that an order passes from ``current`` to ``target``, with ``target`` as the last.

    The list is empty when both are equal. Raise ``ValueError`` when ``target`` comes earlier or can't be reached.
    """
    if current == target:
        return []
    if target == OrderStatus.CANCELLED:
        if current not in CANCELLABLE:
            raise ValueError(f"{current} can't be cancelled.")
        return [target]
    if current == OrderStatus.CANCELLED or FORWARD.index(target) < FORWARD.index(current):
        raise ValueError(f"{current} does not lead to {target}.")
    return list(FORWARD[FORWARD.index(current) + 1 : FORWARD.index(target) + 1])


def payment_status(*, total: Decimal, captured: Decimal, refunded: Decimal) -> PaymentStatus:
    """Return the payment status of an order, from three amounts in its currency.

    An order stays paid when only what was captured beyond its ``total`` was refunded.
    """
    if captured - refunded >= total:
        return PaymentStatus.PAID
    if refunded:
        return PaymentStatus.REFUNDED if refunded >= captured else PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.PARTIALLY_PAID if captured > 0 else PaymentStatus.UNPAID
