"""The sockets that tell users about their orders and support threads."""

import asyncio
import json
import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from notifications import occupancy
from notifications.handshake import Visitor, client_address, identify, still_welcome
from notifications.messages import user_group

logger = logging.getLogger(__name__)

NOT_WELCOME = 4401
UNKNOWN_PATH = 4404
TOO_MANY = 4429
RECHECK_SECONDS = 30


async def _accept_and_close(consumer: AsyncWebsocketConsumer, code: int) -> None:
    """Tell a client why it is not let in: a close code reaches it only through a socket that is open (RFC 6455, 7.1.5).

    A browser that offered subprotocols fails unless one is taken.
    """
    await consumer.accept(subprotocol=next(iter(consumer.scope.get("subprotocols", [])), None))
    await consumer.close(code=code)


class OrderUpdates(AsyncWebsocketConsumer):
    """Sends what the user is told to each of the user's sockets. What clients send is ignored."""

    visitor: Visitor | None = None
    counted_for = ""  # the address that this socket is counted for, once it is
    recheck: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one socket, and count it no longer however that ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.visitor is not None and self.counted_for:
                occupancy.leave(user_id=self.visitor.user.pk, address=self.counted_for)

    async def connect(self) -> None:
        try:
            self.visitor = await identify(self.scope)
        except Exception:
            logger.exception("A socket was refused, because its visitor could not be looked up.")
        if self.visitor is None:
            await _accept_and_close(self, NOT_WELCOME)
            return
        address = client_address(self.scope)
        if not occupancy.enter(user_id=self.visitor.user.pk, address=address):
            await _accept_and_close(self, TOO_MANY)
            return
        self.counted_for = address
        await self.channel_layer.group_add(user_group(self.visitor.user.pk), self.channel_name)
        await self.accept(subprotocol=self.visitor.subprotocol)
        self.recheck = asyncio.create_task(self._close_when_unwelcome(self.visitor))

    async def disconnect(self, code: int) -> None:
        try:
            if self.recheck is not None:
                self.recheck.cancel()
                await asyncio.gather(self.recheck, return_exceptions=True)
        finally:
            if self.visitor is not None:
                await self.channel_layer.group_discard(user_group(self.visitor.user.pk), self.channel_name)

    async def notify(self, event: dict[str, Any]) -> None:
        """From ``notifications.push``."""
        await self.send(text_data=json.dumps(event["content"]))

    async def _close_when_unwelcome(self, visitor: Visitor) -> None:
        """A session that ends, or an account that is disabled, ends its sockets within half a minute."""
        while await self._may_stay(visitor):
            await asyncio.sleep(RECHECK_SECONDS)
        await self.close(code=NOT_WELCOME)

    async def _may_stay(self, visitor: Visitor) -> bool:
        """Until the database answers again, whoever is in stays."""
        try:
            return await still_welcome(visitor)
        except Exception:
            logger.exception("Whether user %s may keep a socket could not be looked up.", visitor.user.pk)
            return True


class UnknownPath(AsyncWebsocketConsumer):
    """Closes quietly; without it any client could fill the log with tracebacks."""

    async def connect(self) -> None:
        await _accept_and_close(self, UNKNOWN_PATH)
