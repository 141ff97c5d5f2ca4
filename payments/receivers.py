"""What payments do when they hear of something."""

from typing import Any

from django.dispatch import receiver

from orders.signals import order_status_changed
from orders.states import OrderStatus
from payments.services import payments_cancel


@receiver(order_status_changed, dispatch_uid="payments.cancel_with_order")
def cancel_with_order(*, order_id: int, new: str, **kwargs: Any) -> None:
    if new == OrderStatus.CANCELLED:
        payments_cancel(order_id=order_id)
