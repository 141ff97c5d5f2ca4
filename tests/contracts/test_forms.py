"""What is nested, in forms: every way to write it means the same, and what can't be read is not taken for absent."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import offer_of_product
from tests.factories import balance, make_product
from tests.support.aamarpay_shop_till import REQUEST, AamarPayShopTill
from tests.support.form_bodies import MULTIPART, URLENCODED, multipart
from tests.support.omache_till import MPESA_NUMBER, OmacheTill
from tests.support.omache_till import customers_sell as customers_sell
from tests.support.omache_till import daraja as daraja
from tests.support.omache_till import mpesa_shop as mpesa_shop
from tests.support.omache_till import till as phone_till  # noqa: F401 # a fixture
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

KINDS = ["form", "parts"]
# By what stands for the field's name, the first member and the second.
READABLE = ["[0][{}]", "[0].{}", "[0]{}"]
UNREADABLE: dict[str, list[tuple[str, str]]] = {
    "no JSON": [("{name}", "2x1")],
    "nothing": [("{name}", "")],
    "half of it": [("{name}", '[{"')],
    "deep brackets": [("{name}", "[" * 10_000)],
    "an object": [("{name}", '{"{product}": 1, "{number}": 1}')],
    "a number": [("{name}", "1")],
    "null": [("{name}", "null")],
    "not a number": [("{name}", "[NaN]")],
    "two lists": [("{name}", "[]"), ("{name}", "[]")],
    "no place": [("{name}[][{product}]", "1"), ("{name}[][{number}]", "1")],
    "members of no item": [("{name}[{product}]", "1"), ("{name}.{number}", "1")],
    "both ways": [("{name}", "[]"), ("{name}[0][{product}]", "1"), ("{name}[0][{number}]", "1")],
    "too deep": [("{name}[0][{product}][id]", "1")],
    "an open bracket": [("{name}[0", "1")],
}


def send(api: APIClient, path: str, pairs: list[tuple[str, Any]], kind: str) -> Any:
    texts = [(name, str(value)) for name, value in pairs]
    if kind == "form":
        return api.post(path, urlencode(texts), content_type=URLENCODED)
    return api.generic("POST", path, multipart(texts), content_type=MULTIPART)


def filled_in(text: str, **words: str) -> str:
    for word, meant in words.items():
        text = text.replace(f"{{{word}}}", meant)
    return text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["order_items", "orderItems"])
class TestOrderItems:
    @pytest.fixture
    def product(self) -> Product:
        return make_product(price="10.00", stock_left=9)

    @pytest.fixture
    def shopper(self, customer: User, product: Product) -> APIClient:
        """Return a shopper with five pieces in the cart, which are not what is ordered."""
        item_add(cart=cart_open(user=customer), offer=offer_of_product(product.pk, currency="USD"), quantity=5)
        return client_with_token(customer)

    @pytest.mark.parametrize("path", ["/api/orders/create/"])
    @pytest.mark.parametrize("way", [*READABLE, "JSON"])
    def test_each_way_means_the_same(
        self, shopper: APIClient, product: Product, name: str, kind: str, way: str, path: str
    ) -> None:
        item = {"product": product.pk, "quantity": 1}
        pairs = [(f"{name}{way.format(member)}", value) for member, value in item.items()]
        answer = send(
            shopper, path, [("street", "1 Main"), *([(name, json.dumps([item]))] if way == "JSON" else pairs)], kind
        )
        assert (answer.status_code, answer.json()["total_amount"]) == (201, "10.00")
        assert balance(product) == (9, 1)

    @pytest.mark.parametrize("path", ["/api/orders/create/", "/api/create-checkout-session/"])
    @pytest.mark.parametrize("way", UNREADABLE)
    def test_what_can_not_be_read_orders_nothing(
        self, shopper: APIClient, name: str, kind: str, way: str, path: str
    ) -> None:
        before = all_rows()
        words = {"name": name, "product": "product", "number": "quantity"}
        pairs = [(filled_in(key, **words), filled_in(value, **words)) for key, value in UNREADABLE[way]]
        answer = send(shopper, path, [("street", "1 Main"), *pairs], kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert answer.json()["errors"][0]["pointer"].startswith(f"/{name}")
        assert changed(before, all_rows()) == []


@pytest.mark.parametrize("kind", KINDS)
class TestOrder:
    @pytest.mark.parametrize("way", [*READABLE, "JSON"])
    def test_each_way_means_the_same(self, phone_till: OmacheTill, kind: str, way: str) -> None:  # noqa: F811
        item = {"product": phone_till.product.pk, "number": 3}
        pairs = [(f"order{way.format(member)}", value) for member, value in item.items()]
        lines = [("order", json.dumps([item]))] if way == "JSON" else pairs
        answer = send(phone_till.api, "/cashout/", [("mpesa_number", MPESA_NUMBER), *lines], kind)
        assert (answer.status_code, answer.json()["total"]) == (201, "3750.00")

    @pytest.mark.parametrize("way", UNREADABLE)
    def test_what_can_not_be_read_orders_nothing(self, phone_till: OmacheTill, kind: str, way: str) -> None:  # noqa: F811
        before = all_rows()
        words = {"name": "order", "product": "product", "number": "number"}
        pairs = [(filled_in(key, **words), filled_in(value, **words)) for key, value in UNREADABLE[way]]
        answer = send(phone_till.api, "/cashout/", [("mpesa_number", MPESA_NUMBER), *pairs], kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert answer.json()["errors"][0]["pointer"].startswith("/order")
        assert changed(before, all_rows()) == []


@pytest.mark.parametrize("kind", KINDS)
class TestIdentification:
    @pytest.mark.parametrize("way", ["identification.cart_id", "identification[cart_id]", "JSON"])
    def test_each_way_means_the_same(self, aamarpay_till: AamarPayShopTill, kind: str, way: str) -> None:
        body = aamarpay_till.body()
        named = body.pop("identification")
        cart = [("identification", json.dumps(named))] if way == "JSON" else [(way, named["cart_id"])]
        answer = send(aamarpay_till.api, REQUEST, [*body.items(), *cart], kind)
        assert (answer.status_code, answer.json()["amount"]) == (200, "250.00")

    @pytest.mark.parametrize(
        "pairs",
        [
            [("identification", "7")],
            [("identification", "")],
            [("identification", '{"cart_id"')],
            [("identification", "[]")],
            [("identification[cart_id", "7")],
            [("identification", '{"cart_id": 7}'), ("identification.cart_id", "7")],
        ],
    )
    def test_what_can_not_be_read_orders_nothing(self, aamarpay_till: AamarPayShopTill, kind: str, pairs: list) -> None:
        body = aamarpay_till.body()
        del body["identification"]
        before = all_rows()
        answer = send(aamarpay_till.api, REQUEST, [*body.items(), *pairs], kind)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/identification")
        assert changed(before, all_rows()) == []
