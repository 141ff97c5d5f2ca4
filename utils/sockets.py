"""Messages to open WebSockets, sent through the channel layer."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

_TIMEOUT_SECONDS = 1.0
_gathered: ContextVar[list[tuple[str, dict[str, Any]]] | None] = ContextVar("gathered", default=None)


def group_send(groups: Iterable[str], message: dict[str, Any]) -> None:
    """Send ``message`` to every socket in ``groups``.

    Raise any error of the channel layer, and ``TimeoutError`` when it takes longer than a second.
    """
    messages = [(group, message) for group in groups]
    gathered = _gathered.get()
    if gathered is None:
        async_to_sync(_send)(messages)
    else:
        gathered += messages


@contextmanager
def sent_together() -> Iterator[None]:
    """Send what the block sends all at once, at its end. It then raises what ``group_send`` would have raised.

    A channel layer that does not answer costs one second, however many messages there are.
    """
    messages: list[tuple[str, dict[str, Any]]] = []
    token = _gathered.set(messages)
    try:
        yield
    finally:
        _gathered.reset(token)
    if messages:
        async_to_sync(_send)(messages)


async def _send(messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        sending = (layer.group_send(group, message) for group, message in messages)
        results = await asyncio.gather(*sending, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
