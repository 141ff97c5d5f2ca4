"""Redis dies, hangs and comes back while the shop serves requests: only speed is lost, and nobody restarts the shop."""

import shutil
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.utils import timezone

from catalog.models import Product
from inventory.selectors import discrepancies
from orders.models import Order
from tests.factories import balance, make_product, make_staff, make_user
from tests.support.patience import wait_for
from tests.support.redis_server import OwnRedis, own_redis
from tests.support.server import running_shop
from tests.support.tokens import bearer
from utils.counters import _Breaker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("concurrency"),
    pytest.mark.skipif(
        not (settings.REDIS_URL and shutil.which("redis-server")),
        reason="needs Redis, and its program to start another",
    ),
]

PRODUCTS, CART, ORDERS = "/api/v1/products/", "/api/v1/cart/items/", "/api/v1/orders/"
ORDER = {"address": {"street": "1 Main Street"}, "payment_method": "cash_on_delivery"}
KINDS = {b"answer:", b"outline:"}
# What a client waits for at most, in seconds. A call of Redis may take half a second, a request makes a few of them,
# and who reads what others are making waits for them first.
PATIENCE = 10
SECONDS = 4.0


@dataclass
class Traffic:
    """Read, edit and order at the same time, and check each answer. ``slowest`` is in seconds."""

    address: str
    product: Product
    known: int = 0
    orders: int = 0
    reads: int = 0
    slowest: float = 0
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._staff = bearer(make_staff())
        self._buyer = bearer(make_user(email_verified_at=timezone.now()))
        self._reader = bearer(make_user())

    def run(self, seconds: float) -> None:
        """Send requests for so long; raise the first failure."""
        self._is_over.clear()
        with ThreadPoolExecutor(max_workers=5) as pool:
            work: list[Future] = [pool.submit(self._repeat, each) for each in (self._edit, self._order, self._guest)]
            work += [pool.submit(self._repeat, each) for each in (self._guest, self._customer)]
            time.sleep(seconds)
            self._is_over.set()
            for each in work:
                each.result()

    def _repeat(self, act: object) -> None:
        while not self._is_over.is_set():
            act()  # type: ignore[operator]

    def _ask(self, method: str, path: str, **request: object) -> requests.Response:
        began = time.monotonic()
        answer = requests.request(method, f"{self.address}{path}", timeout=PATIENCE, **request)  # type: ignore[arg-type]
        self.slowest = max(self.slowest, time.monotonic() - began)
        return answer

    def _edit(self) -> None:
        change = {"name": f"Lamp {self.known + 1}"}
        assert self._ask("PATCH", f"{PRODUCTS}{self.product.pk}/", json=change, headers=self._staff).status_code == 200
        self.known += 1
        time.sleep(0.05)

    def _order(self) -> None:
        item = {"product": self.product.pk, "quantity": 1}
        assert self._ask("POST", CART, json=item, headers=self._buyer).status_code == 201
        placed = self._ask("POST", ORDERS, json=ORDER, headers=self._buyer)
        assert placed.status_code == 201, placed.text
        self.orders += 1

    def _guest(self) -> None:
        self._read({})

    def _customer(self) -> None:
        self._read(self._reader)

    def _read(self, headers: dict[str, str]) -> None:
        """Read a list: it shows no name that is older than one known before."""
        at_least = self.known
        answer = self._ask("GET", PRODUCTS, headers=headers)
        assert answer.status_code == 200
        (row,) = answer.json()["results"]
        assert int(row["name"].split()[1]) >= at_least
        self.reads += 1


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Lamp 0", stock_left=100_000)


def is_used_again(redis: OwnRedis, traffic: Traffic) -> None:
    """Assert that answers and outlines are kept there again, after the pause in which nobody asks it."""
    redis.forget()

    def kinds() -> set[bytes]:
        traffic.run(0.5)
        held = b" ".join(redis.keys_held())
        return {kind for kind in KINDS if kind in held}

    wait_for(kinds, KINDS, seconds=3 * _Breaker.PAUSE_SECONDS)


def test_nobody_notices_but_by_the_clock(product: Product, tmp_path: Path) -> None:
    times = {}
    with own_redis(tmp_path) as redis, running_shop(REDIS_URL=redis.url) as address:
        traffic = Traffic(address, product)

        def phase(name: str) -> None:
            traffic.slowest, before = 0, (traffic.reads, traffic.orders)
            traffic.run(SECONDS)
            times[name] = (round(traffic.slowest, 2), traffic.reads - before[0], traffic.orders - before[1])
            assert traffic.orders > before[1]
            assert traffic.reads > before[0]

        is_used_again(redis, traffic)
        phase("up")
        redis.send(signal.SIGKILL)
        phase("killed")
        redis.start()
        is_used_again(redis, traffic)
        redis.send(signal.SIGSTOP)
        phase("hung")
        redis.send(signal.SIGCONT)
        is_used_again(redis, traffic)
    assert max(slowest for slowest, *_ in times.values()) < PATIENCE, times
    assert (Order.objects.count(), balance(product)) == (traffic.orders, (100_000, traffic.orders))
    assert discrepancies() == []


def test_it_dies_in_the_middle_of_requests(product: Product, tmp_path: Path) -> None:
    """Kill, start, stop and continue it while requests are on their way, several times."""
    with own_redis(tmp_path) as redis, running_shop(REDIS_URL=redis.url) as address:
        traffic = Traffic(address, product)
        with ThreadPoolExecutor(max_workers=1) as pool:
            running = pool.submit(traffic.run, 12)
            for _ in range(2):
                time.sleep(1.5)
                redis.send(signal.SIGKILL)
                time.sleep(1)
                redis.start()
                time.sleep(1.5)
                redis.send(signal.SIGSTOP)
                time.sleep(1)
                redis.send(signal.SIGCONT)
            running.result()
        is_used_again(redis, traffic)
    assert (Order.objects.count(), discrepancies()) == (traffic.orders, [])
