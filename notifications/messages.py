"""What is sent over the sockets."""

from typing import Any

from django.conf import settings

from notifications.models import Notification, ThreadMessage
from orders.models import Order
from orders.states import OrderStatus


def user_group(user_id: int) -> str:
    """The channel group of all of a user's sockets."""
    return f"user.{user_id}"


def order_text(*, order: str | int, status: str) -> str:
    """What a customer reads when an order has reached ``status``."""
    news = "has been placed" if status == OrderStatus.PENDING else f"is now {status}"
    return f"Your order #{order} {news}"


def order_update(notification: Notification, order: Order) -> dict[str, Any]:
    """The message of storefront document 004 (``type, order_id, status, message``) and more.

    Its clients know integers, so while that contract is served ``order_id`` is one. Everybody else reads
    ``order_number``.
    """
    shown = order.pk if "realtime_shop" in settings.STOREFRONTS else order.number
    return {
        "type": "order_update",
        "order_id": shown,
        "order_number": order.number,
        "status": notification.status,
        "message": order_text(order=shown, status=notification.status),
        "id": notification.number,
        "created_at": notification.created_at.isoformat().replace("+00:00", "Z"),
    }


def thread_message(message: ThreadMessage) -> dict[str, Any]:
    """Only where to look: what was written is read by REST."""
    return {"type": "thread_message", "thread_id": message.thread.number, "message_id": message.number}
