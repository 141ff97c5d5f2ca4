"""The workloads of the benchmark. A workload is a stream of operations, and an operation is one or more requests."""

import itertools
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from random import Random

from django.test import Client

from bench.catalogue import Catalogue
from bench.client import HOST, PROXY_HEADERS, BenchRequest, post

PAGE_SIZE = 20
_FAR_PAGE, _DEEP_PAGE = 200, 5_000
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
Operations = Callable[["BenchShop", Random], Iterator[Operation]]


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


def _empty(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _in_turn(["/bench/empty/"], random)


def _known_page(shop: BenchShop, random: Random) -> Iterator[Operation]:
    """Request the first page as a client that has it already. Its ETag is made in this process, by the same code."""
    tag = Client().get(_PRODUCTS, headers=PROXY_HEADERS).get("ETag", "")
    return itertools.repeat((BenchRequest(_PRODUCTS, headers={"If-None-Match": tag}, expects=HTTPStatus.NOT_MODIFIED),))


def _each_new(paths: Sequence[str], random: Random) -> Iterator[Operation]:
    """Repeat the paths as requests that no cache has the answer to.

    Each names another port in ``Host``, so for a cache it is another site. The shop answers all of them alike.
    """
    for (request,) in _in_turn(paths, random):
        yield (BenchRequest(request.path, headers={"Host": f"{HOST}:{random.randrange(1, 2**16)}"}),)


def _new(path: str) -> Operations:
    """Make the stream that requests ``path``, never from a cache."""
    return lambda shop, random: _each_new([path], random)


def _kept(path: str) -> Operations:
    """Make the stream that requests ``path``, from a cache if there is one."""
    return lambda shop, random: _in_turn([path], random)


def _far_page(most: int) -> Operations:
    """Make the stream of the page with the number ``most``, or of the last one when there are fewer."""

    def operations(shop: BenchShop, random: Random) -> Iterator[Operation]:
        return _each_new([f"{_PRODUCTS}?page={min(most, len(shop.catalogue.items) // PAGE_SIZE)}"], random)

    return operations


def _leaf_by_price(shop: BenchShop, random: Random) -> Iterator[Operation]:
    paths = [
        f"{_PRODUCTS}?category={leaf}&min_price={low}&max_price={high}&ordering=price"
        for leaf in shop.catalogue.leaves
        for low, high in _PRICE_RANGES
    ]
    return _each_new(paths, random)


def _search(shop: BenchShop, random: Random) -> Iterator[Operation]:
    return _each_new([f"{_PRODUCTS}?search={word}" for word in shop.catalogue.common_words(_SEARCH_WORDS)], random)


def _details(repeat: Callable[[Sequence[str], Random], Iterator[Operation]]) -> Operations:
    """Make the stream of product pages. All connections get the same products, so a cache soon has them."""

    def operations(shop: BenchShop, random: Random) -> Iterator[Operation]:
        pages = Random(0).sample(shop.usual, min(_DETAIL_PRODUCTS, len(shop.usual)))  # noqa: S311 - must repeat itself
        return repeat([f"{_PRODUCTS}{no}/" for no in pages], random)

    return operations


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
    if isinstance(content, dict):
        return len(content["results"]) if "results" in content else 1
    return len(content)


@dataclass(frozen=True)
class Workload:
    """Describe one workload.

    ``operations(shop, random)`` makes the stream of one connection. ``rows`` are the numbers of products that an answer
    may list, and ``prepared`` is the number of each operation's requests that are sent before the clock starts.
    """

    key: str
    title: str
    operations: Operations
    rows: range | None = None
    prepared: int = 0


_FULL, _SOME, _ONE = range(PAGE_SIZE, PAGE_SIZE + 1), range(PAGE_SIZE + 1), range(1, 2)
EMPTY = Workload("W0", "empty view", _empty)
FILL_CARTS = Workload("W6", f"add to cart, {_ADDS_PER_CART} to each", _fill_carts)
BUY = Workload("W7", f"customer puts {_ADDS_PER_ORDER} in the cart and orders", _buy)
SALE = Workload("W8", "buyers until the hot item is sold out", _buy_hot)
READY_SALE = Workload("W8b", "ready carts with the hot item, ordered at once", _buy_hot, prepared=1)
READING = [
    Workload("W1c", "first page, as often as wanted", _kept(_PRODUCTS), _FULL),
    Workload("W1n", "first page, which the client has", _known_page),
    Workload("W1", f"first page of {PAGE_SIZE} products", _new(_PRODUCTS), _FULL),
    Workload("W1s", "first page of what is in stock", _new(f"{_PRODUCTS}?in_stock=true"), _FULL),
    Workload("W1p", "first page by price", _new(f"{_PRODUCTS}?ordering=price"), _FULL),
    Workload("W2", f"page {_FAR_PAGE} of the products", _far_page(_FAR_PAGE), _FULL),
    Workload("W2d", f"page {_DEEP_PAGE}, or the last one", _far_page(_DEEP_PAGE), _FULL),
    Workload("W3", "leaf category and price range, by price", _leaf_by_price, _SOME),
    Workload("W4", "search for a common word", _search, _FULL),
    Workload("W4a", "search for one letter", _new(f"{_PRODUCTS}?search=a"), _FULL),
    Workload("W5c", "product detail, as often as wanted", _details(_in_turn), _ONE),
    Workload("W5", "product detail", _details(_each_new), _ONE),
    Workload("C1", "list of contracts 000, 001 and 004", _new("/api/products/"), _FULL),
    Workload("C2", "search of contract 002, 100 products", _new("/product/search/?search=e"), range(101)),
    Workload("C3", "list of contract 003", _new("/catalog/products/"), _FULL),
]
ALL = [*READING, FILL_CARTS, BUY, SALE, READY_SALE]
