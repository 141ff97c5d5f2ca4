"""What users are told when something happens."""

from typing import Any

from django.dispatch import receiver

from notifications.jobs import mail_order_placed
from notifications.push import push
from notifications.services import order_notify
from orders.signals import order_placed, order_status_changed
from orders.states import OrderStatus


@receiver(order_placed, dispatch_uid="notifications.order_placed")
def tell_placed(*, order_id: int, user_id: int, **kwargs: Any) -> None:
    order_notify(
        user_id=user_id,
        order_id=order_id,
        status=OrderStatus.PENDING,
        message=f"Your order #{order_id} has been placed",
        push=push,
    )
    mail_order_placed.enqueue(order_id=order_id)


@receiver(order_status_changed, dispatch_uid="notifications.order_status_changed")
def tell_status(*, order_id: int, user_id: int, new: str, **kwargs: Any) -> None:
    order_notify(
        user_id=user_id, order_id=order_id, status=new, message=f"Your order #{order_id} is now {new}", push=push
    )
