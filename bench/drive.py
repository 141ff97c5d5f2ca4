"""Drive load over several connections. Each sends its next operation when the last one is answered."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import islice
from random import Random

from bench.client import BenchAnswer, BenchRequest, Connection
from bench.figures import Sample
from bench.workloads import SALE, BenchShop, Operation

BUYERS = 64
HOT_STOCK = 500
READY_CARTS = 700
_SALE_SECONDS = 120
_SOLD_OUT = "out_of_stock"
_GIVES_UP_AFTER = 5  # failures of one buyer in a row


class Refused(Exception):
    """Report that the shop gave another answer than success."""

    def __init__(self, answer: BenchAnswer) -> None:
        self.code = answer.code
        super().__init__(f"{answer.status} {self.code}".strip())


_FAILURES = (Refused, OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


async def _perform(connection: Connection, operation: Operation) -> None:
    for request in operation:
        answer = await connection.send(request)
        if answer.status >= 300:
            raise Refused(answer)


def _note(sample: Sample, error: Exception) -> None:
    sample.errors[str(error) if isinstance(error, Refused) else type(error).__name__] += 1


async def drive(port: int, streams: Sequence[Iterator[Operation]], seconds: float) -> Sample:
    """Send the operations of each stream over its own connection for ``seconds``.

    An operation that has begun by then is still finished and counted.
    """
    sample, start = Sample(), time.perf_counter()

    async def loop(stream: Iterator[Operation]) -> None:
        connection = Connection(port)
        while (begin := time.perf_counter()) < start + seconds:
            try:
                await _perform(connection, next(stream))
            except _FAILURES as error:
                _note(sample, error)
            else:
                sample.seconds.append(time.perf_counter() - begin)
        connection.close()

    await asyncio.gather(*(loop(stream) for stream in streams))
    sample.duration = time.perf_counter() - start
    return sample


async def sell_out(port: int, shop: BenchShop) -> Sample:
    """Let ``BUYERS`` connections buy the hot item again and again, until each was told that it is sold out."""
    stream = SALE.operations(shop, Random(0))  # noqa: S311 - must repeat itself
    return await _sale(port, stream)


async def prepare_carts(port: int, shop: BenchShop) -> list[BenchRequest]:
    """Put the hot item into ``READY_CARTS`` carts; return the requests that order them.

    Raise ``Refused`` when the shop refuses an item.
    """
    purchases = list(islice(SALE.operations(shop, Random(0)), READY_CARTS))  # noqa: S311 - must repeat itself
    todo = iter(purchases)

    async def fill() -> None:
        connection = Connection(port)
        for addition, _ in todo:
            await _perform(connection, (addition,))
        connection.close()

    await asyncio.gather(*(fill() for _ in range(BUYERS)))
    return [ordering for _, ordering in purchases]


async def order_at_once(port: int, orders: Sequence[BenchRequest]) -> Sample:
    """Send ``orders`` over ``BUYERS`` connections as fast as they are answered."""
    return await _sale(port, iter([(order,) for order in orders]), stop_when_sold_out=False)


async def _sale(port: int, stream: Iterator[Operation], *, stop_when_sold_out: bool = True) -> Sample:
    """Let ``BUYERS`` connections take operations from ``stream`` and perform them.

    ``Sample.duration`` ends with the last purchase. An answer that the item is sold out is no error.
    """
    sample, start = Sample(duration=0), time.perf_counter()

    async def buyer() -> None:
        connection, failures = Connection(port), 0
        for operation in stream:
            outcome = await _purchase(connection, operation, sample, start)
            failures = failures + 1 if outcome == _Outcome.FAILED else 0
            if outcome == _Outcome.SOLD_OUT and stop_when_sold_out:
                break
            if failures == _GIVES_UP_AFTER or time.perf_counter() > start + _SALE_SECONDS:
                break
        connection.close()

    await asyncio.gather(*(buyer() for _ in range(BUYERS)))
    return sample


class _Outcome(Enum):
    BOUGHT = auto()
    SOLD_OUT = auto()
    FAILED = auto()


async def _purchase(connection: Connection, operation: Operation, sample: Sample, start: float) -> _Outcome:
    begin = time.perf_counter()
    try:
        await _perform(connection, operation)
    except _FAILURES as error:
        if isinstance(error, Refused) and error.code == _SOLD_OUT:
            return _Outcome.SOLD_OUT
        _note(sample, error)
        return _Outcome.FAILED
    end = time.perf_counter()
    sample.seconds.append(end - begin)
    sample.duration = end - start
    return _Outcome.BOUGHT
