"""Every way to order, with its request sent twice: one order, one payment, and the pieces are reserved once."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import resolve
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from orders.models import Order
from payments.models import Payment
from tests.architecture.source import is_edge, modules
from tests.factories import balance, make_product
from tests.support.aamarpay_shop_till import REQUEST
from tests.support.aamarpay_shop_till import aamarpay_till as aamarpay_till
from tests.support.omache_till import MPESA_NUMBER, OmacheTill
from tests.support.shop_with_aamarpay import aamarpay_shop as aamarpay_shop
from tests.support.shop_with_mpesa import daraja as daraja
from tests.support.shop_with_mpesa import mpesa_shop as mpesa_shop
from tests.support.shop_with_stripe import stripe_shop as stripe_shop
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

V1, CREATE_001, SESSION_001 = "/api/v1/orders/", "/api/orders/create/", "/api/create-checkout-session/"
CASHOUT_002, ORDERS_004 = "/cashout/", "/api/orders/"
PATHS = [V1, REQUEST, CREATE_001, SESSION_001, CASHOUT_002, ORDERS_004]
KEY = {"Idempotency-Key": "one"}
ADDRESS = {"street": "1 Main Street"}
# In the published API of shop 001 an address has five fields, in that of shop 004 one.
ADDRESS_001 = {"street": "1 Main Street", "city": "New York", "zip_code": "10001", "phone_no": "+1 212 555 0100"}
ADDRESS_001 |= {"state": "NY", "country": "USA"}
ADDRESS_004 = {"shipping_address": "1 Main Street, New York", "phone_number": "+12125550100"}


@dataclass(frozen=True)
class Way:
    """Hold a request that orders two pieces of ``product``. ``charges`` counts what the gateway was asked for."""

    path: str
    body: dict[str, Any]
    api: APIClient
    product: Product
    charges: Callable[[], int] | None = None

    def send(self, headers: dict[str, str]) -> HttpResponse:
        return self.api.post(self.path, self.body, format="json", headers=headers)


MakeWay = Callable[[pytest.FixtureRequest], Way]


def signed_in(request: pytest.FixtureRequest) -> tuple[APIClient, Product]:
    customer: User = request.getfixturevalue("customer")
    return client_with_token(customer), make_product(price="12.50", stock_left=10)


def fill_cart(api: APIClient, product: Product) -> Any:
    added = api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 2})
    assert added.status_code == 201, added.content
    return added.json()


def items_of(product: Product) -> list[dict[str, int]]:
    return [{"product": product.pk, "quantity": 2}]


def v1_cart(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    fill_cart(api, product)
    return Way(V1, {"address": ADDRESS}, api, product)


def v1_named_cart(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    cart = fill_cart(api, product)
    return Way(V1, {"address": ADDRESS, "cart": cart["id"]}, api, product)


def v1_items(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    return Way(V1, {"address": ADDRESS, "items": items_of(product)}, api, product)


def payment_request_000(request: pytest.FixtureRequest) -> Way:
    till = request.getfixturevalue("aamarpay_till")
    return Way(REQUEST, till.body(), till.api, till.product, lambda: len(till.shop.fake.transactions))


def order_of_cart_001(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    fill_cart(api, product)
    return Way(CREATE_001, ADDRESS_001, api, product)


def order_of_items_001(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    return Way(CREATE_001, ADDRESS_001 | {"order_items": items_of(product)}, api, product)


def session_of_cart_001(request: pytest.FixtureRequest) -> Way:
    way = session_of_items_001(request)
    fill_cart(way.api, way.product)
    return Way(way.path, ADDRESS_001, way.api, way.product, way.charges)


def session_of_items_001(request: pytest.FixtureRequest) -> Way:
    shop = request.getfixturevalue("stripe_shop")
    api, body = client_with_token(shop.buyer), ADDRESS_001 | {"order_items": items_of(shop.product)}
    return Way(SESSION_001, body, api, shop.product, lambda: len(shop.fake.sessions))


def cashout_002(request: pytest.FixtureRequest) -> Way:
    request.getfixturevalue("settings").SELLERS = "open"
    till = OmacheTill(request.getfixturevalue("mpesa_shop"))
    body = {"order": [{"product": till.product.pk, "number": 2}], "mpesa_number": MPESA_NUMBER}
    return Way(CASHOUT_002, body, till.api, till.product, lambda: len(till.daraja.attempts))


def order_004(request: pytest.FixtureRequest) -> Way:
    api, product = signed_in(request)
    fill_cart(api, product)
    return Way(ORDERS_004, ADDRESS_004, api, product)


def is_replayed(first: Any, again: Any) -> None:
    """Check that the stored answer comes, and says that it is one."""
    assert first.status_code == 201
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")


def is_answered_alike(first: Any, again: Any) -> None:
    assert (again.status_code, again.json()) == (first.status_code, first.json())


def is_the_order_of_the_cart(first: Any, again: Any) -> None:
    """200 instead of 201 tells that nothing was made."""
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


def is_refused_for_want_of_items(first: Any, again: Any) -> None:
    """Check that the cart became the first order, and that the next one is empty."""
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (400, "cart_empty")


# The published API of shop 003 sells nothing.
ORDERED_ONCE = [
    (v1_cart, KEY, is_replayed),
    (v1_cart, {}, is_refused_for_want_of_items),
    (v1_named_cart, KEY, is_replayed),
    (v1_named_cart, {}, is_the_order_of_the_cart),
    (v1_items, KEY, is_replayed),
    (payment_request_000, {}, is_answered_alike),
    (order_of_cart_001, KEY, is_replayed),
    (order_of_cart_001, {}, is_refused_for_want_of_items),
    (order_of_items_001, KEY, is_replayed),
    (session_of_cart_001, KEY, is_answered_alike),
    (session_of_cart_001, {}, is_refused_for_want_of_items),
    (session_of_items_001, KEY, is_answered_alike),
    (cashout_002, KEY, is_answered_alike),
    (order_004, KEY, is_replayed),
    (order_004, {}, is_refused_for_want_of_items),
]
NAMES = [f"{way.__name__}, {'with' if headers else 'without'} a key" for way, headers, _ in ORDERED_ONCE]


@pytest.mark.parametrize(("make_way", "headers", "is_right"), ORDERED_ONCE, ids=NAMES)
def test_sent_twice_ordered_once(
    request: pytest.FixtureRequest, make_way: MakeWay, headers: dict[str, str], is_right: Callable[[Any, Any], None]
) -> None:
    way = make_way(request)
    on_hand, reserved = balance(way.product)
    is_right(way.send(headers), way.send(headers))
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
    assert balance(way.product) == (on_hand, reserved + 2)
    assert way.charges is None or way.charges() == 1


@pytest.mark.parametrize("make_way", [v1_items, order_of_items_001, session_of_items_001, cashout_002])
def test_items_without_a_key_are_ordered_as_often_as_they_are_sent(
    request: pytest.FixtureRequest, make_way: MakeWay
) -> None:
    """Order anew each time: without a key, the shop can't tell a repeated request from a second order."""
    way = make_way(request)
    assert [way.send({}).status_code for _ in range(2)] == [201, 201]
    assert (Order.objects.count(), Payment.objects.count(), balance(way.product)[1]) == (2, 2, 4)


def test_every_view_that_orders_is_sent_twice() -> None:
    views = {
        (path.removesuffix(".py").replace("/", "."), found.name)
        for path, module in modules().items()
        if is_edge(path)
        for found in ast.walk(module)
        if isinstance(found, ast.ClassDef) and orders(found)
    }
    functions: list[Any] = [resolve(path).func for path in PATHS]
    sent = [getattr(function, "view_class", None) or function.cls for function in functions]
    assert views == {(view.__module__, view.__name__) for view in sent}


def orders(view: ast.ClassDef) -> bool:
    attributes = {node.attr for node in ast.walk(view) if isinstance(node, ast.Attribute)}
    return bool(attributes & {"checkout", "checkout_and_start"})
