"""What is sent over the sockets."""

from typing import Any

from notifications.models import Notification, ThreadMessage


def user_group(user_id: int) -> str:
    """The channel group of all of a user's sockets."""
    return f"user.{user_id}"


def order_update(notification: Notification) -> dict[str, Any]:
    """The message of storefront document 004 (``type, order_id, status, message``), with ``id`` and ``created_at``."""
    return {
        "type": "order_update",
        "order_id": notification.order_id,
        "status": notification.status,
        "message": notification.message,
        "id": notification.pk,
        "created_at": notification.created_at.isoformat().replace("+00:00", "Z"),
    }


def thread_message(message: ThreadMessage) -> dict[str, Any]:
    """Only where to look: what was written is read by REST."""
    return {"type": "thread_message", "thread_id": message.thread_id, "message_id": message.pk}
