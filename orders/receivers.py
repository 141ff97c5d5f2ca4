"""What orders do when they hear of something."""

from typing import Any

from django.dispatch import receiver

from orders.services import order_confirm_if_paid
from payments.signals import payment_captured


@receiver(payment_captured, dispatch_uid="orders.confirm_if_paid")
def confirm_if_paid(*, order_id: int, **kwargs: Any) -> None:
    order_confirm_if_paid(order_id=order_id)
