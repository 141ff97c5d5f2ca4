"""Document 002: the cart, ``/cashout/``, and ``/track/order/``, with a Daraja of our own making."""

from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from orders.models import Order
from payments.models import Payment
from tests.factories import balance, make_product
from tests.payments.steps import settle_down
from tests.support.omache_till import MPESA_NUMBER, OmacheTill, pointers, told
from tests.support.omache_till import customers_sell as customers_sell
from tests.support.omache_till import daraja as daraja
from tests.support.omache_till import mpesa_shop as mpesa_shop
from tests.support.omache_till import till as till
from tests.support.query_counts import statements
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db


class TestCart:
    @pytest.mark.parametrize("named", [False, True])
    def test_details_in_the_order_asked_for(self, till: OmacheTill, anonymous_api: APIClient, named: bool) -> None:
        gone = till.offer("Gone")
        gone.status = "archived"
        gone.save()
        keyboard = till.offer("Keyboard", price="4000", stock=0)
        ids: Any = [keyboard.pk, str(till.product.pk), keyboard.pk, gone.pk, 999_999]
        answer = anonymous_api.post("/cart/", {"products": ids} if named else ids, format="json")
        keys = ("id", "name", "price", "item_number", "in_stock")
        assert [tuple(row[key] for key in keys) for row in answer.json()] == [
            (keyboard.pk, "Keyboard", "4000.00", 0, False),
            (till.product.pk, "Gaming mouse", "1250.00", 10, True),
        ]

    def test_as_a_form(self, till: OmacheTill, anonymous_api: APIClient) -> None:
        form = f"products={till.product.pk}&products=999999"
        answer = anonymous_api.post("/cart/", form, content_type="application/x-www-form-urlencoded")
        assert [row["id"] for row in answer.json()] == [till.product.pk]
        parts = anonymous_api.post("/cart/", {"products": [till.product.pk]}, format="multipart")
        assert parts.json() == answer.json()

    def test_an_empty_one(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.post("/cart/", [], format="json").json() == []

    @pytest.mark.parametrize("ids", [list(range(1, 4001)), [0], [-1], ["abc"], [1.5], [None], [[1]], [2**63]], ids=str)
    def test_refused(self, anonymous_api: APIClient, ids: list) -> None:
        for body in (ids, {"products": ids}):
            assert told(anonymous_api.post("/cart/", body, format="json")) == (400, "invalid")

    def test_asking_changes_nothing(self, till: OmacheTill) -> None:
        before = all_rows()
        till.api.post("/cart/", [till.product.pk], format="json")
        assert changed(before, all_rows()) == []


class TestCashout:
    def test_it_orders_and_asks_the_phone(self, till: OmacheTill) -> None:
        answer = till.cash_out(number="2")
        body, order = answer.json(), Order.objects.get()  # type: ignore[attr-defined]
        assert (answer.status_code, body["order_id"], body["total"], body["currency"]) == (
            201,
            order.pk,
            "2500.00",
            "KES",
        )
        assert (body["track_status"], body["payment_status"]) == ("pending", "unpaid")
        assert (order.user, order.phone) == (till.buyer, "+254712345678")
        assert (till.daraja.last.sent["Amount"], till.daraja.last.sent["PhoneNumber"]) == (2500, "254712345678")
        assert till.daraja.flaws == []
        assert balance(till.product) == (10, 2)

    @pytest.mark.parametrize(
        ("number", "msisdn"),
        [
            ("0712345678", "254712345678"),
            ("0112345678", "254112345678"),
            ("+254712345678", "254712345678"),
            ("254712345678", "254712345678"),
            ("0712 345 678", "254712345678"),
            ("+254 (0) 712 345678", "254712345678"),
            ("00254712345678", "254712345678"),
            ("\u202a0712\u00a0345\u00a0678", "254712345678"),
        ],
    )
    def test_a_phone_is_taken_in_every_usual_form(self, till: OmacheTill, number: str, msisdn: str) -> None:
        assert till.cash_out(mpesa_number=number).status_code == 201
        assert till.daraja.last.sent["PhoneNumber"] == msisdn

    def test_as_a_form(self, till: OmacheTill) -> None:
        form = f"order[0]product={till.product.pk}&order[0]number=3&mpesa_number={MPESA_NUMBER}"
        answer = till.api.post("/cashout/", form, content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.json()["total"]) == (201, "3750.00")

    def test_as_parts(self, till: OmacheTill) -> None:
        parts = {"order[0]product": till.product.pk, "order[0]number": 3, "mpesa_number": MPESA_NUMBER}
        assert till.api.post("/cashout/", parts, format="multipart").json()["total"] == "3750.00"

    def test_equal_lines_are_one(self, till: OmacheTill) -> None:
        line = {"product": till.product.pk, "number": 2}
        (item,) = till.cash_out(order=[line, line]).json()["items"]  # type: ignore[attr-defined]
        assert (item["product"], item["name"], item["number"], item["price"], item["total"]) == (
            till.product.pk,
            "Gaming mouse",
            4,
            "1250.00",
            "5000.00",
        )

    def test_the_open_cart_stays(self, till: OmacheTill) -> None:
        till.api.post("/api/v1/cart/items/", {"product": till.product.pk, "quantity": 3})
        till.cash_out()
        assert till.api.get("/api/v1/cart/").json()["items"][0]["quantity"] == 3

    def test_the_price_is_ours(self, till: OmacheTill) -> None:
        lines = [{"product": till.product.pk, "number": 1, "price": "1", "total": "1", "unit_price": 1}]
        answer = till.cash_out(order=lines, total="1", amount=1, user=till.seller.pk, currency="USD")
        assert (answer.json()["total"], till.daraja.last.sent["Amount"]) == ("1250.00", 1250)  # type: ignore[attr-defined]
        assert Order.objects.get().user == till.buyer

    @pytest.mark.parametrize("number", [-1, 0, 1000, 1.5, "two", 2**63])
    def test_an_invalid_quantity_is_refused(self, till: OmacheTill, number: Any) -> None:
        self.refused(till, 400, "invalid", "/order/0/number", number=number)

    def test_no_phone(self, till: OmacheTill) -> None:
        self.refused(till, 400, "invalid", "/mpesa_number", mpesa_number="")

    @pytest.mark.parametrize("mpesa_number", ["12345", "+1 555 0100", "0812345678", "07123456789", "0712345678x"])
    def test_an_invalid_phone_is_refused(self, till: OmacheTill, mpesa_number: str) -> None:
        self.refused(till, 400, "phone_needed", "/mpesa_number", mpesa_number=mpesa_number)

    @pytest.mark.parametrize("order", [[], "text", None, [[]], [1], {"product": 1, "number": 1}])
    def test_an_invalid_list_of_lines_is_refused(self, till: OmacheTill, order: Any) -> None:
        self.refused(till, 400, "invalid", order=order)

    def test_four_thousand_lines(self, till: OmacheTill) -> None:
        self.refused(till, 400, "invalid", order=[{"product": pk, "number": 1} for pk in range(1, 4001)])

    def test_more_than_there_is(self, till: OmacheTill) -> None:
        self.refused(till, 409, "out_of_stock", number=11)
        line = {"product": till.product.pk, "number": 6}
        self.refused(till, 409, "out_of_stock", order=[line, line])

    def test_an_unknown_product(self, till: OmacheTill) -> None:
        for unknown in (999_999, make_product(status="draft").pk):
            lines = [{"product": till.product.pk, "number": 1}, {"product": unknown, "number": 1}]
            self.refused(till, 404, "product_not_found", order=lines)

    def test_a_product_without_a_price_in_shillings(self, till: OmacheTill) -> None:
        in_dollars = make_product("Imported")
        self.refused(till, 409, "not_for_sale", order=[{"product": in_dollars.pk, "number": 1}])

    @pytest.mark.parametrize("price", ["12.50", "250001"])
    def test_what_m_pesa_does_not_take(self, till: OmacheTill, price: str) -> None:
        lines = [{"product": till.offer("Odd", price=price).pk, "number": 1}]
        self.refused(till, 400, "not_payable", order=lines)

    def test_a_shop_in_dollars(self, till: OmacheTill, settings: Any) -> None:
        settings.DEFAULT_CURRENCY = "USD"
        lines = [{"product": make_product("Lamp").pk, "number": 1}]
        detail = self.refused(till, 400, "not_payable", order=lines)
        assert detail == "M-Pesa does not take USD."

    def test_a_shop_without_m_pesa(self, till: OmacheTill, settings: Any) -> None:
        settings.MPESA_CONSUMER_KEY = ""
        self.refused(till, 503, "gateway_not_offered")

    def test_somebody_has_to_be_signed_in(self, till: OmacheTill) -> None:
        till.api = APIClient()
        self.refused(till, 401, "not_authenticated")

    @staticmethod
    def refused(till: OmacheTill, status: int, code: str, pointer: str = "", **fields: Any) -> str:
        """Check that nothing was ordered and no phone was asked; return why."""
        before = all_rows()
        answer = till.cash_out(**fields)
        assert told(answer) == (status, code), answer.content
        assert not pointer or pointers(answer) == [pointer]
        assert changed(before, all_rows()) == []
        assert till.daraja.attempts == {}
        return answer.json()["detail"]  # type: ignore[attr-defined]

    def test_one_line_costs_as_many_statements_as_eight(self, till: OmacheTill) -> None:
        products = [till.offer(f"Thing {number}", price="100") for number in range(8)]
        lines = [{"product": product.pk, "number": 1} for product in products]
        till.cash_out()  # Daraja's token stays from now on
        one, eight = (len(statements(partial(till.cash_out, order=some))) for some in (lines[:1], lines))
        assert one == eight


class TestTheGatewayFails:
    @pytest.mark.parametrize("fault", ["busy", "429", "credentials"])
    def test_an_order_that_it_does_not_take_is_undone(self, till: OmacheTill, fault: str) -> None:
        till.daraja.faults["push"] = [fault] * 5
        answer = till.cash_out()
        assert answer.status_code in {502, 503}
        assert int(answer["Retry-After"]) > 0
        order = Order.objects.get()
        assert (order.status, order.payment_status, balance(till.product)) == ("cancelled", "unpaid", (10, 0))
        assert till.item_number() == 10
        till.daraja.faults["push"] = []
        assert till.cash_out().status_code == 201

    def test_a_refusal_undoes_it_too(self, till: OmacheTill) -> None:
        till.daraja.faults["push"] = ["bad field"]
        assert told(till.cash_out())[1] == "payment_refused"
        assert (Order.objects.get().status, balance(till.product)) == ("cancelled", (10, 0))

    @pytest.mark.parametrize("fault", ["lost reply", "stall", "truncated"])
    def test_an_order_that_it_may_have_waits(self, till: OmacheTill, fault: str) -> None:
        till.daraja.faults["push"] = [fault]
        answer = till.cash_out()
        assert told(answer) == (503, "gateway_uncertain")
        assert int(answer["Retry-After"]) > 0
        assert (Order.objects.get().status, balance(till.product)) == ("pending", (10, 2))
        assert Payment.objects.get().state == "unknown"
        till.shop.deliver(till.daraja.decide(till.daraja.last), till.webhook())
        settle_down()
        (row,) = till.track()
        assert (row["track_status"], row["payment_status"]) == ("confirmed", "paid")


class TestTrack:
    def test_ones_own_orders_and_the_newest_first(self, till: OmacheTill) -> None:
        first, second = (till.cash_out(number).json()["order_id"] for number in (1, 2))  # type: ignore[attr-defined]
        rows = till.track()
        assert [row["order_id"] for row in rows] == [second, first]
        assert set(rows[0]) >= {"order_id", "track_status", "payment_status", "items", "total"}
        assert client_with_token(till.seller).get("/track/order/").json() == []
        assert APIClient().get("/track/order/").status_code == 401

    def test_a_row_says_what_the_cashout_said(self, till: OmacheTill) -> None:
        said = till.cash_out().json()  # type: ignore[attr-defined]
        assert said.pop("message")
        assert till.track() == [said]
