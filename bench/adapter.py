"""Adapt this shop to a benchmark that measures several shops side by side.

Copy this file to that benchmark as ``adapters/ours.py`` and set ``SHOP_HOME`` to this checkout. The benchmark needs a
module ``adapters.base`` and a catalogue in ``data/catalog.json``. The adapter starts the shop through
``scripts/bench --serve``.

W1 to W5 repeat requests, so the cache of answers has them. W1u to W5u are the same, asked so that no cache has them.
The other shops have no such workloads.
"""

import itertools
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .base import Base, Failed, Req, SoldOut, jreq  # type: ignore[import-not-found]

_HOME = os.environ["SHOP_HOME"]
_DATA = Path(__file__).resolve().parents[1] / "data"
_CUSTOMERS = _DATA / "ours_customers.json"
_POSTGRES = f"{os.environ.get('BENCH_PGHOST', '127.0.0.1')}:{os.environ.get('BENCH_PGPORT', '5432')}"
_PRODUCTS = "/api/v1/products/"
# The header that the reverse proxy adds. Without it, production settings redirect to https.
_PROXY = {"X-Forwarded-Proto": "https"}
_ADDRESS = {"street": "1 Main St", "city": "Springfield", "postal_code": "10001", "country": "US", "phone": "+15550100"}

# Sets the number of pieces for sale, and records the movement that explains it.
_SET_STOCK = """
WITH known AS (
    SELECT item.id, item.on_hand, item.reserved
    FROM inventory_stockitem item JOIN catalog_variant variant ON variant.id = item.variant_id
    WHERE variant.product_id = %s FOR UPDATE OF item
), changed AS (
    UPDATE inventory_stockitem item SET on_hand = known.reserved + %s
    FROM known WHERE item.id = known.id RETURNING item.id, item.on_hand - known.on_hand AS delta
)
INSERT INTO inventory_stockmovement (stock_item_id, kind, quantity, reference, note, created_at)
SELECT id, CASE WHEN delta > 0 THEN 'receipt' ELSE 'adjustment' END, delta, '', 'Benchmark', now()
FROM changed WHERE delta <> 0
"""
_LEFT = """
SELECT coalesce(sum(item.on_hand - item.reserved), 0)
FROM inventory_stockitem item JOIN catalog_variant variant ON variant.id = item.variant_id WHERE variant.product_id = %s
"""
_SOLD = "SELECT coalesce(sum(quantity), 0) FROM orders_orderline WHERE product_id = %s"


class _Uncached:
    """List requests for these paths, each with another port in ``Host``: for a cache it is another site each time.

    There are more than the shop answers in a run. The next run goes on with other ports.
    """

    _COUNT = 20_000
    _ports = itertools.cycle(range(1, 2**16))

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths

    def __iter__(self) -> Iterator[Any]:
        for path in itertools.islice(itertools.cycle(self._paths), self._COUNT):
            yield Req("GET", _PRODUCTS + path, {**_PROXY, "Host": f"127.0.0.1:{next(self._ports)}"})

    def __getitem__(self, index: int) -> Any:
        return next(itertools.islice(self, index, None))


class Target(Base):
    name = "ours"
    port = 8120
    database = "shop_bench_compared"
    start = (
        f"{_HOME}/scripts/bench",
        *("--serve", "--port", "{port}"),
        *("--catalog", f"{_DATA}/catalog.json", "--customers", f"{_CUSTOMERS}"),
    )
    env = {"BENCH_DATABASE_URL": f"postgresql://postgres@{_POSTGRES}/{database}"}
    ready = "/api/v1/health/"
    notes = "production settings, two granian WSGI processes, job worker; signed-in users with ready tokens"

    def __init__(self, url: str, catalog: dict[str, Any]) -> None:
        super().__init__(url, catalog)
        self._customers: Iterator[str] | None = None

    def reads(self, w: str) -> Any:
        paths = {
            "W1": [""],
            "W2": ["?page=200"],
            "W3": [f"?category={c}&min_price={low}&max_price={high}&ordering=price" for c, low, high in self.filters()],
            "W4": [f"?search={word}" for word in self.SEARCH_WORDS],
            "W5": [f"{no}/" for no in self.sample_nos()],
        }
        if w.endswith("u") and w[:-1] in paths:
            return _Uncached(paths[w[:-1]])
        return [Req("GET", _PRODUCTS + path, _PROXY) for path in paths[w]] if w in paths else None

    def rows(self, w: str, payload: Any) -> int:
        return 1 if w.startswith("W5") else len(payload["results"])

    async def customer(self, http: Any) -> dict[str, str]:
        if self._customers is None:  # only now, when the server has written them
            self._customers = itertools.cycle(json.loads(_CUSTOMERS.read_text()))
        return {**_PROXY, "Authorization": f"Bearer {next(self._customers)}"}

    async def add(self, http: Any, st: dict[str, str], no: int, qty: int) -> None:
        await self._post(http, "/api/v1/cart/items/", {"product": no, "quantity": qty}, st)

    async def checkout(self, http: Any, st: dict[str, str]) -> None:
        body = {"address": _ADDRESS, "payment_method": "cash_on_delivery"}
        await self._post(http, "/api/v1/orders/", body, {**st, "Idempotency-Key": uuid.uuid4().hex})

    async def _post(self, http: Any, path: str, content: dict[str, Any], headers: dict[str, str]) -> None:
        status, body, _ = await http(jreq(path, content, headers))
        if status == 409 and b'"out_of_stock"' in body:
            raise SoldOut
        if status != 201:
            raise Failed(f"{status} {body[:100]!r}")

    def before(self, cur: Any, w: str) -> None:
        """Delete the open carts and read the customers' tokens again: a restarted server has new ones."""
        cur.execute("DELETE FROM cart_cartitem USING cart_cart WHERE cart_id = cart_cart.id AND status = 'open'")
        cur.execute("DELETE FROM cart_cart WHERE status = 'open'")
        self._customers = None

    def set_stock(self, cur: Any, n: int) -> None:
        cur.execute(_SET_STOCK, (self.hot, n))

    def stock(self, cur: Any) -> int:
        return int(cur.execute(_LEFT, (self.hot,)).fetchone()[0])

    def sold(self, cur: Any) -> int:
        return int(cur.execute(_SOLD, (self.hot,)).fetchone()[0])
