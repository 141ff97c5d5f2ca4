"""React to events of accounts and orders, and to those of an earlier release."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import email_proven
from orders.signals import order_status_changed
from orders.states import OrderStatus
from payments.services import orders_keep, payments_cancel
from payments.services.settle import order_confirm_job
from payments.signals import payment_captured


@receiver(order_status_changed, dispatch_uid="payments.cancel_with_order")
def cancel_with_order(*, order_id: int, new: str, **kwargs: Any) -> None:
    if new == OrderStatus.CANCELLED:
        payments_cancel(order_id=order_id)


@receiver(email_proven, dispatch_uid="payments.keep_orders_of_proven")
def keep_orders_of_proven(*, user_id: int, **kwargs: Any) -> None:
    orders_keep(user_id=user_id)


@receiver(payment_captured, dispatch_uid="payments.confirm_order")
def confirm_order_of_earlier_release(*, order_id: int, **kwargs: Any) -> None:
    """Confirm a paid order whose event an earlier release left in the outbox."""
    order_confirm_job.enqueue(order_id=order_id)
