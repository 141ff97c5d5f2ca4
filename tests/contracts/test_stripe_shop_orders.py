"""Document 001: orders without a gateway, every request of it in its own order."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.models import User
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import offer_of_product
from orders.models import Order
from payments.models import Payment
from payments.services import payment_open
from tests.factories import balance, make_product, make_staff
from tests.payments.steps import settle_down
from tests.support.fake_stripe import KEY, SECRET
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

ADDRESS = {
    "street": "123 Main Street, Apt 4B",
    "city": "New York",
    "state": "NY",
    "zip_code": "10001",
    "phone_no": "+1234567890",
    "country": "USA",
}


@pytest.fixture
def shopper(customer: User) -> APIClient:
    return client_with_token(customer)


@pytest.fixture
def admin(staff: User) -> APIClient:
    return client_with_token(staff)


@pytest.fixture
def product() -> Product:
    return make_product("Gaming Laptop", price="1299.99", stock_left=5)


@pytest.fixture
def placed(shopper: APIClient, product: Product) -> dict[str, Any]:
    items = [{"product": product.pk, "quantity": 2}]
    return shopper.post("/api/orders/create/", ADDRESS | {"order_items": items}, format="json").json()


def fill_cart(user: User, product: Product, quantity: int = 1) -> None:
    item_add(cart=cart_open(user=user), offer=offer_of_product(product.pk, currency="USD"), quantity=quantity)


def told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined] # the test client adds it


class TestCreating:
    @pytest.mark.parametrize("name", ["order_items", "orderItems"])
    def test_of_items(self, shopper: APIClient, customer: User, product: Product, name: str) -> None:
        other = make_product(price="0.10")
        fill_cart(customer, other)
        items = [{"product": product.pk, "quantity": 2}, {"product": other.pk, "quantity": 3}]
        answer = shopper.post("/api/orders/create/", ADDRESS | {name: items}, format="json")
        body = answer.json()
        assert (answer.status_code, body["status"], body["payment_status"]) == (201, "pending", "unpaid")
        assert (body["is_paid"], body["total_amount"]) == (False, "2600.28")
        assert {field: body[field] for field in ADDRESS} == ADDRESS
        assert balance(product) == (5, 2)
        assert Payment.objects.get().method == "manual"
        # What is ordered directly leaves the cart alone.
        assert shopper.get("/api/orders/cart/").json()["total"] == "0.10"

    def test_of_the_cart(self, shopper: APIClient, customer: User, product: Product) -> None:
        fill_cart(customer, product, 2)
        answer = shopper.post("/api/orders/create/", ADDRESS)
        assert (answer.status_code, answer.json()["total_amount"]) == (201, "2599.98")
        assert told(shopper.post("/api/orders/create/", ADDRESS)) == (400, "cart_empty")

    def test_as_a_form(self, shopper: APIClient, product: Product) -> None:
        form = ADDRESS | {"order_items[0]product": product.pk, "order_items[0]quantity": 2}
        assert shopper.post("/api/orders/create/", form, format="multipart").json()["total_amount"] == "2599.98"

    def test_the_clients_prices_do_not_count(self, shopper: APIClient, product: Product) -> None:
        items = [{"product": product.pk, "quantity": 1, "price": "0.01"}]
        claims = {"total_amount": "0.01", "price": 1, "status": "delivered", "is_paid": True, "user": 1}
        body = shopper.post("/api/orders/create/", ADDRESS | claims | {"order_items": items}, format="json").json()
        assert (body["total_amount"], body["status"], body["is_paid"]) == ("1299.99", "pending", False)

    @pytest.mark.parametrize(
        ("items", "status", "code"),
        [
            ([], 400, "invalid"),
            ([{"product": "{id}"}], 400, "invalid"),
            ([{"product": "{id}", "quantity": 0}], 400, "invalid"),
            ([{"product": "{id}", "quantity": -1}], 400, "invalid"),
            ([{"product": "{id}", "quantity": 6}], 409, "out_of_stock"),
            ([{"product": "{id}", "quantity": 3}, {"product": "{id}", "quantity": 3}], 409, "out_of_stock"),
            ([{"product": 4711, "quantity": 1}], 404, "product_not_found"),
            ([{"product": "{id}", "quantity": 1}] * 101, 400, "invalid"),
        ],
    )
    def test_refused_items(self, shopper: APIClient, product: Product, items: list, status: int, code: str) -> None:
        sent = [{**item, "product": product.pk if item["product"] == "{id}" else item["product"]} for item in items]
        before = all_rows()
        answer = shopper.post("/api/orders/create/", ADDRESS | {"order_items": sent}, format="json")
        assert told(answer) == (status, code)
        assert changed(before, all_rows()) == []

    def test_items_under_both_names(self, shopper: APIClient, product: Product) -> None:
        items = [{"product": product.pk, "quantity": 1}]
        both = ADDRESS | {"order_items": items, "orderItems": items}
        assert told(shopper.post("/api/orders/create/", both, format="json")) == (400, "invalid")
        assert not Order.objects.exists()

    def test_somebody_has_to_be_signed_in(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.post("/api/orders/create/", ADDRESS).status_code == 401


class TestReading:
    def test_list_and_details(self, shopper: APIClient, other_api: APIClient, placed: dict) -> None:
        assert shopper.get("/api/orders/get/").json()["results"] == [placed]
        assert shopper.get(f"/api/orders/{placed['id']}/").json() == placed
        assert other_api.get("/api/orders/get/").json()["count"] == 0
        assert other_api.get(f"/api/orders/{placed['id']}/").status_code == 404

    def test_staff_list_their_own(self, admin: APIClient, placed: dict) -> None:
        assert admin.get("/api/orders/get/").json()["count"] == 0
        assert admin.get(f"/api/orders/{placed['id']}/").json()["total_amount"] == "2599.98"


class TestProcessing:
    @pytest.fixture
    def path(self, placed: dict) -> str:
        return f"/api/orders/{placed['id']}/process/"

    @pytest.mark.parametrize("status", ["Processing", "SHIPPED", "delivered", "Cancelled"])
    def test_staff_move_it(self, admin: APIClient, path: str, status: str) -> None:
        answer = admin.put(path, {"status": status})
        assert (answer.status_code, answer.json()["status"]) == (200, status.lower())

    def test_its_owner_cancels_it(self, shopper: APIClient, path: str, product: Product) -> None:
        answer = shopper.put(path, {"status": "Cancelled"})
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert balance(product) == (5, 0)

    @pytest.mark.parametrize(
        "body",
        [
            {"status": "Shipped"},
            {"status": "pending"},
            {"payment_status": "Paid"},
            {"status": "Cancelled", "payment_status": "paid"},
        ],
    )
    def test_its_owner_does_nothing_else(self, shopper: APIClient, path: str, body: dict) -> None:
        before = all_rows()
        assert told(shopper.put(path, body)) == (403, "permission_denied")
        assert changed(before, all_rows()) == []

    def test_its_owner_does_not_cancel_what_was_accepted(self, shopper: APIClient, admin: APIClient, path: str) -> None:
        admin.put(path, {"status": "confirmed"})
        before = all_rows()
        assert told(shopper.put(path, {"status": "cancelled"})) == (403, "cancel_refused")
        assert changed(before, all_rows()) == []

    def test_staff_note_the_money(self, admin: APIClient, path: str) -> None:
        answer = admin.put(path, {"payment_status": "PAID"})
        assert (answer.status_code, answer.json()["payment_status"], answer.json()["is_paid"]) == (200, "paid", True)
        assert admin.put(path, {"payment_status": "paid"}).status_code == 200
        payment = Payment.objects.get()
        assert (payment.captured_amount, str(payment.confirmed_by)) == (Decimal("2599.98"), "stefan")
        settle_down()
        assert Order.objects.get().status == "confirmed"

    def test_both_at_once_or_neither(self, admin: APIClient, path: str) -> None:
        body = admin.put(path, {"status": "Shipped", "payment_status": "paid"}).json()
        assert (body["status"], body["is_paid"]) == ("shipped", True)

    def test_a_refused_status_takes_the_money_back(self, admin: APIClient, path: str) -> None:
        admin.put(path, {"status": "shipped"})
        before = all_rows()
        assert told(admin.put(path, {"status": "Pending", "payment_status": "paid"})) == (409, "transition_refused")
        assert changed(before, all_rows()) == []

    def test_what_a_gateway_collects_it_tells_itself(
        self, admin: APIClient, path: str, customer: User, settings: Any
    ) -> None:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
        payment_open(user=customer, order_id=Order.objects.get().pk, method="stripe")
        before = all_rows()
        assert told(admin.put(path, {"payment_status": "paid"})) == (409, "payment_closed")
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(("group", "status"), [("orders", 403), ("finance", 200), ("catalogue", 404)])
    def test_money_is_noted_with_the_right_to(self, path: str, group: str, status: int) -> None:
        clerk = client_with_token(make_staff("clerk", groups=[group]))
        assert clerk.put(path, {"payment_status": "paid"}).status_code == status
        assert Order.objects.get().is_paid == (status == 200)

    @pytest.mark.parametrize(
        "body", [{}, {"status": "lost"}, {"status": ""}, {"payment_status": "refunded"}, {"status": None}]
    )
    def test_what_is_no_status(self, admin: APIClient, path: str, body: dict) -> None:
        before = all_rows()
        assert told(admin.put(path, body, format="json")) == (400, "invalid")
        assert changed(before, all_rows()) == []

    def test_anothers_order_is_not_there(self, other_api: APIClient, anonymous_api: APIClient, path: str) -> None:
        assert other_api.put(path, {"status": "cancelled"}).status_code == 404
        assert anonymous_api.put(path, {"status": "cancelled"}).status_code == 401
        assert Order.objects.get().status == "pending"


class TestDeleting:
    @pytest.mark.parametrize("who", ["shopper", "admin"])
    def test_it_is_cancelled_and_out_of_sight(
        self, request: pytest.FixtureRequest, who: str, shopper: APIClient, placed: dict, product: Product
    ) -> None:
        path = f"/api/orders/{placed['id']}/"
        assert request.getfixturevalue(who).delete(f"{path}delete/").status_code == 204
        assert shopper.get("/api/orders/get/").json()["count"] == 0
        assert shopper.get(path).status_code == 404
        assert balance(product) == (5, 0)
        assert Order.objects.get().status == "cancelled"

    @pytest.mark.parametrize("body", [{"status": "shipped"}, {"payment_status": "paid"}])
    @pytest.mark.parametrize("who", ["shopper", "admin"])
    def test_what_was_paid_or_sent_stays(
        self, request: pytest.FixtureRequest, who: str, admin: APIClient, placed: dict, body: dict
    ) -> None:
        path = f"/api/orders/{placed['id']}/"
        admin.put(f"{path}process/", body)
        before = all_rows()
        assert told(request.getfixturevalue(who).delete(f"{path}delete/")) == (409, "hide_refused")
        assert changed(before, all_rows()) == []

    def test_anothers_order_is_not_there(self, other_api: APIClient, placed: dict) -> None:
        assert other_api.delete(f"/api/orders/{placed['id']}/delete/").status_code == 404
        assert Order.objects.get().hidden_at is None
