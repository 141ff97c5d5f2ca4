"""Hostile paths and query parameters are refused with a problem document, and nothing changes."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.architecture.routes import FROM_GATEWAYS, ROUTES, Callers, path_of, word_of
from tests.factories import make_product
from tests.support.endpoints import WRITES
from tests.support.hostile import VALUES
from tests.support.tries import Tries
from tests.support.world import World
from tests.support.writes import fill

pytestmark = pytest.mark.django_db

NO_ID = {
    "zero": "0",
    "unknown": "999999",
    "eighteen digits": "9" * 18,
    "nineteen digits": "9" * 19,
    "a hundred thousand digits": "9" * 100_000,
    "minus one": "-1",
    "one and a half": "1.5",
    "an exponent": "1e3",
    "true": "true",
    "a word": "nothing-here",
    "a NUL byte": "%00",
    "a lone surrogate": "%ED%A0%80",
    "invalid UTF-8": "%FF",
    "an Arabic digit": "%D9%A1",
    "a superscript digit": "%C2%B9",
    "a quote": "%27%20OR%201=1--",
    "a path out": "..%2F..%2F",
    "a percent sign": "%25",
    "nothing": "",
}
WITH_ID = [
    (pattern, method, who)
    for pattern, methods in ROUTES.items()
    for method, who in methods.items()
    if not pattern.startswith(FROM_GATEWAYS) and word_of(pattern) and not word_of(pattern).startswith("reset_")
]
LISTS = {
    "/api/v1/products/": "anonymous",
    "/api/v1/products/low-stock/": "staff",
    "/api/v1/products/{product}/reviews/": "anonymous",
    "/api/v1/inventory/stock/": "staff",
    "/api/v1/inventory/movements/": "staff",
    "/api/v1/promotions/": "staff",
    "/api/v1/promotions/{promotion}/codes/": "staff",
    "/api/v1/addresses/": "customer",
    "/api/v1/orders/": "customer",
    "/api/v1/payments/": "customer",
    "/api/v1/payments/{captured_payment}/refunds/": "staff",
    "/api/v1/notifications/": "customer",
    "/api/v1/threads/": "customer",
    "/api/v1/threads/{thread}/messages/": "customer",
    "/api/products/": "anonymous",
    "/api/products/low_stock/": "anonymous",
    "/api/products/categories/": "anonymous",
    "/api/orders/": "customer",
    "/api/orders/get/": "customer",
    "/api/order_shipping/": "customer",
    "/catalog/products/": "anonymous",
    "/catalog/categories/": "anonymous",
}
# A page size out of range is replaced by an allowed one; a page that does not exist is not found.
PAGING = {
    "page=1": 200,
    "page=last": 200,
    "page=0": 404,
    "page=-1": 404,
    "page=1.5": 404,
    "page=abc": 404,
    "page=true": 404,
    "page=NaN": 404,
    f"page={10**9}": 404,
    f"page={10**30}": 404,
    f"page={'9' * 100_000}": 404,
    "page=%00": 400,
    "page_size=0": 200,
    "page_size=-1": 200,
    "page_size=abc": 200,
    f"page_size={10**9}": 200,
    f"page_size={'9' * 100_000}": 200,
    "page_size=%00": 400,
    "format=xml": 404,
    "unknown=1": 400,
    "Page=1": 400,
    "page%00=1": 400,
    "%ED%A0%80=1": 400,
    "password=a": 400,
    "user=1": 400,
    "user__password__startswith=a": 400,
    "&".join(f"a{number}=1" for number in range(1001)): 400,
}
PRODUCTS = {
    "min_price=1.5": 200,
    "min_price=1e3": 200,
    "min_price=": 200,
    f"min_price={10**30}": 400,
    "min_price=1e-30": 400,
    "min_price=-1": 400,
    "min_price=abc": 400,
    "min_price=NaN": 400,
    "min_price=sNaN": 400,
    "min_price=Infinity": 400,
    "min_price=1e400": 400,
    f"max_price={'9' * 100_000}": 400,
    "max_price=NaN": 400,
    "max_price=-0.01": 400,
    "min_price=%00": 400,
    "category=unknown": 400,
    "category=0": 400,
    f"category={10**30}": 400,
    "category=%25": 400,
    "category=%27": 400,
    "category=%00": 400,
    f"category={'a' * 100_000}": 400,
    "brand=%25": 200,
    f"brand={'a' * 100_000}": 400,
    "in_stock=true": 200,
    "in_stock=abc": 400,
    "in_stock=%00": 400,
    "ordering=-price,name": 200,
    "ordering=price,price": 200,
    "ordering=password": 400,
    "ordering=seller__password": 400,
    "ordering=a.b": 400,
    "ordering=?": 400,
    "ordering=price%3BDROP%20TABLE": 400,
    "ordering=%00": 400,
    "search=": 200,
    "search=%00": 400,
    "search=%ED%A0%80": 200,
    f"search={'a' * 100_000}": 400,
    f"search={'a%20' * 60}": 200,
}
FILTERS = {
    ("/product/search/", "anonymous"): {
        "search=": 200,
        "search=%00": 400,
        "search=%ED%A0%80": 200,
        f"search={'a' * 100_000}": 400,
        f"search={'a%20' * 60}": 200,
        "ordering=price": 400,
    },
    ("/api/v1/products/", "anonymous"): PRODUCTS,
    ("/api/products/", "anonymous"): PRODUCTS,
    ("/catalog/products/", "anonymous"): PRODUCTS,
    ("/api/v1/categories/", "anonymous"): {"unknown=1": 400, "page=1": 400, "format=xml": 404},
    ("/api/v1/orders/", "customer"): {
        "status=pending": 200,
        "status=unknown": 400,
        "status=%00": 400,
        "payment_status=paid": 200,
        "payment_status=1": 400,
    },
    ("/api/v1/notifications/", "customer"): {
        "since=": 200,
        "since=0": 400,
        f"since={2**63 - 1}": 400,
        "since=-1": 400,
        f"since={'A' * 100_000}": 400,
        "since=%00": 400,
        f"since={2**63}": 400,
        "since=NaN": 400,
        "since=abc": 400,
        "since=1.5": 400,
        "unread=true": 200,
        "unread=abc": 400,
    },
    ("/api/v1/inventory/stock/", "staff"): {
        "product=1": 200,
        "product=0": 400,
        "product=1.5": 400,
        "product=1e3": 400,
        f"product={2**63}": 400,
        "variant=NaN": 400,
        "variant=1e400": 400,
        "sku=%25": 200,
        "sku=%00": 400,
    },
    ("/api/v1/inventory/movements/", "staff"): {
        "stock_item=abc": 400,
        "stock_item=1.5": 400,
        f"stock_item={10**30}": 400,
        "kind=receipt": 200,
        "kind=unknown": 400,
        "kind=%00": 400,
        "reference=%27": 200,
        f"reference={'a' * 100_000}": 200,
    },
}


@pytest.fixture
def words(world: World) -> dict[str, Any]:
    return world.words()


def good_body(method: str, path: str, words: dict[str, Any]) -> bytes:
    """Return a valid body for the route, so that a refusal can only be due to the path."""
    for write in WRITES:
        if write.method == method and write.path.format(**words) == path:
            return json.dumps(fill(write.body, words)).encode()
    return b""


@pytest.mark.parametrize(("pattern", "method", "who"), WITH_ID)
def test_an_id_that_is_none_is_not_found(
    world: World, words: dict[str, Any], pattern: str, method: str, who: Callers
) -> None:
    body = good_body(method, path_of(pattern, words), words)
    for case, text in NO_ID.items():
        path = path_of(pattern, {**words, word_of(pattern): text})
        tries = Tries(world.api[who.example], method, path)
        tries.must_answer(f"{case}: {path[:80]}", 404, body)
        tries.assert_flawless()


def test_every_list_is_tried(world: World, words: dict[str, Any]) -> None:
    found = set()
    for pattern, methods in ROUTES.items():
        if "GET" in methods and not pattern.startswith(("swagger", "redoc")) and not pattern.startswith(FROM_GATEWAYS):
            path = path_of(pattern, words)
            answers = [world.api[role].get(path) for role in ("customer", "staff")]
            if any(answer.status_code == 200 and "results" in answer.json() for answer in answers):
                found.add(path)
    assert found == {path.format(**words) for path in LISTS}


@pytest.mark.parametrize("path", LISTS)
def test_pages(world: World, words: dict[str, Any], path: str) -> None:
    tries = Tries(world.api[LISTS[path]], "GET", path.format(**words))
    for query, status in PAGING.items():
        tries.must_answer(query[:80], status, query=query)
    tries.assert_flawless()


@pytest.mark.parametrize(("path", "who"), FILTERS)
def test_filters(world: World, path: str, who: str) -> None:
    tries = Tries(world.api[who], "GET", path)
    for query, status in FILTERS[path, who].items():
        tries.must_answer(query[:80], status, query=query)
    tries.assert_flawless()


def test_an_item_named_in_the_query(world: World, words: dict[str, Any]) -> None:
    """Try the only write that takes its id from the query (shop 004's published API)."""
    tries = Tries(world.carla.api, "DELETE", "/api/orders/cart/remove_item/")
    for case, literal in VALUES.items():
        tries.must_refuse(case, query=f"item_id={quote(literal.strip(chr(34))[:1000])}")
    tries.must_answer("nothing", 400)
    tries.must_answer("another name", 400, query=f"item_id={words['cart_item']}&id=1")
    tries.must_answer("unknown", 404, query="item_id=999999")
    tries.must_answer("its own", 200, query=f"item_id={words['cart_item']}")
    tries.assert_flawless()


@pytest.mark.parametrize(
    ("words_searched", "found"),
    [
        ("%", ["100% wool"]),
        ("_", ["under_score"]),
        ("'", ["Men's hat"]),
        ('"', ['7" screen']),
        ("\\", ["back\\slash"]),
        ("% wool", ["100% wool"]),
        ("*", []),
        ("' OR '1'='1", []),
    ],
)
def test_search_takes_signs_for_themselves(world: World, words_searched: str, found: list[str]) -> None:
    for name in ["100% wool", "under_score", "Men's hat", '7" screen', "back\\slash", "plain"]:
        make_product(name)
    for path in ("/api/v1/products/", "/api/products/"):
        rows = world.api["anonymous"].get(path, {"search": words_searched}).json()["results"]
        assert [row["name"] for row in rows] == found
