"""To the sockets, now. A hint: whoever misses it finds the notification by REST."""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from notifications.messages import order_update, user_group
from notifications.models import Notification

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 1.0


def push(notification: Notification) -> None:
    """Send to every open socket of the user. A channel layer that is down is logged and forgotten."""
    message = {"type": "notify", "content": order_update(notification)}
    try:
        async_to_sync(_send)(user_group(notification.user_id), message)
    except Exception:
        logger.warning("Notification %s was stored but not pushed.", notification.pk, exc_info=True)


async def _send(group: str, message: dict[str, Any]) -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await layer.group_send(group, message)
