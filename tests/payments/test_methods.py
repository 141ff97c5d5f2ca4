"""What the list of payment methods says against one, while the cart is built and for an order."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import product_create
from shipping.models import ShippingMethod
from tests.conftest import client_of
from tests.factories import book_in, sole_variant

pytestmark = pytest.mark.django_db
METHODS = "/api/v1/payments/methods/"
WHOLE_ONLY = "M-Pesa takes whole shillings only."
LIMITS = "M-Pesa takes from 1 to 250,000 shillings."


@pytest.fixture
def api(customer: User, settings: Any) -> APIClient:
    """Return the API client of a customer. The shop sells in Kenyan shillings and takes M-Pesa."""
    settings.DEFAULT_CURRENCY = "KES"
    for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "SHORTCODE", "PASSKEY"):
        setattr(settings, f"MPESA_{name}", "test")
    return client_of(customer)


def fill_cart(api: APIClient, price: str) -> None:
    product = product_create(name=f"Kettle {price}", price=Decimal(price), currency="KES")
    book_in(sole_variant(product), 3)
    assert api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 1}).status_code == 201


def send_for(code: str, price: str, *, position: int, free_from: str | None = None) -> None:
    method = ShippingMethod.objects.create(name=code, code=code, position=position)
    method.rates.create(currency="KES", price=price, free_from=free_from)


def why_not(api: APIClient, **query: str) -> str:
    (said,) = [method["why_not"] for method in api.get(METHODS, query).json() if method["code"] == "mpesa"]
    return said


def refused(api: APIClient, **order: str) -> str:
    """Why the order that the list was about is refused; empty when it is taken."""
    body = {"address": {"street": "Moi Avenue 1"}, "payment_method": "mpesa", "phone": "0712345678", **order}
    answer = api.post("/api/v1/orders/", body)
    return "" if answer.status_code == 201 else answer.json()["detail"]


@pytest.mark.parametrize(
    ("price", "said"), [("1250", ""), ("1250.50", WHOLE_ONLY), ("0.99", WHOLE_ONLY), ("250000", ""), ("250001", LIMITS)]
)
def test_an_amount_that_is_not_taken_is_told_in_the_cart(api: APIClient, price: str, said: str) -> None:
    fill_cart(api, price)
    assert (why_not(api), refused(api)) == (said, said)


@pytest.mark.parametrize(
    ("price", "shipping", "said"),
    [
        ("1250", "99.50", WHOLE_ONLY),
        ("1250.50", "99.50", ""),
        ("249999", "100", LIMITS),
        ("1250", "100", ""),
    ],
)
def test_sending_counts_as_the_order_will_count_it(api: APIClient, price: str, shipping: str, said: str) -> None:
    send_for("standard", shipping, position=1)
    fill_cart(api, price)
    assert (why_not(api), refused(api)) == (said, said)


def test_the_way_to_send_it_may_be_named(api: APIClient) -> None:
    send_for("standard", "99.50", position=1)
    send_for("express", "300", position=2)
    fill_cart(api, "1250")
    for code, said in (("standard", WHOLE_ONLY), ("express", ""), ("", WHOLE_ONLY)):
        assert why_not(api, shipping_method=code) == said
    assert refused(api, shipping_method="express") == ""


def test_a_way_to_send_it_that_is_free_from_an_amount_on_is_free(api: APIClient) -> None:
    send_for("standard", "99.50", position=1, free_from="1000")
    fill_cart(api, "1250")
    assert (why_not(api), refused(api)) == ("", "")


def test_an_unknown_way_to_send_it_is_refused(api: APIClient) -> None:
    fill_cart(api, "1250")
    send_for("standard", "99.50", position=1)
    answer = api.get(METHODS, {"shipping_method": "balloon"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/shipping_method")


def test_an_empty_cart_has_ways_too(api: APIClient) -> None:
    send_for("standard", "99.50", position=1)
    assert [method["code"] for method in api.get(METHODS).json()] == ["mpesa", "manual", "cash_on_delivery"]


def test_an_order_costs_what_it_costs(api: APIClient) -> None:
    send_for("standard", "99.50", position=1)
    fill_cart(api, "1250")
    placed = api.post("/api/v1/orders/", {"address": {"street": "Moi Avenue 1"}}).json()
    assert (placed["total"], why_not(api, order=placed["id"])) == ("1349.50", WHOLE_ONLY)
    answer = api.get(METHODS, {"order": placed["id"], "shipping_method": "standard"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
