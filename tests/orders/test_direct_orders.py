"""An order of items that are named, without the cart."""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from cart.models import Cart, CartItem
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import offer_of_product
from orders.models import Order
from payments.models import Payment
from tests.factories import balance, make_product, make_user

pytestmark = pytest.mark.django_db

ADDRESS = {"name": "Carla", "street": "1 Main Street", "city": "Nairobi"}


@pytest.fixture
def lamp() -> Product:
    return make_product("Lamp", price="12.50", stock_left=5)


@pytest.fixture
def api() -> APIClient:
    """Somebody with two chairs in the cart."""
    user = make_user("carla")
    chair = make_product("Chair")
    item_add(cart=cart_open(user=user), offer=offer_of_product(chair.pk, currency="USD"), quantity=2)
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(user)
    return client


def order(api: APIClient, *items: dict[str, int], **fields: Any) -> HttpResponse:
    return api.post("/api/v1/orders/", {"address": ADDRESS, "items": items, **fields}, format="json")


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Order, Payment, Cart, CartItem))


def test_the_cart_stays_as_it_is(api: APIClient, lamp: Product) -> None:
    answer = order(api, {"product": lamp.pk, "quantity": 2})
    assert (answer.status_code, answer.json()["total"]) == (201, "25.00")
    assert [(line["product_name"], line["quantity"]) for line in answer.json()["lines"]] == [("Lamp", 2)]
    assert balance(lamp) == (5, 2)
    assert [(line["name"], line["quantity"]) for line in api.get("/api/v1/cart/").json()["items"]] == [("Chair", 2)]
    assert Cart.objects.filter(status="open").count() == 1


def test_the_same_twice_is_one_line(api: APIClient, lamp: Product) -> None:
    variant = lamp.variants.get().pk
    answer = order(api, {"product": lamp.pk, "quantity": 2}, {"variant": variant, "quantity": 1})
    assert ([line["quantity"] for line in answer.json()["lines"]], balance(lamp)) == ([3], (5, 3))


def test_the_price_is_the_shops(api: APIClient, lamp: Product) -> None:
    refused = order(api, {"product": lamp.pk, "quantity": 1, "price": 1})
    assert (refused.status_code, Order.objects.count()) == (400, 0)
    assert refused.json()["errors"][0]["pointer"] == "/items/0/price"
    assert order(api, {"product": lamp.pk, "quantity": 1}).json()["total"] == "12.50"
    assert order(api, {"product": lamp.pk, "quantity": 1}, expected_total="1.00").status_code == 409


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([{"quantity": 6}], 409),
        ([{"quantity": 3}, {"quantity": 3}], 409),
        ([{"quantity": 0}], 400),
        ([{"quantity": -1}], 400),
        ([{"quantity": 1000}], 400),
        ([{"quantity": 600}, {"quantity": 600}], 409),
        ([{"quantity": 1}, {"product": 987654321, "quantity": 1}], 404),
        ([], 400),
        ([{"quantity": 1, "variant": 1}], 400),
        ([{"quantity": 1}] * 101, 400),
    ],
    ids=str,
)
def test_what_is_refused_leaves_nothing_behind(
    api: APIClient, lamp: Product, items: list[dict[str, int]], status: int
) -> None:
    before = rows()
    assert order(api, *({"product": lamp.pk, **item} for item in items)).status_code == status
    assert (rows(), balance(lamp)) == (before, (5, 0))


def test_a_cart_and_items_are_not_both_meant(api: APIClient, lamp: Product) -> None:
    cart = Cart.objects.get()
    before = rows()
    assert order(api, {"product": lamp.pk, "quantity": 1}, cart=cart.pk).status_code == 400
    assert rows() == before


def test_items_in_a_form_are_never_taken_for_absent(api: APIClient, lamp: Product) -> None:
    """Else the whole cart would be ordered."""
    address = {"address.street": "1 Main Street"}
    before = rows()
    unreadable = api.post("/api/v1/orders/", {**address, "items": "two lamps"}, format="multipart")
    assert (unreadable.status_code, rows()) == (400, before)
    written = api.post("/api/v1/orders/", {**address, "items": f'[{{"product": {lamp.pk}}}]'}, format="multipart")
    assert [line["product_name"] for line in written.json()["lines"]] == ["Lamp"]
