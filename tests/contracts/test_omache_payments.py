"""Test payments in contract 002: its webhook, its signals and a whole purchase, with the fake Daraja."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from orders.models import Order
from orders.services import order_transition
from orders.signals import order_placed, order_status_changed
from orders.states import OrderStatus
from payments.models import GatewayEvent, Payment
from tests.factories import balance
from tests.payments.steps import alerts, money, settle_down
from tests.support.omache_till import MPESA_NUMBER, OmacheTill, told
from tests.support.omache_till import customers_sell as customers_sell
from tests.support.omache_till import daraja as daraja
from tests.support.omache_till import mpesa_shop as mpesa_shop
from tests.support.omache_till import till as till
from tests.support.rows import all_rows, changed
from tests.support.shop_with_mpesa import MpesaShop

pytestmark = pytest.mark.django_db

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


def deliver(till: OmacheTill, message: Any, path: str = "") -> Any:
    answer = till.shop.deliver(message, path or till.webhook())
    settle_down()
    return answer


class TestTheWebhook:
    def test_a_payment_that_m_pesa_confirms_counts_once(self, till: OmacheTill) -> None:
        till.cash_out()
        message = till.daraja.decide(till.daraja.last)
        for _ in range(2):
            answer = deliver(till, message)
            assert (answer.status_code, answer.json()) == (200, ACCEPTED)
        (row,) = till.track()
        assert (row["track_status"], row["payment_status"]) == ("confirmed", "paid")
        assert (balance(till.product), till.item_number()) == ((8, 0), 8)
        assert [str(amount) for amount in money(Order.objects.get())] == ["2500.000", "0.000"]
        assert GatewayEvent.objects.count() == 1

    def test_a_payment_that_was_cancelled_on_the_phone(self, till: OmacheTill) -> None:
        till.cash_out()
        assert deliver(till, till.daraja.decide(till.daraja.last, "1032")).status_code == 200
        (row,) = till.track()
        assert row["payment_status"] == "unpaid"
        assert (Payment.objects.get().state, till.daraja.books) == ("failed", {})

    def test_the_bare_address_settles_nothing(self, till: OmacheTill, anonymous_api: APIClient) -> None:
        till.cash_out()
        settle_down()
        message = till.daraja.decide(till.daraja.last)
        before = all_rows()
        bodies: list[Any] = [message, {}, [], {"ResultCode": 0}]
        for body in bodies:
            answer = anonymous_api.post("/safwebhook/", body, format="json")
            assert (answer.status_code, answer.json()) == (200, ACCEPTED)
        for text in ("", "nonsense", "\xff"):
            answer = anonymous_api.generic("POST", "/safwebhook/", text, content_type="text/plain")
            assert answer.status_code == 200
        settle_down()
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("token", ["0" * 64, "x", "nothing-here"])
    def test_an_unknown_secret(self, till: OmacheTill, anonymous_api: APIClient, token: str) -> None:
        till.cash_out()
        settle_down()
        message = till.daraja.decide(till.daraja.last)
        before = all_rows()
        assert told(anonymous_api.post(f"/safwebhook/{token}/", message, format="json"))[0] == 404
        assert anonymous_api.post(f"/safwebhook/{Payment.objects.get().pk}/", message, format="json").status_code == 404
        settle_down()
        assert changed(before, all_rows()) == []

    def test_a_success_that_m_pesa_does_not_confirm(self, till: OmacheTill) -> None:
        till.cash_out()
        till.daraja.decide(till.daraja.last, "1032")
        deliver(till, till.daraja.callback(till.daraja.last, code=0))
        assert Order.objects.get().payment_status == "unpaid"
        assert balance(till.product) == (10, 2)

    @pytest.mark.parametrize("amount", [1, 2499, 250_000])
    def test_a_forged_amount(self, till: OmacheTill, amount: int) -> None:
        """Even from whoever has the secret: an order is paid with its whole sum."""
        till.cash_out()
        till.daraja.decide(till.daraja.last)
        deliver(till, till.daraja.callback(till.daraja.last, code=0, Amount=amount))
        assert Order.objects.get().status == "pending"
        assert alerts() == ["amount_mismatch"]

    def test_the_success_of_another_payment(self, till: OmacheTill) -> None:
        till.cash_out(number=1)
        paid, first = till.daraja.decide(till.daraja.last), till.webhook()
        till.cash_out(number=3)
        deliver(till, paid, till.webhook())
        assert {order.payment_status for order in Order.objects.all()} == {"unpaid"}
        deliver(till, paid, first)
        assert [row["payment_status"] for row in till.track()] == ["unpaid", "paid"]

    @pytest.mark.parametrize("body", [{}, [], {"Body": {}}, {"Body": {"stkCallback": {"ResultCode": 0}}}, None])
    def test_messages_that_are_none(self, till: OmacheTill, body: Any) -> None:
        till.cash_out()
        settle_down()
        before = all_rows()
        assert told(deliver(till, body))[0] == 400
        assert changed(before, all_rows()) == []

    def test_the_secret_is_in_no_answer(self, till: OmacheTill) -> None:
        answer = till.cash_out()
        secret = till.webhook().split("/")[2]
        shown = [answer.content.decode(), json.dumps(till.track()), till.api.get("/api/v1/payments/").content.decode()]
        assert [secret in text for text in shown] == [False] * 3

    @pytest.mark.parametrize("path", ["/safwebhook/", "/safwebhook/x/"])
    def test_only_posts(self, anonymous_api: APIClient, path: str) -> None:
        assert told(anonymous_api.get(path)) == (405, "method_not_allowed")


class TestSignals:
    """The document's three, which are events of ours: told after the commit."""

    @pytest.fixture
    def heard(self) -> Iterator[list[tuple[str, Any]]]:
        heard: list[tuple[str, Any]] = []

        def placed(order_id: int, **_: Any) -> None:
            heard.append(("placed", order_id))

        def moved(new: str, **_: Any) -> None:
            heard.append(("status", new))

        order_placed.connect(placed)
        order_status_changed.connect(moved)
        yield heard
        order_placed.disconnect(placed)
        order_status_changed.disconnect(moved)

    def test_order_creation_tracking_and_inventory(self, till: OmacheTill, heard: list) -> None:
        order = till.cash_out().json()["order_id"]  # type: ignore[attr-defined]
        settle_down()
        assert (heard, till.item_number()) == ([("placed", order)], 8)
        deliver(till, till.daraja.decide(till.daraja.last))
        assert (heard[1:], till.track()[0]["track_status"]) == ([("status", "confirmed")], "confirmed")
        assert balance(till.product) == (8, 0)
        for step in (OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED):
            order_transition(order_id=order, to=step)
            settle_down()
            assert till.track()[0]["track_status"] == step
        assert [value for _, value in heard[2:]] == ["processing", "shipped", "delivered"]

    def test_pieces_of_an_order_that_was_cancelled_are_for_sale_again(self, till: OmacheTill) -> None:
        order = till.cash_out().json()["order_id"]  # type: ignore[attr-defined]
        order_transition(order_id=order, to=OrderStatus.CANCELLED)
        assert (till.item_number(), till.track()[0]["track_status"]) == (10, "cancelled")


def test_the_documents_whole_flow(mpesa_shop: MpesaShop) -> None:
    till = OmacheTill(mpesa_shop)
    listing = {
        "name": "Pressure cooker",
        "image": "",
        "description": "Six litres",
        "category": "kitchen",
        "item_number": "5",
        "price": "4500",
        "payment_mpesa_number": "0799999999",
    }
    seller = _registered("achieng")
    product = seller.post("/create/", listing).json()
    assert (product["item_number"], product["category"]) == (5, "kitchen")

    api = _registered("kamau")
    profile = {"first_name": "Kamau", "last_name": "Otieno", "avatar": "", "gender": "male"}
    assert api.put("/account/", profile).json() == profile | {"avatar": None}
    assert [row["id"] for row in api.get("/").json()["kitchen"]] == [product["id"]]
    assert api.get("/product/search/", {"search": "cooker"}).json() == api.get("/product/kitchen/").json()
    (seen,) = api.post("/cart/", [product["id"]], format="json").json()
    assert (seen["price"], seen["item_number"]) == ("4500.00", 5)

    wanted = {"order": [{"product": str(product["id"]), "number": "2"}], "mpesa_number": MPESA_NUMBER}
    placed = api.post("/cashout/", wanted, format="json").json()
    push = mpesa_shop.daraja.last
    assert (placed["total"], push.sent["Amount"], push.sent["PhoneNumber"]) == ("9000.00", 9000, "254712345678")
    (tracked,) = api.get("/track/order/").json()
    assert (tracked["order_id"], tracked["track_status"], tracked["payment_status"]) == (
        placed["order_id"],
        "pending",
        "unpaid",
    )
    deliver(till, mpesa_shop.daraja.decide(push))
    (tracked,) = api.get("/track/order/").json()
    assert (tracked["track_status"], tracked["payment_status"]) == ("confirmed", "paid")
    assert api.get("/product/kitchen/").json()[0]["item_number"] == 3
    assert seller.get("/track/order/").json() == []
    assert mpesa_shop.daraja.flaws == []
    mpesa_shop.assert_books_agree()


def _registered(name: str) -> APIClient:
    """Registered, signed in again by name, and going on with a refreshed token."""
    api, password = APIClient(), "securepass123"
    fields = {"username": name, "email": f"{name}@example.com", "password1": password, "password2": password}
    assert api.post("/registration/", fields).status_code == 201
    refresh = api.post("/login/", {"username": name, "password": password}).json()["refresh"]
    access = api.post("/token/refresh/", {"refresh": refresh}).json()["access"]
    assert api.post("/token/verify/", {"token": access}).status_code == 200
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return api
