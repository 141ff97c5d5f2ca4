"""Messages to open WebSockets, sent through the channel layer."""

import asyncio
from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

_TIMEOUT_SECONDS = 1.0


def group_send(groups: Iterable[str], message: dict[str, Any]) -> None:
    """Send ``message`` to every socket in ``groups``.

    Raise any error of the channel layer, and ``TimeoutError`` when it takes longer than a second.
    """
    async_to_sync(_send)(list(groups), message)


async def _send(groups: list[str], message: dict[str, Any]) -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        await asyncio.gather(*(layer.group_send(group, message) for group in groups))
