"""The workloads of the benchmark. A workload is a stream of operations, and an operation is one or more requests."""

import itertools
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from bench.catalogue import Catalogue
from bench.client import BenchRequest, post

PAGE_SIZE = 20
_FAR_PAGE = 200
_SEARCH_WORDS = 4
_DETAIL_PRODUCTS = 500
_ADDS_PER_CART = 5
_ADDS_PER_ORDER = 2
_PRICE_RANGES = ((20, 80), (30, 90), (10, 60), (25, 120), (40, 200))
_PRODUCTS = "/api/v1/products/"
_ADDRESS = {
    "name": "Robin Vogel",
    "phone": "+4930123456",
    "street": "Lindenallee 8",
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
}

Operation = tuple[BenchRequest, ...]


class BenchShop:
    """Hold what the workloads need: the catalogue, and the signed-in customers (``tokens``), who take turns."""

    def __init__(self, catalogue: Catalogue, tokens: Sequence[str]) -> None:
        self.catalogue = catalogue
        self._customers = itertools.cycle({"Authorization": f"Bearer {token}"} for token in tokens)

    def next_customer(self) -> dict[str, str]:
        """Return the headers of the next customer, whose cart is empty until all have had their turn."""
        return next(self._customers)

    @cached_property
    def usual(self) -> list[int]:
        """Return the ids of all products but the hot one."""
        return [item.no for item in self.catalogue.items if item.no != self.catalogue.hot]


def add(customer: dict[str, str], product: int) -> BenchRequest:
    """Make the request that puts one piece of a product into the customer's cart."""
    return post("/api/v1/cart/items/", {"product": product, "quantity": 1}, customer)


def order(customer: dict[str, str]) -> BenchRequest:
    """Make the request that orders the customer's cart."""
    body = {"address": _ADDRESS, "payment_method": "cash_on_delivery"}
    return post("/api/v1/orders/", body, {**customer, "Idempotency-Key": uuid.uuid4().hex})


def _in_turn(paths: Sequence[str], random: Random) -> Iterator[Operation]:
    """Repeat the paths without end, from a random one on.

    The random start keeps the connections from requesting the same page at the same moment.
    """
    operations = [(BenchRequest(path),) for path in paths]
    start = random.randrange(len(operations))
    return itertools.islice(itertools.cycle(operations), start, None)


def _first_page(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _in_turn([_PRODUCTS], random)


def _far_page(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _in_turn([f"{_PRODUCTS}?page={_FAR_PAGE}"], random)


def _leaf_by_price(shop: BenchShop, random: Random) -> Iterator[Operation]:
    paths = [
        f"{_PRODUCTS}?category={leaf}&min_price={low}&max_price={high}&ordering=price"
        for leaf in shop.catalogue.leaves
        for low, high in _PRICE_RANGES
    ]
    return _in_turn(paths, random)


def _search(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _in_turn([f"{_PRODUCTS}?search={word}" for word in shop.catalogue.common_words(_SEARCH_WORDS)], random)


def _detail(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _in_turn([f"{_PRODUCTS}{no}/" for no in random.sample(shop.usual, _DETAIL_PRODUCTS)], random)


def _fill_carts(shop: BenchShop, random: Random) -> Iterator[Operation]:
    while True:
        customer = shop.next_customer()
        for product in random.sample(shop.usual, _ADDS_PER_CART):
            yield (add(customer, product),)


def _buy(shop: BenchShop, random: Random) -> Iterator[Operation]:
    while True:
        customer = shop.next_customer()
        products = random.sample(shop.usual, _ADDS_PER_ORDER)
        yield (*(add(customer, product) for product in products), order(customer))


def _buy_hot(shop: BenchShop, random: Random) -> Iterator[Operation]:
    while True:
        customer = shop.next_customer()
        yield (add(customer, shop.catalogue.hot), order(customer))


def rows(body: bytes) -> int:
    """Return how many products an answer lists; a detail page counts as one."""
    content = json.loads(body)
    return len(content["results"]) if "results" in content else 1


@dataclass(frozen=True)
class Workload:
    """Describe one workload.

    ``operations(shop, random)`` makes the stream of one connection. ``rows`` is the number of products that every
    answer must list, and ``prepared`` the number of each operation's requests that are sent before the clock starts.
    """

    key: str
    title: str
    operations: Callable[[BenchShop, Random], Iterator[Operation]]
    rows: int | None = None
    prepared: int = 0


TIMED = [
    Workload("W1", f"first page of {PAGE_SIZE} products", _first_page, PAGE_SIZE),
    Workload("W2", f"page {_FAR_PAGE} of the products", _far_page, PAGE_SIZE),
    Workload("W3", "leaf category and price range, by price", _leaf_by_price, PAGE_SIZE),
    Workload("W4", "search for a common word", _search, PAGE_SIZE),
    Workload("W5", "product detail", _detail, 1),
    Workload("W6", f"add to cart, {_ADDS_PER_CART} to each", _fill_carts),
    Workload("W7", f"customer puts {_ADDS_PER_ORDER} in the cart and orders", _buy),
]
SALE = Workload("W8", "buyers until the hot item is sold out", _buy_hot)
READY_SALE = Workload("W8b", "ready carts with the hot item, ordered at once", _buy_hot, prepared=1)
ALL = [*TIMED, SALE, READY_SALE]
