"""Test callbacks. They are not signed: one counts only at its secret URL, and after M-Pesa confirms it."""

import json
from typing import Any

import pytest
from mpesa_mcp import helpers
from mpesakit.mpesa_express.schemas import StkPushSimulateCallback

from payments.models import GatewayEvent, Payment
from tests.payments.steps import alerts
from tests.support.rows import all_rows, changed
from tests.support.shop_with_mpesa import MSISDN, MpesaShop

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


def state(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


class TestSuccess:
    def test_pays_the_order_once_however_often_it_comes(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        for _ in range(2):
            answer = shop.deliver(message)
            assert (answer.status_code, answer.json()) == (200, ACCEPTED)
        assert state(payment) == "captured"
        assert (payment.reference, str(shop.order().captured_total)) == (shop.daraja.last.receipt, "1235.000")
        assert GatewayEvent.objects.count() == 1
        shop.assert_books_agree()

    def test_keeps_no_phone(self, shop: MpesaShop) -> None:
        shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        event = GatewayEvent.objects.get()
        assert MSISDN[3:] not in json.dumps(event.payload)

    def test_that_comes_before_the_answer_to_the_push(self, shop: MpesaShop) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = ["lost reply"]
        assert shop.start(payment).status_code == 503
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        assert state(payment) == "captured"
        assert payment.gateway_id == shop.daraja.last.checkout_id
        shop.assert_books_agree()

    @pytest.mark.parametrize("amount", [1235, 1235.0, "1235", "1235.00"])
    def test_whatever_its_amount_is_written_as(self, shop: MpesaShop, amount: Any) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        told = message["Body"]["stkCallback"]
        told["ResultCode"] = "0"
        told["CallbackMetadata"]["Item"] = [
            {"Name": "Balance"},
            {"Name": "MpesaReceiptNumber", "Value": shop.daraja.last.receipt},
            {"Name": "Amount", "Value": amount},
        ]
        assert shop.deliver(message).status_code == 200
        assert state(payment) == "captured"

    def test_reads_as_others_read_it(self, shop: MpesaShop) -> None:
        shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        StkPushSimulateCallback(**message)
        shop.deliver(message)
        theirs = json.dumps(helpers.parse_stk_callback(message))
        payload = GatewayEvent.objects.get().payload
        for name in ("checkout_id", "merchant_id", "receipt"):
            assert payload[name] in theirs


class TestForgery:
    def test_at_an_unknown_address(self, shop: MpesaShop) -> None:
        shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        before = all_rows()
        for token in ("0" * 64, "x", shop.daraja.last.path.split("/")[-2][:-1]):
            assert shop.deliver(message, f"/api/v1/payments/cb/{token}/").status_code == 404
        assert changed(before, all_rows()) == []

    def test_at_the_address_of_webhooks(self, shop: MpesaShop) -> None:
        shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        before = all_rows()
        assert shop.deliver(message, "/api/v1/payments/webhooks/mpesa/").status_code == 400
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("said", ["1032", None, "stall", "500", "html"])
    def test_is_not_confirmed(self, shop: MpesaShop, said: str | None) -> None:
        payment = shop.started()
        if said in {"stall", "500", "html"}:
            shop.daraja.faults["query"] = [said]
        else:
            shop.daraja.last.code = said
        assert shop.deliver(shop.daraja.callback(shop.daraja.last)).status_code == 200
        assert state(payment) == "waiting"
        assert GatewayEvent.objects.get().state == "waiting"
        shop.daraja.last.code = "0"
        shop.retry_events()
        assert state(payment) == "captured"

    def test_of_another_amount_is_shown_to_staff(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.daraja.last.code = "0"
        shop.deliver(shop.daraja.callback(shop.daraja.last, Amount=1.0))
        assert (state(payment), alerts()) == ("waiting", ["amount_mismatch"])
        assert str(shop.order().captured_total) == "0.000"

    def test_with_the_names_of_another_request(self, shop: MpesaShop) -> None:
        first, path = shop.started(), shop.daraja.last.path
        shop.started("99.00")
        other = shop.daraja.decide(shop.daraja.last)
        shop.deliver(other, path)
        assert (state(first), alerts()) == ("waiting", ["unknown_payment"])

    def test_with_another_merchant_id(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        message["Body"]["stkCallback"]["MerchantRequestID"] = "another"
        shop.deliver(message)
        assert state(payment) == "waiting"

    def test_with_the_names_of_another_request_after_a_lost_reply(self, shop: MpesaShop) -> None:
        """The attempt has no name of its own yet; it must not take another's money."""
        shop.started("1235.00")
        paid = shop.daraja.decide(shop.daraja.last)
        second = shop.place("1235.00")
        shop.daraja.faults["push"] = ["lost reply"]
        shop.start(second)
        shop.deliver(paid)
        assert (state(second), second.gateway_id, alerts()) == ("unknown", "", ["unknown_payment"])

    def test_with_the_receipt_of_another_order(self, shop: MpesaShop) -> None:
        shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        receipt = shop.daraja.last.receipt
        second = shop.started("99.00")
        shop.daraja.last.code = "0"
        shop.deliver(shop.daraja.callback(shop.daraja.last, MpesaReceiptNumber=receipt))
        assert (state(second), second.reference, alerts()) == ("waiting", "", ["receipt_reused"])


class TestFailure:
    @pytest.mark.parametrize(
        "code", [1, 2, 3, 4, 8, 17, 1001, 1019, 1025, 9999, 1032, "1037", 2001, 2028, 8006, "SFC_IC0003", 123456]
    )
    def test_fails_the_attempt_and_another_can_be_made(self, shop: MpesaShop, code: Any) -> None:
        payment = shop.started()
        shop.daraja.last.code = str(code)
        assert shop.deliver(shop.daraja.callback(shop.daraja.last, code=code)).json() == ACCEPTED
        assert state(payment) == "failed"
        assert payment.failure
        opened = shop.api.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "mpesa"})
        assert shop.start(Payment.objects.get(number=opened.json()["id"])).status_code == 200

    def test_in_words_that_hold_a_phone(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.callback(shop.daraja.last, code=1037)
        message["Body"]["stkCallback"]["ResultDesc"] = f"\u0007No answer from {MSISDN}\u202e"
        shop.deliver(message)
        assert (state(payment), payment.failure) == ("failed", "No answer from ***")

    def test_before_a_success_does_not_hide_the_money(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.deliver(shop.daraja.callback(shop.daraja.last, code=1037))
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        assert state(payment) == "captured"

    def test_after_a_success_is_old_news(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        assert shop.deliver(shop.daraja.callback(shop.daraja.last, code=1037)).status_code == 200
        assert state(payment) == "captured"
        shop.assert_books_agree()
