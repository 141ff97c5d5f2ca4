"""The receivers that notify users of what happened."""

import logging
from typing import Any

from django.dispatch import receiver

from inventory.signals import stock_depleted
from notifications.jobs import mail_order_placed
from notifications.push import push, push_message
from notifications.services import message_tell, order_notify
from notifications.signals import message_posted
from orders.signals import order_placed, order_status_changed
from orders.states import OrderStatus

logger = logging.getLogger(__name__)


@receiver(order_placed, dispatch_uid="notifications.order_placed")
def tell_placed(*, order_id: int, **kwargs: Any) -> None:
    """Notify the customer over the socket and by mail that the order was placed."""
    order_notify(order_id=order_id, status=OrderStatus.PENDING, push=push)
    mail_order_placed.enqueue(order_id=order_id)


@receiver(order_status_changed, dispatch_uid="notifications.order_status_changed")
def tell_status(*, order_id: int, new: str, **kwargs: Any) -> None:
    """Notify the customer over the socket that the order has a ``new`` status."""
    order_notify(order_id=order_id, status=new, push=push)


@receiver(message_posted, dispatch_uid="notifications.message_posted")
def tell_message(*, message_id: int, **kwargs: Any) -> None:
    """Notify the other side of a support thread that there is a message."""
    message_tell(message_id=message_id, push=push_message)


@receiver(stock_depleted, dispatch_uid="notifications.stock_depleted")
def tell_depleted(*, variant_id: int, **kwargs: Any) -> None:
    """Log that a variant is sold out."""
    logger.warning("Variant %s is sold out.", variant_id)
