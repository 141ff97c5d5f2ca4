"""The shop without its guard on stock: it reads the stock, then writes what it read plus its own pieces.

It serves as a negative control: a race test proves something only if this shop loses the same race.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from importlib import import_module
from typing import ClassVar

from django.db import connection

from config import wsgi
from config.asgi import application as asgi_application
from inventory.errors import OutOfStock, Shortage
from inventory.models import Reservation, StockItem
from orders.services import place

wsgi_application = wsgi.application
application = asgi_application

# The time between reading and writing, long enough that others read meanwhile, on a busy machine too.
_THINKING_SECONDS = 0.2


def naive_reserve(*, reference: str, quantities: Mapping[int, int]) -> None:
    for item in StockItem.objects.filter(variant__in=quantities):
        wanted = quantities[item.variant_id]
        if item.available < wanted:
            raise OutOfStock([Shortage(variant=item.variant_id, requested=wanted, available=item.available)])
        time.sleep(_THINKING_SECONDS)
        StockItem.objects.filter(pk=item.pk).update(reserved=item.reserved + wanted)
        Reservation.objects.create(stock_item=item, reference=reference, quantity=wanted)


class _NoTransaction:
    """Replace the transaction. SQLite's IMMEDIATE transactions run one at a time, which is a guard, too."""

    atomic = staticmethod(nullcontext)
    run_on_commit: ClassVar[list[tuple[None, Callable[[], None], bool]]] = []

    @classmethod
    def on_commit(cls, action: Callable[[], None]) -> None:
        cls.run_on_commit.append((None, action, False))

    @classmethod
    def get_connection(cls) -> "type[_NoTransaction]":
        return cls


place.stock_reserve = naive_reserve
if connection.vendor == "sqlite":
    import_module("utils.transactions").transaction = _NoTransaction  # type: ignore[attr-defined]
