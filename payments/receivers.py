"""React to events of accounts and orders."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import email_proven
from orders.signals import order_claimed, order_status_changed
from orders.states import OrderStatus
from payments.services import orders_keep, payments_cancel


@receiver(order_status_changed, dispatch_uid="payments.cancel_with_order")
def cancel_with_order(*, order_id: int, new: str, **kwargs: Any) -> None:
    if new == OrderStatus.CANCELLED:
        payments_cancel(order_id=order_id)


@receiver(order_claimed, dispatch_uid="payments.keep_claimed_orders")
def keep_claimed_orders(*, user_id: int, **kwargs: Any) -> None:
    """Keep the orders that a customer has claimed as those that the customer placed: without end, once proven."""
    if User.objects.filter(pk=user_id).exclude(email_verified_at=None).exists():
        orders_keep(user_id=user_id)


@receiver(email_proven, dispatch_uid="payments.keep_orders_of_proven")
def keep_orders_of_proven(*, user_id: int, **kwargs: Any) -> None:
    orders_keep(user_id=user_id)
