"""Placing orders, and their life afterwards, over HTTP."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import price_set, product_archive, product_update
from inventory.selectors import discrepancies
from orders.jobs import expire
from orders.models import Order, OrderStatusChange
from orders.services import order_record_money, transition
from payments.models import Payment
from shipping.models import ShippingMethod, ShippingRate
from tests.factories import balance, make_product, sole_variant
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"
ADDRESS = {"name": "Carla", "street": "1 Main Street", "city": "Springfield", "country": "USA"}
Add = Callable[..., Any]


@pytest.fixture
def add(customer_api: APIClient) -> Add:
    def add_to_cart(product, quantity: int = 1) -> dict[str, Any]:
        answer = customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": quantity})
        assert answer.status_code == 201
        return answer.json()

    return add_to_cart


@pytest.fixture
def placed(customer_api: APIClient, add: Add) -> dict[str, Any]:
    product = make_product("Lamp", price="19.99", stock_left=10)
    add(product, 3)
    answer = customer_api.post(ORDERS, {"address": ADDRESS})
    assert answer.status_code == 201
    return {"goods": product, **answer.json()}


def move(client: APIClient, order: dict[str, Any], status: str):
    return client.post(f"{ORDERS}{order['id']}/transition/", {"status": status, "reason": "Because"})


def history(order: dict[str, Any]) -> list[tuple[str, str]]:
    return list(OrderStatusChange.objects.filter(order__number=order["id"]).values_list("old_status", "new_status"))


class TestPlacing:
    def test_what_is_stored(self, placed: dict, customer: User) -> None:
        order = Order.objects.get()
        assert (order.user, order.total, order.currency) == (customer, Decimal("59.97"), "USD")
        assert order.shipment.one_line() == "1 Main Street, Springfield, USA"
        assert order.cart.status == "ordered"
        line = order.lines.get()
        assert (line.product_name, line.unit_price, line.quantity) == ("Lamp", Decimal("19.99"), 3)
        assert (placed["payment"]["method"], placed["payment"]["state"]) == ("manual", "pending")
        assert balance(placed["goods"]) == (10, 3)
        assert history(placed) == [("", "pending")]

    @pytest.mark.parametrize(("price", "status"), [("4999999999.99", 201), ("5000000000.00", 409)])
    def test_half_of_what_a_column_holds_is_too_much(
        self, customer_api: APIClient, add: Add, price: str, status: int
    ) -> None:
        add(make_product(price=price, stock_left=100), 100)
        answer = customer_api.post(ORDERS, {"address": ADDRESS})
        assert answer.status_code == status, answer.content
        assert Order.objects.exists() is (status == 201)

    def test_an_empty_cart_is_not_ordered(self, customer_api: APIClient, add: Add) -> None:
        item = add(make_product())["items"][0]["id"]
        customer_api.delete(f"/api/v1/cart/items/{item}/")
        answer = customer_api.post(ORDERS, {"address": ADDRESS})
        assert (answer.status_code, answer.json()["code"]) == (400, "cart_empty")
        assert not Order.objects.exists()

    def test_later_prices_and_names_do_not_reach_it(self, customer_api: APIClient, placed: dict) -> None:
        variant = sole_variant(placed["goods"])
        price_set(variant=variant, amount=Decimal("99.00"), currency="USD")
        product_update(product=placed["goods"], name="Renamed")
        body = customer_api.get(f"{ORDERS}{placed['id']}/").json()
        assert (body["total"], body["lines"][0]["product_name"]) == ("59.97", "Lamp")

    def test_the_price_counts_that_is_valid_now(self, customer_api: APIClient, add: Add) -> None:
        product = make_product(price="10.00")
        shown = add(product)["total"]
        price_set(variant=sole_variant(product), amount=Decimal("12.00"), currency="USD")
        refused = customer_api.post(ORDERS, {"address": ADDRESS, "expected_total": shown})
        assert (refused.status_code, refused.json()["code"], refused.json()["total"]) == (409, "price_changed", "12.00")
        assert not Order.objects.exists()
        agreed = customer_api.post(ORDERS, {"address": ADDRESS, "expected_total": "12.00"})
        assert (agreed.status_code, agreed.json()["total"]) == (201, "12.00")

    def test_something_went_off_sale(self, customer_api: APIClient, add: Add) -> None:
        product = make_product()
        item = add(product)["items"][0]
        product_archive(product=product)
        answer = customer_api.post(ORDERS, {"address": ADDRESS})
        assert (answer.status_code, answer.json()["items"]) == (409, [item["id"]])
        assert not Order.objects.exists()
        assert customer_api.get("/api/v1/cart/").json()["items"][0]["unit_price"] is None

    def test_stock_sold_in_the_meantime(self, customer_api: APIClient, other_api: APIClient, add: Add) -> None:
        scarce, plenty = make_product(stock_left=2), make_product(stock_left=5)
        add(scarce, 2)
        add(plenty, 1)
        other_api.post("/api/v1/cart/items/", {"product": scarce.pk, "quantity": 1})
        assert other_api.post(ORDERS, {"address": ADDRESS}).status_code == 201

        answer = customer_api.post(ORDERS, {"address": ADDRESS})

        assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
        assert answer.json()["shortages"] == [{"variant": sole_variant(scarce).pk, "requested": 2, "available": 1}]
        assert balance(scarce) == (2, 1)
        assert balance(plenty) == (5, 0)
        assert Payment.objects.count() == 1
        assert len(customer_api.get("/api/v1/cart/").json()["items"]) == 2

    def test_another_cart_is_not_ordered_in_its_place(
        self, customer_api: APIClient, other_api: APIClient, add: Add
    ) -> None:
        first = add(make_product())["id"]
        placed = customer_api.post(ORDERS, {"cart": first, "address": ADDRESS}).json()
        second = add(make_product())["id"]
        assert second != first
        assert customer_api.post(ORDERS, {"cart": first, "address": ADDRESS}).json()["id"] == placed["id"]
        for unknown in (first, second, str(uuid.uuid4())):
            assert other_api.post(ORDERS, {"cart": unknown, "address": ADDRESS}).status_code == 404
        assert Order.objects.count() == 1
        assert customer_api.get("/api/v1/cart/").json()["id"] == second

    def test_a_key_belongs_to_one_request_of_one_user(
        self, customer_api: APIClient, other_api: APIClient, add: Add
    ) -> None:
        key = {"Idempotency-Key": "k"}
        product = make_product()
        add(product)
        other_api.post("/api/v1/cart/items/", {"product": product.pk})
        body = {"address": ADDRESS}
        first = customer_api.post(ORDERS, body, headers=key)
        replay = customer_api.post(ORDERS, body, headers=key)
        other_body = customer_api.post(ORDERS, {"address": ADDRESS, "note": "x"}, headers=key)
        other_user = other_api.post(ORDERS, body, headers=key)
        assert (first.status_code, replay.json(), other_body.status_code) == (201, first.json(), 422)
        assert replay.headers["Idempotent-Replayed"] == "true"
        assert other_user.json()["id"] != first.json()["id"]
        assert Order.objects.count() == 2

    def test_a_refused_request_may_use_its_key_again(self, customer_api: APIClient, add: Add) -> None:
        key = {"Idempotency-Key": "k"}
        assert customer_api.post(ORDERS, {"address": ADDRESS}, headers=key).status_code == 400
        add(make_product())
        assert customer_api.post(ORDERS, {"address": ADDRESS}, headers=key).status_code == 201

    @pytest.mark.parametrize("key", ["x" * 256, "line\tbreak"])
    def test_an_odd_key_is_refused(self, customer_api: APIClient, add: Add, key: str) -> None:
        add(make_product())
        answer = customer_api.post(ORDERS, {"address": ADDRESS}, headers={"Idempotency-Key": key})
        assert answer.status_code == 400
        assert not Order.objects.exists()

    def test_uncounted_goods_need_no_stock(self, customer_api: APIClient, add: Add) -> None:
        service = make_product("Wrapping", stock_left=0)
        service.variants.update(track_inventory=False)
        add(service, 5)
        assert customer_api.post(ORDERS, {"address": ADDRESS}).status_code == 201
        assert balance(service) == (0, 0)

    def test_what_costs_nothing_is_paid_at_once(
        self, customer_api: APIClient, add: Add, django_capture_on_commit_callbacks: Callable
    ) -> None:
        add(make_product(price="0.00"))
        with django_capture_on_commit_callbacks(execute=True):
            placed = customer_api.post(ORDERS, {"address": ADDRESS}).json()
        order = Order.objects.get(number=placed["id"])
        assert (order.status, order.payment_status) == ("confirmed", "paid")

    def test_shipping_is_charged_by_its_method(self, customer_api: APIClient, add: Add) -> None:
        for position, (code, price) in enumerate([("standard", "4.90"), ("express", "14.90")]):
            method = ShippingMethod.objects.create(name=code.title(), code=code, position=position)
            ShippingRate.objects.create(method=method, currency="USD", price=price, free_from=50)
        add(make_product(price="20.00"))

        quote = customer_api.post(f"{ORDERS}quote/", {"shipping_method": "express"}).json()
        assert quote["totals"]["total"] == "34.90"
        assert [(method["code"], method["price"]) for method in quote["shipping_methods"]] == [
            ("standard", "4.90"),
            ("express", "14.90"),
        ]
        unknown = customer_api.post(ORDERS, {"address": ADDRESS, "shipping_method": "drone"})
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/shipping_method")

        placed = customer_api.post(ORDERS, {"address": ADDRESS}).json()
        assert (placed["shipping_total"], placed["total"]) == ("4.90", "24.90")
        assert placed["shipment"]["method"] == "Standard"

    def test_an_address_of_the_book(self, customer_api: APIClient, other_api: APIClient, add: Add) -> None:
        mine = customer_api.post("/api/v1/addresses/", ADDRESS).json()["id"]
        theirs = other_api.post("/api/v1/addresses/", ADDRESS).json()["id"]
        add(make_product())
        assert customer_api.post(ORDERS, {"address_id": theirs}).status_code == 404
        assert customer_api.post(ORDERS, {"address_id": mine}).json()["shipment"]["city"] == "Springfield"


class TestTransitions:
    def test_staff_skip_forward_and_each_step_is_recorded(self, staff_api: APIClient, placed: dict) -> None:
        assert move(staff_api, placed, "shipped").json()["status"] == "shipped"
        assert history(placed) == [
            ("", "pending"),
            ("pending", "confirmed"),
            ("confirmed", "processing"),
            ("processing", "shipped"),
        ]
        assert balance(placed["goods"]) == (7, 0)
        assert Order.objects.get().shipment.status == "shipped"
        assert discrepancies() == []

    def test_the_same_status_again_changes_nothing(self, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "confirmed")
        events = OutboxEvent.objects.count()
        assert move(staff_api, placed, "confirmed").status_code == 200
        assert len(history(placed)) == 2
        assert OutboxEvent.objects.count() == events

    def test_never_backwards(self, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "delivered")
        for target in ("pending", "confirmed", "shipped", "cancelled"):
            answer = move(staff_api, placed, target)
            assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
        assert Order.objects.get().status == "delivered"
        assert len(history(placed)) == 5

    def test_cancelling_gives_the_pieces_back(self, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "cancelled")
        assert balance(placed["goods"]) == (10, 0)
        assert Order.objects.get().shipment.status == "cancelled"
        assert discrepancies() == []

    def test_cancelling_what_was_confirmed_books_it_in_again(self, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "processing")
        assert balance(placed["goods"]) == (7, 0)
        move(staff_api, placed, "cancelled")
        assert balance(placed["goods"]) == (10, 0)
        assert discrepancies() == []

    def test_customers_do_not_move_orders(self, customer_api: APIClient, placed: dict) -> None:
        assert move(customer_api, placed, "delivered").status_code == 403
        assert Order.objects.get().status == "pending"

    def test_the_history_is_the_owners(self, customer_api: APIClient, other_api: APIClient, placed: dict) -> None:
        address = f"{ORDERS}{placed['id']}/history/"
        assert [step["new_status"] for step in customer_api.get(address).json()] == ["pending"]
        assert other_api.get(address).status_code == 404


class TestCancellingByCustomer:
    def test_while_pending_and_unpaid(self, customer_api: APIClient, placed: dict) -> None:
        for _ in range(2):
            answer = customer_api.post(f"{ORDERS}{placed['id']}/cancel/")
            assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert balance(placed["goods"]) == (10, 0)

    def test_not_once_confirmed(self, customer_api: APIClient, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "confirmed")
        answer = customer_api.post(f"{ORDERS}{placed['id']}/cancel/")
        assert (answer.status_code, answer.json()["code"]) == (403, "cancel_refused")
        assert Order.objects.get().status == "confirmed"

    def test_not_anothers(self, other_api: APIClient, placed: dict) -> None:
        assert other_api.post(f"{ORDERS}{placed['id']}/cancel/").status_code == 404
        assert Order.objects.get().status == "pending"


class TestExpiry:
    def test_unpaid_manual_orders_end_after_a_week(self, placed: dict) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
            expire()
        assert Order.objects.get().status == "pending"
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
            expire()
            expire()
        assert Order.objects.get().status == "cancelled"
        assert history(placed) == [("", "pending"), ("pending", "cancelled")]
        assert balance(placed["goods"]) == (10, 0)

    def test_one_that_is_paid_after_it_was_listed_stays(
        self, placed: dict, other_api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second order's money comes while the job is at the first."""
        other_api.post("/api/v1/cart/items/", {"product": placed["goods"].pk, "quantity": 2})
        second = Order.objects.get(number=other_api.post(ORDERS, {"address": ADDRESS}).json()["id"])
        cancel = transition.order_transition

        def slowly(**fields: Any) -> Order:
            order_record_money(order=second, captured_total=second.total, refunded_total=Decimal(0))
            return cancel(**fields)

        monkeypatch.setattr(transition, "order_transition", slowly)
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
            expire()
        assert dict(Order.objects.values_list("number", "status")) == {
            placed["id"]: "cancelled",
            second.number: "pending",
        }
        assert balance(placed["goods"]) == (10, 2)

    def test_cash_on_delivery_waits(self, customer: User, customer_api: APIClient, add: Add) -> None:
        User.objects.filter(pk=customer.pk).update(email_verified_at=timezone.now())
        add(make_product())
        customer_api.post(ORDERS, {"address": ADDRESS, "payment_method": "cash_on_delivery"})
        with time_machine.travel(timezone.now() + timedelta(days=60)):
            expire()
        assert Order.objects.get().status == "pending"

    def test_one_that_fails_does_not_keep_the_others(
        self, placed: dict, other_api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other_api.post("/api/v1/cart/items/", {"product": placed["goods"].pk})
        other_api.post(ORDERS, {"address": ADDRESS})
        take = transition._take

        def fail_for_the_first(order: Order, *rest: Any) -> None:
            if order.number == placed["id"]:
                raise RuntimeError("broken")
            take(order, *rest)

        monkeypatch.setattr(transition, "_take", fail_for_the_first)
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            expire()
        assert list(Order.objects.order_by("id").values_list("status", flat=True)) == ["pending", "cancelled"]

    def test_what_was_confirmed_stays(self, staff_api: APIClient, placed: dict) -> None:
        move(staff_api, placed, "confirmed")
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            expire()
        assert Order.objects.get().status == "confirmed"
