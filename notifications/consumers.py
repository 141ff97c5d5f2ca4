"""The WebSockets that notify users about their orders and support threads."""

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
    """Close a refused client's socket with a code that says why.

    The code reaches the client only through an open socket (RFC 6455, 7.1.5), so this accepts it first. A browser that
    offered subprotocols fails the connection unless the server accepts one of them.
    """
    await consumer.accept(subprotocol=next(iter(consumer.scope.get("subprotocols", [])), None))
    await consumer.close(code=code)


class OrderUpdates(AsyncWebsocketConsumer):
    """Send a user's notifications to each of the user's sockets. What clients send is ignored."""

    visitor: Visitor | None = None
    counted_for = ""  # the IP address that this socket is counted for; empty while it is not counted
    recheck: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one socket. When it ends, even by an error, remove it from the count of open sockets."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.visitor is not None and self.counted_for:
                occupancy.leave(user_id=self.visitor.user.pk, address=self.counted_for)

    async def connect(self) -> None:
        """Accept the socket of a signed-in user within the limits. Close any other with a code that says why."""
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
        """Send the content of an event from ``notifications.push`` to the client."""
        await self.send(text_data=json.dumps(event["content"]))

    async def _close_when_unwelcome(self, visitor: Visitor) -> None:
        """Close the socket within 30 seconds after the visitor's session ends or account is disabled."""
        while await self._may_stay(visitor):
            await asyncio.sleep(RECHECK_SECONDS)
        await self.close(code=NOT_WELCOME)

    async def _may_stay(self, visitor: Visitor) -> bool:
        """Return whether the socket may stay open. If the database does not answer, it may."""
        try:
            return await still_welcome(visitor)
        except Exception:
            logger.exception("Could not look up whether user %s may keep a socket.", visitor.user.pk)
            return True


class UnknownPath(AsyncWebsocketConsumer):
    """Close a socket with an unknown path. Without this, any client could fill the log with tracebacks."""

    async def connect(self) -> None:
        await _accept_and_close(self, UNKNOWN_PATH)
