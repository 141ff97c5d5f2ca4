"""How an order may move, and what its payment status means."""

from decimal import Decimal

from django.db import models


class OrderStatus(models.TextChoices):
    """Where the goods are. Whether they are paid is another matter: ``PaymentStatus``."""

    PENDING = "pending", "Pending"  # placed; stock is reserved
    CONFIRMED = "confirmed", "Confirmed"  # paid, or accepted by staff; the stock has left the balance
    PROCESSING = "processing", "Processing"  # being packed
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class PaymentStatus(models.TextChoices):
    """Derived from the sums of captures and refunds, never set by hand."""

    UNPAID = "unpaid", "Unpaid"
    PARTIALLY_PAID = "partially_paid", "Partially paid"
    PAID = "paid", "Paid"
    PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"
    REFUNDED = "refunded", "Refunded"


# The way forward. Staff may skip steps; the ones between are recorded.
FORWARD = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
CANCELLABLE = frozenset({OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING})


def steps(current: OrderStatus, target: OrderStatus) -> list[OrderStatus]:
    """The statuses to pass through from ``current`` to ``target``, ``target`` last.

    Empty when they are equal. Raises ``ValueError`` when ``target`` lies behind or can't be reached.
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
    """The payment status of an order worth ``total``, all in its currency.

    What was paid beyond the total and given back leaves the order paid.
    """
    if captured - refunded >= total:
        return PaymentStatus.PAID
    if refunded:
        return PaymentStatus.REFUNDED if refunded >= captured else PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.PARTIALLY_PAID if captured > 0 else PaymentStatus.UNPAID
