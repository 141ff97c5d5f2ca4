"""An order that costs nothing is paid when it is placed, and every answer says so at once."""

from typing import Any

import pytest
from django.test import TestCase
from rest_framework.test import APIClient

from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["manual", "cash_on_delivery", "stripe"])
def test_the_answer_tells_the_state_that_a_later_one_tells(customer_api: APIClient, method: str) -> None:
    product = make_product("Sample", price="0.00", stock_left=3)
    items = [{"product": product.pk, "quantity": 1}]
    body: dict[str, Any] = {"items": items, "address": {"street": "1 Main Street"}, "payment_method": method}
    with TestCase.captureOnCommitCallbacks(execute=True):
        placed = customer_api.post("/api/v1/orders/", body).json()
    later = customer_api.get(f"/api/v1/orders/{placed['number']}/").json()
    assert placed["total"] == "0.00"
    assert (placed["status"], placed["payment_status"]) == ("confirmed", "paid")
    assert (placed["payment"]["amount"], placed["payment"]["state"]) == ("0.00", "captured")
    assert {name: placed[name] for name in later} == later


def test_starting_its_payment_answers_the_payment(customer_api: APIClient) -> None:
    product = make_product("Sample", price="0.00", stock_left=3)
    items = [{"product": product.pk, "quantity": 1}]
    body: dict[str, Any] = {"items": items, "address": {"street": "1 Main Street"}, "payment_method": "stripe"}
    payment = customer_api.post("/api/v1/orders/", body).json()["payment"]
    started = customer_api.post(f"/api/v1/payments/{payment['id']}/start/")
    assert (started.status_code, started.json()["state"], started.json()["pay_url"]) == (200, "captured", "")


def test_contract_004_answers_the_state_that_a_later_answer_tells(customer_api: APIClient) -> None:
    product = make_product("Sample", price="0.00", stock_left=3)
    customer_api.post("/api/orders/cart/add_item/", {"product_id": product.pk, "quantity": 1})
    body = {"shipping_address": "1 Main Street", "phone_number": "+254712345678"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        placed = customer_api.post("/api/orders/", body).json()
    assert placed == customer_api.get(f"/api/orders/{placed['id']}/").json()
