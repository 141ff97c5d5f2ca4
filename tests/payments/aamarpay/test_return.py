"""The buyer's browser comes back from aamarPay, with whatever somebody wrote into the form."""

from typing import Any

import pytest

from inventory.selectors import discrepancies
from orders.services import order_transition
from payments.models import Payment, PaymentEntry
from payments.states import PaymentState
from tests.payments.steps import alerts, settle_down
from tests.support.shop_with_aamarpay import AamarPayShop, disagreements, state_of

pytestmark = pytest.mark.django_db

FORGED = {"pay_status": "Successful", "status_code": "2", "amount": "1234.50", "currency": "BDT", "pg_txnid": "AAM9"}


def order_page(payment: Payment) -> str:
    return f"http://127.0.0.1:8000/?order={payment.order.number}&payment={payment.number}"


class TestForged:
    @pytest.mark.parametrize(
        ("told", "state"),
        [
            ({"status_code": "0", "pay_status": "Initiated"}, "waiting"),
            ({"status_code": "7", "pay_status": "Failed"}, "failed"),
            ({"status_code": "3", "pay_status": "Expired"}, "failed"),
            ({"status_code": "9", "pay_status": "Successful"}, "waiting"),
            ({"status_code": "7", "mer_txnid": "f" * 24}, "waiting"),
            ({"status_code": "7", "store_id": "somebody-else"}, "waiting"),
        ],
    )
    def test_what_trxcheck_says_counts(self, shop: AamarPayShop, told: dict[str, str], state: str) -> None:
        payment = shop.started()
        shop.fake.transactions[payment.number].overlay = told
        answer = shop.come_back(payment, {**FORGED, "mer_txnid": payment.number})
        assert (answer.status_code, answer.headers["Location"]) == (303, order_page(payment))
        shop.tell({**FORGED, "mer_txnid": payment.number}, "json")
        settle_down()
        assert state_of(payment) == (state, "pending", "unpaid")
        assert not PaymentEntry.objects.exists()

    def test_success_of_a_payment_that_aamarpay_does_not_know_pays_nothing(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.fake.transactions.clear()
        assert shop.come_back(payment, FORGED).status_code == 303
        assert state_of(payment) == ("waiting", "pending", "unpaid")

    @pytest.mark.parametrize("field", ["mer_txnid", "store_id"])
    def test_success_of_another_shop_or_payment_pays_nothing(self, shop: AamarPayShop, field: str) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, **{field: "somebody-else"})
        shop.come_back(payment, FORGED)
        assert state_of(payment) == ("waiting", "pending", "unpaid")
        assert alerts() == ["amount_mismatch"]

    def test_success_of_a_payment_that_was_not_started_asks_nobody(self, shop: AamarPayShop) -> None:
        payment = shop.order()
        assert shop.come_back(payment, FORGED).status_code == 303
        assert state_of(payment)[0] == "pending"
        assert shop.fake.seen == []


WRONG: list[dict[str, Any]] = [
    {"amount": "1.00"},
    {"amount": "1234.51"},
    {"amount": "1,234.50"},
    {"amount": "NaN"},
    {"amount": ["1234.50"]},
    {"currency": "USD"},
    {"currency": None},
    {"currency_merchant": "USD"},
    {"pay_status": "Failed"},
    {"pg_txnid": "x" * 300},
    {"pg_txnid": "AAM1\x00"},
]


class TestTrueButWrong:
    @pytest.mark.parametrize("overlay", WRONG, ids=str)
    def test_flagged_and_not_paid(self, shop: AamarPayShop, overlay: dict[str, Any]) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, **overlay)
        for _ in range(2):
            assert shop.come_back(payment, shop.fake.hint(payment.number)).status_code == 303
        shop.later()
        assert state_of(payment) == ("waiting", "pending", "unpaid")
        assert (alerts(), disagreements(shop.fake)) == (["amount_mismatch"], [])
        assert not PaymentEntry.objects.exists()

    def test_a_receipt_of_another_payment(self, shop: AamarPayShop) -> None:
        first = shop.paid()
        second = shop.started()
        shop.fake.pay(second.number, pg_txnid=shop.fake.transactions[first.number].pg_txnid)
        shop.come_back(second, shop.fake.hint(second.number))
        assert state_of(second) == ("waiting", "pending", "unpaid")
        assert (state_of(first)[0], alerts(), PaymentEntry.objects.count()) == ("captured", ["receipt_reused"], 1)

    @pytest.mark.parametrize(
        "overlay",
        [{"status_code": 2}, {"amount": 1234.5}, {"amount": "1234.500"}, {"currency_merchant": None}],
        ids=str,
    )
    def test_other_ways_to_write_the_same(self, shop: AamarPayShop, overlay: dict[str, Any]) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, **overlay)
        shop.come_back(payment)
        assert (state_of(payment)[0], alerts()) == ("captured", [])

    @pytest.mark.parametrize(("level", "found"), [("1", ["risk"]), (1, ["risk"]), ("0", []), ("Not-Available", [])])
    def test_a_risk_is_paid_and_told(self, shop: AamarPayShop, level: Any, found: list[str]) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, risk_level=level)
        shop.come_back(payment)
        assert (state_of(payment)[0], alerts()) == ("captured", found)


class TestAfterwards:
    def test_failure_and_cancel_change_nothing_of_a_paid_order(self, shop: AamarPayShop) -> None:
        payment = shop.paid()
        shop.fake.transactions[payment.number].overlay = {"status_code": "7", "pay_status": "Failed"}
        asked = len(shop.fake.seen)
        assert shop.come_back(payment, {"pay_status": "Failed", "status_code": "7"}).status_code == 303
        assert shop.come_back(payment).headers["Location"] == order_page(payment)
        shop.later()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        assert len(shop.fake.seen) == asked

    def test_cancelled_there_and_paid_after_all(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.come_back(payment)
        assert state_of(payment)[0] == "waiting"
        shop.fake.pay(payment.number)
        shop.later()
        assert state_of(payment) == ("captured", "confirmed", "paid")

    def test_failed_there_and_paid_after_all(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, code="7")
        shop.come_back(payment, shop.fake.hint(payment.number))
        assert (state_of(payment)[0], payment.failure) == ("failed", "The payment failed.")
        shop.fake.pay(payment.number)
        shop.come_back(payment, shop.fake.hint(payment.number))
        settle_down()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        assert disagreements(shop.fake) == []

    @pytest.mark.parametrize("stock_is_there", [True, False])
    def test_paid_after_the_order_was_cancelled(self, shop: AamarPayShop, stock_is_there: bool) -> None:
        payment = shop.started()
        order_transition(order_id=payment.order_id, to="cancelled", actor=None, reason="Not paid in time")
        settle_down()
        assert state_of(payment)[0] == "cancelled"
        if not stock_is_there:
            shop.post("/api/v1/cart/items/", {"product": payment.order.lines.get().product_id, "quantity": 10})
            assert shop.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).status_code == 201
        shop.fake.pay(payment.number)
        shop.come_back(payment, shop.fake.hint(payment.number))
        status, found = ("confirmed", []) if stock_is_there else ("cancelled", ["paid_late"])
        assert (*state_of(payment)[:2], alerts()) == ("captured", status, found)
        refunds = list(payment.refunds.values_list("is_manual", "amount"))
        assert refunds == ([] if stock_is_there else [(True, payment.amount)])
        assert disagreements(shop.fake) == []
        assert discrepancies() == []


class TestBrowsers:
    def test_an_unknown_number_leads_to_the_front_page(self, shop: AamarPayShop, settings: Any) -> None:
        settings.FRONTEND_URL = "https://front.example"
        answers = [shop.come_back(Payment(number="0" * 24), fields) for fields in (None, FORGED)]
        assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
            (303, "https://front.example/")
        }

    def test_to_the_page_that_was_wished(self, shop: AamarPayShop, settings: Any) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
        payment = shop.order()
        shop.start(payment, return_url="https://front.example/thanks?lang=bn")
        answer = shop.come_back(payment, FORGED)
        expected = f"https://front.example/thanks?lang=bn&order={payment.order.number}&payment={payment.number}"
        assert answer.headers["Location"] == expected

    @pytest.mark.parametrize("accept", ["text/html", "image/avif", "nonsense"])
    def test_are_sent_on_whatever_they_accept(self, shop: AamarPayShop, accept: str) -> None:
        payment = shop.started()
        for query in ("", "?format=html", "?status_code=2"):
            path = f"/api/v1/payments/return/{payment.number}/{query}"
            headers = {"accept": accept, "authorization": "Bearer nonsense"}
            assert shop.outside.get(path, headers=headers).status_code == 303

    @pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data", "nonsense"])
    def test_are_sent_on_whatever_they_post(self, shop: AamarPayShop, content_type: str) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        path = f"/api/v1/payments/return/{payment.number}/"
        answer = shop.outside.post(path, b"\x00{[%%", content_type=content_type)
        assert (answer.status_code, state_of(payment)[0]) == (303, "captured")

    def test_that_come_back_often_do_not_make_the_shop_ask_each_time(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        assert {shop.come_back(payment).status_code for _ in range(30)} == {303}
        assert len(shop.fake.seen) == 11
        payment.refresh_from_db()
        assert payment.next_check_at is not None

    def test_are_sent_on_without_a_gateway(self, shop: AamarPayShop, settings: Any) -> None:
        payment = shop.started()
        settings.AAMARPAY_STORE_ID = ""
        assert shop.come_back(payment, FORGED).status_code == 303
        manual = Payment.objects.create(order=payment.order, method="manual", amount=1, currency="BDT")
        assert shop.come_back(manual).status_code == 303
        assert manual.state == PaymentState.PENDING
