"""Push stored notifications and messages to open sockets. A client that misses one reads it over HTTP."""

import logging
from collections.abc import Iterable
from typing import Any

from notifications.messages import order_group, order_update, thread_message, user_group
from notifications.models import Notification, ThreadMessage
from orders.models import Order
from utils.sockets import group_send

logger = logging.getLogger(__name__)


def push(notification: Notification, order: Order) -> None:
    """Send the notification to every open socket of its user, or of a guest's order. If this fails, only log it."""
    group = order_group(order.pk) if order.user_id is None else user_group(order.user_id)
    _send_quietly(f"Notification {notification.number}", order_update(notification, order), [group])


def push_message(message: ThreadMessage, user_ids: Iterable[int]) -> None:
    """Send the message to every open socket of the users. If this fails, only log the failure."""
    _send_quietly(str(message), thread_message(message), [user_group(user_id) for user_id in user_ids])


def _send_quietly(what: str, content: dict[str, Any], groups: Iterable[str]) -> None:
    try:
        group_send(list(groups), {"type": "notify", "content": content})
    except Exception:
        logger.warning("%s was stored but not pushed.", what, exc_info=True)
