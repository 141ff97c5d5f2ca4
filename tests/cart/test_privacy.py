"""What an erasure takes of carts."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from cart.models import Cart
from tests.factories import PASSWORD, make_product

pytestmark = pytest.mark.django_db

ITEMS = "/api/v1/cart/items/"


def test_erasing_an_account_deletes_its_open_cart_and_nobody_elses(
    customer: User, customer_api: APIClient, other_customer: User, other_api: APIClient, anonymous_api: APIClient
) -> None:
    product = make_product()
    for client in (customer_api, other_api, anonymous_api):
        assert client.post(ITEMS, {"product": product.pk, "quantity": 2}).status_code == 201

    assert customer_api.post("/api/v1/auth/me/erase/", {"password": PASSWORD}).status_code == 204

    assert set(Cart.objects.values_list("user", flat=True)) == {other_customer.pk, None}
    assert other_api.get("/api/v1/cart/").json()["item_count"] == 2


def test_a_cart_that_was_ordered_stays_with_its_order(
    customer_api: APIClient, staff_api: APIClient, customer: User
) -> None:
    customer_api.post(ITEMS, {"product": make_product().pk})
    order = customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).json()
    staff_api.post(f"/api/v1/orders/{order['id']}/transition/", {"status": "cancelled", "reason": "Asked to"})
    assert customer_api.post("/api/v1/auth/me/erase/", {"password": PASSWORD}).status_code == 204
    assert Cart.objects.filter(user=customer, status="ordered").count() == 1


def test_the_export_shows_what_is_in_the_cart_and_not_what_was_ordered(customer_api: APIClient) -> None:
    ordered, wanted = make_product("Lamp"), make_product("Table")
    customer_api.post(ITEMS, {"product": ordered.pk})
    assert customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).status_code == 201
    customer_api.post(ITEMS, {"product": wanted.pk, "quantity": 2})
    exported = customer_api.get("/api/v1/auth/me/export/").json()["cart"]
    assert [(item["product"], item["quantity"]) for item in exported] == [("Table", 2)]
