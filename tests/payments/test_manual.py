"""Payments that staff confirm."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from inventory.selectors import discrepancies
from orders.models import Order
from payments.models import Payment
from tests.factories import balance, make_product
from tests.support.jobs import enqueued, run_jobs
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "1 Main Street"}


@pytest.fixture
def placed(customer_api: APIClient) -> dict[str, Any]:
    product = make_product(price="25.00", stock_left=4)
    customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 2})
    return {"goods": product, **customer_api.post("/api/v1/orders/", {"address": ADDRESS}).json()}


def confirm(client: APIClient, placed: dict[str, Any], **body: Any):
    return client.post(f"/api/v1/payments/{placed['payment']['id']}/confirm/", body)


def test_confirming_pays_the_order_and_takes_the_stock(
    staff_api: APIClient, placed: dict, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(staff_api, placed, reference="Transfer 17")
    run_jobs()
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["reference"]) == ("captured", "Transfer 17")
    order = Order.objects.get()
    assert (order.status, order.payment_status, str(order.captured_total)) == ("confirmed", "paid", "50.000")
    assert balance(placed["goods"]) == (2, 0)
    assert discrepancies() == []


def test_confirming_again_changes_nothing(
    staff_api: APIClient, placed: dict, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = confirm(staff_api, placed)
    run_jobs()
    events = OutboxEvent.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        again = confirm(staff_api, placed, reference="other")
    assert again.json() == first.json()
    assert (OutboxEvent.objects.count(), enqueued("payments.confirm_order")) == (events, [])
    assert balance(placed["goods"]) == (2, 0)


def test_a_cancelled_order_is_not_paid(
    staff_api: APIClient, customer_api: APIClient, placed: dict, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        customer_api.post(f"/api/v1/orders/{placed['id']}/cancel/")
    assert Payment.objects.get().state == "cancelled"
    answer = confirm(staff_api, placed)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_closed")
    assert Payment.objects.get().state == "cancelled"
    assert Order.objects.get().payment_status == "unpaid"


def test_only_staff_confirm(customer_api: APIClient, placed: dict) -> None:
    assert confirm(customer_api, placed).status_code == 403
    assert Payment.objects.get().state == "pending"


def test_a_paid_order_is_not_cancelled_by_its_customer(
    staff_api: APIClient, customer_api: APIClient, placed: dict
) -> None:
    """Also in the moment before the order is confirmed."""
    confirm(staff_api, placed)
    assert enqueued("payments.confirm_order") == [{"order_id": Order.objects.get().pk}]
    answer = customer_api.post(f"/api/v1/orders/{placed['id']}/cancel/")
    assert answer.status_code == 403
    assert Order.objects.get().status == "pending"


def test_payments_are_their_owners(customer_api: APIClient, other_api: APIClient, placed: dict) -> None:
    address = f"/api/v1/payments/{placed['payment']['id']}/"
    assert customer_api.get(address).json()["amount"] == "50.00"
    assert other_api.get(address).status_code == 404
    assert customer_api.get("/api/v1/payments/").json()["count"] == 1
    assert other_api.get("/api/v1/payments/").json()["count"] == 0
