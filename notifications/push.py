"""To the sockets, now. A hint: whoever misses it finds what was said by REST."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from notifications.messages import order_update, thread_message, user_group
from notifications.models import Notification, ThreadMessage
from orders.models import Order

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 1.0


def push(notification: Notification, order: Order) -> None:
    """Send to every open socket of the user. A channel layer that is down is logged and forgotten."""
    _send_quietly(f"Notification {notification.number}", order_update(notification, order), [notification.user_id])


def push_message(message: ThreadMessage, user_ids: Iterable[int]) -> None:
    """The same for each of the users."""
    _send_quietly(str(message), thread_message(message), user_ids)


def _send_quietly(what: str, content: dict[str, Any], user_ids: Iterable[int]) -> None:
    try:
        async_to_sync(_send)({"type": "notify", "content": content}, [user_group(user_id) for user_id in user_ids])
    except Exception:
        logger.warning("%s was stored but not pushed.", what, exc_info=True)


async def _send(message: dict[str, Any], groups: list[str]) -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await asyncio.gather(*(layer.group_send(group, message) for group in groups))
