"""What customers call things by tells nobody how much the shop sells."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from notifications.messages import order_update
from notifications.models import Notification
from orders.models import Order
from tests.factories import make_product, sole_variant
from tests.support.rows import all_rows, changed

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "1 Main Street"}
# Whose rows count the catalogue, or people, and not what is sold.
COUNTS_NO_SALES = {"product", "variant", "user", "author"}


@pytest.fixture
def buy(django_capture_on_commit_callbacks: Callable) -> Callable[[APIClient], dict[str, Any]]:
    def order(api: APIClient) -> dict[str, Any]:
        with django_capture_on_commit_callbacks(execute=True):
            api.post("/api/v1/cart/items/", {"product": make_product().pk})
            cart = api.get("/api/v1/cart/").json()["id"]
            return api.post("/api/v1/orders/", {"cart": cart, "address": ADDRESS}).json()

    return order


def whole_numbers(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Yield every integer in an answer with the name that it has there."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from whole_numbers(below, key)
    elif isinstance(value, list):
        for below in value:
            yield from whole_numbers(below, name)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield name, value


def shown_to(api: APIClient, placed: dict[str, Any]) -> list[Any]:
    order, payment = f"/api/v1/orders/{placed['id']}/", f"/api/v1/payments/{placed['payment']['id']}/"
    api.post("/api/v1/addresses/", ADDRESS)
    thread = api.post("/api/v1/threads/", {"body": "Where is it?"}).json()["id"]
    paths = [
        *(order, f"{order}history/", payment, f"/api/v1/threads/{thread}/", f"/api/v1/threads/{thread}/messages/"),
        *(f"/api/v1/{name}/" for name in ("orders", "payments", "notifications", "threads", "addresses", "cart")),
        "/api/v1/auth/me/export/",
    ]
    answers = [api.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return [answer.json() for answer in answers]


def test_no_answer_to_a_customer_counts_the_shops_business(
    customer_api: APIClient, other_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]
) -> None:
    buy(other_api)
    placed = buy(customer_api)
    customer_api.post("/api/v1/cart/items/", {"product": make_product().pk})
    variants = {line["variant"] for line in placed["lines"]} | {
        item["variant"] for item in customer_api.get("/api/v1/cart/").json()["items"]
    }
    found = {
        (name, number)
        for answer in [placed, *shown_to(customer_api, placed)]
        for name, number in whole_numbers(answer)
        if name not in COUNTS_NO_SALES | {"count", "quantity", "item_count"} and number not in variants
    }
    # The account's own id is left, which counts people.
    assert found == {("id", User.objects.get(username="carla").pk)}


def test_an_order_goes_by_its_number_everywhere(
    customer_api: APIClient, staff_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]
) -> None:
    placed = buy(customer_api)
    order = Order.objects.get()
    assert (placed["id"], placed["number"], placed["payment"]["order"]) == (order.number,) * 3
    assert placed["payment"]["id"] == order.payments.get().number
    (told,) = customer_api.get("/api/v1/notifications/").json()["results"]
    assert (told["order"], told["message"]) == (order.number, f"Your order #{order.number} has been placed")
    staff_api.post(f"/api/v1/orders/{order.number}/transition/", {"status": "confirmed"})
    (sold,) = staff_api.get("/api/v1/inventory/movements/", {"reference": order.number}).json()["results"]
    assert (sold["kind"], sold["reference"]) == ("sale", order.number)
    methods = customer_api.get("/api/v1/payments/methods/", {"order": order.number})
    assert methods.status_code == 200


def test_what_was_an_address_before_is_none_now(
    customer_api: APIClient, staff_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]
) -> None:
    buy(customer_api)
    order = Order.objects.get()
    payment = order.payments.get()
    before = all_rows()
    for api in (customer_api, staff_api):
        for path in ("", "history/"):
            assert api.get(f"/api/v1/orders/{order.pk}/{path}").status_code == 404
        for path in ("cancel/", "payments/"):
            answer = api.post(f"/api/v1/orders/{order.pk}/{path}", {"payment_method": "manual"})
            assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")
        assert api.get(f"/api/v1/payments/{payment.pk}/").status_code == 404
    assert staff_api.post(f"/api/v1/orders/{order.pk}/transition/", {"status": "shipped"}).status_code == 404
    assert staff_api.post(f"/api/v1/payments/{payment.pk}/confirm/", {}).status_code == 404
    assert staff_api.post(f"/api/v1/payments/{payment.pk}/refunds/", {}).status_code == 404
    assert changed(before, all_rows()) == []


def test_a_line_and_a_cart_item_go_by_their_variant(
    customer_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]
) -> None:
    product = make_product()
    variant = sole_variant(product).pk
    cart = customer_api.post("/api/v1/cart/items/", {"product": product.pk}).json()
    assert cart["items"][0]["id"] == variant
    assert customer_api.patch(f"/api/v1/cart/items/{variant}/", {"quantity": 2}).json()["item_count"] == 2
    placed = buy(customer_api)
    assert placed["lines"][0]["id"] == variant
    assert customer_api.delete(f"/api/v1/cart/items/{variant}/").status_code == 404


class TestTheSocket:
    @pytest.fixture
    def told(self, customer_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]) -> Notification:
        buy(customer_api)
        return Notification.objects.select_related("order").get()

    def test_it_names_the_number_beside_what_document_004_says(self, told: Notification) -> None:
        order: Any = told.order
        message = order_update(told, order)
        assert (message["order_number"], message["id"]) == (order.number, told.number)
        assert (message["order_id"], message["message"]) == (order.pk, f"Your order #{order.pk} has been placed")

    def test_without_document_004_it_names_nothing_else(self, told: Notification, settings: Any) -> None:
        settings.STOREFRONTS = [name for name in settings.STOREFRONTS if name != "realtime_shop"]
        order: Any = told.order
        message = order_update(told, order)
        assert (message["order_id"], message["message"]) == (
            order.number,
            f"Your order #{order.number} has been placed",
        )
        assert list(whole_numbers(message)) == []
        assert not re.search(rf"#{order.pk}\b", json.dumps(message))


def test_since_is_a_notification_of_ones_own(
    customer_api: APIClient, other_api: APIClient, buy: Callable[[APIClient], dict[str, Any]]
) -> None:
    for api in (customer_api, other_api, customer_api):
        buy(api)
    newest, oldest = customer_api.get("/api/v1/notifications/").json()["results"]
    since = {"since": oldest["id"]}
    assert [row["id"] for row in customer_api.get("/api/v1/notifications/", since).json()["results"]] == [newest["id"]]
    assert customer_api.get("/api/v1/notifications/", {"since": newest["id"]}).json()["results"] == []
    assert other_api.get("/api/v1/notifications/", since).status_code == 400
