"""The messages that are sent over the WebSockets."""

from typing import Any

from django.conf import settings

from notifications.models import Notification, ThreadMessage
from orders.models import Order
from orders.states import OrderStatus


def user_group(user_id: int) -> str:
    """Return the name of the channel group that holds all of a user's sockets."""
    return f"user.{user_id}"


def order_group(order_id: int) -> str:
    """Return the name of the channel group that holds the sockets of a guest's order."""
    return f"order.{order_id}"


def order_text(*, order: str | int, status: str) -> str:
    """Return the text that tells a customer that an order has reached ``status``."""
    news = "has been placed" if status == OrderStatus.PENDING else f"is now {status}"
    return f"Your order #{order} {news}"


def order_update(notification: Notification, order: Order) -> dict[str, Any]:
    """Return the message about an order, with the fields of contract 004 and more.

    The fields of contract 004 are ``type``, ``order_id``, ``status`` and ``message``. Its clients expect an integer as
    ``order_id``. If the shop does not serve contract 004, ``order_id`` is the order's number, and so it is for guests,
    whom that contract does not know. Other clients read ``order_number``. A guest has no list of notifications, so
    ``id`` is left out.
    """
    is_guests = order.user_id is None
    shown = order.pk if "realtime_shop" in settings.STOREFRONTS and not is_guests else order.number
    update = {
        "type": "order_update",
        "order_id": shown,
        "order_number": order.number,
        "status": notification.status,
        "message": order_text(order=shown, status=notification.status),
        "created_at": notification.created_at.isoformat().replace("+00:00", "Z"),
    }
    return update if is_guests else {**update, "id": notification.number}


def thread_message(message: ThreadMessage) -> dict[str, Any]:
    """Return the announcement of a new message in a thread. It holds numbers only; clients read the text over HTTP."""
    return {"type": "thread_message", "thread_id": message.thread.number, "message_id": message.number}
