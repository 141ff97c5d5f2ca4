"""The shop without its guard: looks at the stock, then writes what it saw plus its own pieces.

Only for negative controls: a race test proves something only if the same race is lost here.
"""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module

from django.db import connection

from config import wsgi
from config.asgi import application as asgi_application
from inventory.errors import OutOfStock, Shortage
from inventory.models import Reservation, StockItem
from orders.services import place

wsgi_application = wsgi.application
application = asgi_application

# Between looking and writing: long enough that others look meanwhile, on a busy machine too.
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
    """SQLite's IMMEDIATE transactions run one at a time, which is a guard as well."""

    atomic = staticmethod(nullcontext)


place.stock_reserve = naive_reserve
if connection.vendor == "sqlite":
    import_module("payments.services.checkout").transaction = _NoTransaction  # type: ignore[attr-defined]
