"""Measure many WebSockets on one daphne process: handshakes, memory, and the time from a commit to its frame."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from django.db import connection
from django.test import Client

from bench import fill
from bench.figures import percentile, say
from bench.server import Servers, free_port, servers_running
from bench.statements import send
from bench.websocket import SocketRefused, WebSocket
from bench.workloads import BUY, BenchShop
from notifications.routing import ORDER_UPDATES_PATH
from orders.models import Order
from orders.services import order_transition
from orders.states import OrderStatus

# The shop allows 200 sockets for one IP address (notifications.occupancy).
_FROM_ONE_ADDRESS = 150
_HANDSHAKES_AT_ONCE = 100
_HANDSHAKE_SECONDS = 10
_PAUSE_SECONDS = 0.05
# How long to wait for the last frames.
_PATIENCE_SECONDS = 20
_LEAST_FILES = 1_000


@dataclass(frozen=True)
class Audience:
    """Hold how many sockets to open, and how many of their customers get an update of an order.

    ``busy``: other processes keep all processors busy meanwhile.
    """

    sockets: int
    updates: int
    busy: bool


@dataclass
class _Heard:
    """Hold what happened on the sockets: when each order's frame came (by its number), what failed, what is open."""

    frames: dict[str, float] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    listening: list[asyncio.Task[None]] = field(default_factory=list)


def measure_sockets(shop: BenchShop, tokens: Sequence[str], audience: Audience) -> int:
    """Measure and print; return the exit status: 0 only when no handshake and no update was lost."""
    _allow_files(audience.sockets)
    if audience.sockets > len(tokens):
        raise ValueError(f"There are {len(tokens)} customers, so not more sockets than that.")
    orders = _orders_of_first(shop, audience)
    with servers_running("daphne", free_port()) as servers:
        fill.wait_for_worker()
        with _all_processors_busy() if audience.busy else nullcontext():
            return asyncio.run(_measure(servers, tokens, audience, orders))


def _orders_of_first(shop: BenchShop, audience: Audience) -> list[Order]:
    """Place an order for each of the first customers, and return the orders."""
    count = min(audience.updates, audience.sockets)
    client, stream = Client(), BUY.operations(shop, Random(0))  # noqa: S311 - must repeat itself
    for operation in islice(stream, count):
        for request in operation:
            send(client, request)
    return list(Order.objects.order_by("-pk")[:count])


async def _measure(servers: Servers, tokens: Sequence[str], audience: Audience, orders: Sequence[Order]) -> int:
    heard, before = _Heard(), _memory(servers.web.pid)
    begin = time.perf_counter()
    await _open_all(servers.port, tokens[: audience.sockets], heard)
    took, opened = time.perf_counter() - begin, len(heard.listening)
    say(f"handshakes: {opened} of {audience.sockets} in {took:.1f} s, {audience.sockets - opened} lost")
    say(f"memory: {before / 1024:.0f} MiB, and {(_memory(servers.web.pid) - before) / max(1, opened):.0f} KiB a socket")
    committed = await asyncio.to_thread(_update, orders)
    await _wait_for(committed, heard)
    waits = [heard.frames[number] - at for number, at in committed.items() if number in heard.frames]
    lost = len(committed) - len(waits)
    p50, p99 = (1000 * percentile(waits, share) for share in (0.50, 0.99))
    say(f"updates: {len(committed)}, {lost} lost; from commit to frame p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    closed = sum(task.done() for task in heard.listening)
    for task in heard.listening:
        task.cancel()
    await asyncio.gather(*heard.listening, return_exceptions=True)
    for failure, count in heard.failures.most_common():
        say(f"     {count} x {failure}")
    return 1 if lost or closed or opened < audience.sockets else 0


async def _open_all(port: int, tokens: Sequence[str], heard: _Heard) -> None:
    todo = iter(enumerate(tokens))

    async def open_some() -> None:
        for number, token in todo:
            group = number // _FROM_ONE_ADDRESS
            address = f"127.0.{1 + group // 250}.{1 + group % 250}"
            try:
                async with asyncio.timeout(_HANDSHAKE_SECONDS):
                    socket = await WebSocket.open(port, f"/{ORDER_UPDATES_PATH}", token=token, come_from=address)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, SocketRefused) as error:
                heard.failures[f"handshake: {error or type(error).__name__}"] += 1
            else:
                heard.listening.append(asyncio.create_task(_listen(socket, heard)))

    await asyncio.gather(*(open_some() for _ in range(_HANDSHAKES_AT_ONCE)))


async def _listen(socket: WebSocket, heard: _Heard) -> None:
    """Note when frames about confirmed orders come, until the socket ends."""
    try:
        while True:
            text = await socket.read_text()
            at, content = time.perf_counter(), json.loads(text)
            if content.get("status") == OrderStatus.CONFIRMED:
                heard.frames[content["order_number"]] = at
    except (OSError, asyncio.IncompleteReadError, SocketRefused) as error:
        heard.failures[f"closed: {error or type(error).__name__}"] += 1
    finally:
        socket.close()


def _update(orders: Sequence[Order]) -> dict[str, float]:
    """Confirm the orders one after the other; return when each was committed, by its number."""
    committed = {}
    for order in orders:
        order_transition(order_id=order.pk, to=OrderStatus.CONFIRMED)
        committed[order.number] = time.perf_counter()
        time.sleep(_PAUSE_SECONDS)
    connection.close()  # that of this thread
    return committed


async def _wait_for(committed: dict[str, float], heard: _Heard) -> None:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while committed.keys() - heard.frames.keys() and time.monotonic() < give_up_at:
        await asyncio.sleep(0.1)


def _allow_files(sockets: int) -> None:
    """Let this process and its children open a file for each socket."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _LEAST_FILES
    if most not in (resource.RLIM_INFINITY, -1) and most < wanted:
        raise ValueError(f"This user may open {most} files only; {wanted} are needed (ulimit -Hn).")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _memory(pid: int) -> int:
    """Return the memory that a process uses, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def _all_processors_busy() -> Iterator[None]:
    """Let one process for each processor run in circles during the block."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
