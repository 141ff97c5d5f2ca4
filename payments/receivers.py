"""What payments do when they hear of something."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import email_proven
from orders.signals import order_status_changed
from orders.states import OrderStatus
from payments.jobs import process_event, send_refund
from payments.services import orders_keep, payments_cancel
from payments.signals import gateway_event_stored, refund_requested


@receiver(order_status_changed, dispatch_uid="payments.cancel_with_order")
def cancel_with_order(*, order_id: int, new: str, **kwargs: Any) -> None:
    if new == OrderStatus.CANCELLED:
        payments_cancel(order_id=order_id)


@receiver(email_proven, dispatch_uid="payments.keep_orders_of_proven")
def keep_orders_of_proven(*, user_id: int, **kwargs: Any) -> None:
    orders_keep(user_id=user_id)


@receiver(gateway_event_stored, dispatch_uid="payments.process_event")
def process_stored_event(*, event_id: int, **kwargs: Any) -> None:
    process_event.enqueue(event_id=event_id)


@receiver(refund_requested, dispatch_uid="payments.send_refund")
def send_requested_refund(*, refund_id: int, **kwargs: Any) -> None:
    send_refund.enqueue(refund_id=refund_id)
