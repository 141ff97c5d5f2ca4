"""A small HTTP/1.1 client with keep-alive, for servers on this machine only."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

HOST = "127.0.0.1"
# The headers that a reverse proxy adds. Without them, production settings redirect to https.
PROXY_HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
TIMEOUT_SECONDS = 30.0
_HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True)
class BenchRequest:
    """Hold one HTTP request."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def wire(self) -> bytes:
        """Return the request as the bytes that are sent."""
        headers = {**PROXY_HEADERS, "Accept": "application/json", **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + _HEAD_ENDS + self.body


def post(path: str, content: Any, headers: Mapping[str, str]) -> BenchRequest:
    """Make a POST request with ``content`` as JSON."""
    return BenchRequest(path, "POST", {"Content-Type": "application/json", **headers}, json.dumps(content).encode())


@dataclass(frozen=True)
class BenchAnswer:
    """Hold one HTTP answer. ``is_last``: the server closes the connection after it."""

    status: int
    body: bytes
    is_last: bool = False

    @property
    def code(self) -> str:
        """Return the ``code`` of a problem document; empty for other answers."""
        try:
            return str(json.loads(self.body)["code"])
        except (ValueError, KeyError, TypeError):
            return ""


async def read_answer(reader: asyncio.StreamReader) -> BenchAnswer:
    """Read one answer. Raise ``asyncio.IncompleteReadError`` when the connection ends before the answer does."""
    head = (await reader.readuntil(_HEAD_ENDS)).decode("latin-1").lower()
    lines = head.split("\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return BenchAnswer(int(lines[0].split()[1]), body, headers.get("connection") == "close")


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


class Connection:
    """Keep one connection to a port of this machine. It is opened when needed, and again after the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: BenchRequest) -> BenchAnswer:
        """Send a request and return its answer.

        Raise ``OSError``, ``TimeoutError`` or ``asyncio.IncompleteReadError`` when there is no complete answer; the
        connection is then closed.
        """
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._exchange(request)
        except BaseException:
            self.close()
            raise
        if answer.is_last:
            self.close()
        return answer

    async def _exchange(self, request: BenchRequest) -> BenchAnswer:
        if self._streams is not None:
            try:
                return await self._once(request, *self._streams)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                # A server may end an idle connection at any time; once an answer has begun, it may not.
                if getattr(error, "partial", b""):
                    raise
                self.close()
        self._streams = await asyncio.open_connection(HOST, self._port)
        return await self._once(request, *self._streams)

    async def _once(
        self, request: BenchRequest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> BenchAnswer:
        writer.write(request.wire)
        return await read_answer(reader)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
