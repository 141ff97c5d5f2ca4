"""Locking: lock the order first, then its payment, everywhere in the same order."""

from orders.models import Order
from payments.errors import PaymentNotFound
from payments.models import Payment


def lock_order_of(payment_id: int) -> Order:
    """Lock and return the order of the payment with this id. Raise ``PaymentNotFound`` when there is none."""
    order = Order.objects.locked().filter(payments=payment_id).first()
    if order is None:
        raise PaymentNotFound
    return order


def lock_payment(payment_id: int) -> tuple[Order, Payment]:
    """Lock the order, then the payment, and return both. Raise ``PaymentNotFound`` when there is no such payment."""
    order = lock_order_of(payment_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.order = order
    return order, payment
