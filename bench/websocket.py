"""A small client for WebSockets (RFC 6455) on this machine: it signs in, and reads text."""

import asyncio
import base64
import os
from http import HTTPStatus
from typing import Self

from bench.client import HOST, PROXY_HEADERS

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_TWO_BYTES, _EIGHT_BYTES = 126, 127


class SocketRefused(Exception):
    """Report that a server did not open a socket, or closed it."""


class WebSocket:
    """Hold one open socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, path: str, *, token: str, come_from: str) -> Self:
        """Open a socket with an access token, from an IP address of this machine (127.0.0.0/8).

        Raise ``SocketRefused`` when the server answers anything but 101, and ``OSError`` or
        ``asyncio.IncompleteReadError`` when it doesn't answer.
        """
        reader, writer = await asyncio.open_connection(HOST, port, local_addr=(come_from, 0))
        headers = {
            **PROXY_HEADERS,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            "Authorization": f"Bearer {token}",
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        try:
            status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
        except BaseException:
            writer.close()
            raise
        if status != HTTPStatus.SWITCHING_PROTOCOLS:
            writer.close()
            raise SocketRefused(f"The handshake was answered with {status}.")
        return cls(reader, writer)

    async def read_text(self) -> bytes:
        """Wait for the next text and return it; answer pings meanwhile. Raise ``SocketRefused`` at the end."""
        while True:
            kind, content = await self._read_frame()
            if kind == _TEXT:
                return content
            if kind == _CLOSE:
                raise SocketRefused(f"The server closed the socket with {int.from_bytes(content[:2])}.")
            if kind == _PING:
                mask = bytes(4)  # zeros leave the content as it is
                self._writer.write(bytes([0x80 | _PONG, 0x80 | len(content)]) + mask + content)

    async def _read_frame(self) -> tuple[int, bytes]:
        first, length = await self._reader.readexactly(2)
        if length == _TWO_BYTES:
            length = int.from_bytes(await self._reader.readexactly(2))
        elif length == _EIGHT_BYTES:
            length = int.from_bytes(await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()
