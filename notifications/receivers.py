"""The receivers that notify users of what happened."""

import logging
from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from inventory.signals import stock_depleted
from notifications.jobs import mail_order_placed
from notifications.push import push, push_message
from notifications.services import message_tell, orders_notify
from notifications.signals import message_posted
from orders.signals import order_placed, order_status_changed
from orders.states import OrderStatus
from utils.events import Payload, batch_receiver

logger = logging.getLogger(__name__)


@batch_receiver(order_placed, dispatch_uid="notifications.order_placed")
def tell_placed(payloads: Sequence[Payload]) -> None:
    """Notify the customers over the socket and by mail that their orders were placed."""
    order_ids = [payload["order_id"] for payload in payloads]
    orders_notify(order_ids=order_ids, status=OrderStatus.PENDING, push=push)
    mail_order_placed.enqueue_all([{"order_id": order_id} for order_id in order_ids])


@receiver(order_status_changed, dispatch_uid="notifications.order_status_changed")
def tell_status(*, order_id: int, new: str, **kwargs: Any) -> None:
    """Notify the customer over the socket that the order has a ``new`` status."""
    orders_notify(order_ids=[order_id], status=new, push=push)


@receiver(message_posted, dispatch_uid="notifications.message_posted")
def tell_message(*, message_id: int, **kwargs: Any) -> None:
    """Notify the other side of a support thread that there is a message."""
    message_tell(message_id=message_id, push=push_message)


@receiver(stock_depleted, dispatch_uid="notifications.stock_depleted")
def tell_depleted(*, variant_id: int, **kwargs: Any) -> None:
    """Log that a variant is sold out."""
    logger.warning("Variant %s is sold out.", variant_id)
