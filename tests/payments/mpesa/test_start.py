"""What a push asks Safaricom for, and what becomes of the attempt when the push fails."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from mpesa_mcp import helpers

from orders.models import Order
from payments.gateways.base import Buyer
from payments.gateways.errors import GatewayDown, GatewayMisconfigured
from payments.gateways.mpesa import Mpesa, api, gateway
from payments.models import Payment, PaymentAlert
from tests.payments.steps import alerts
from tests.support import shop_with_mpesa
from tests.support.fake_daraja import PASSKEY, SHORTCODE, Daraja
from tests.support.rows import all_rows, changed
from tests.support.server import free_port
from tests.support.shop_with_mpesa import MSISDN, MpesaShop


class TestThePush:
    def test_asks_the_buyers_phone_for_the_orders_total(self, shop: MpesaShop) -> None:
        payment = shop.place()
        answer = shop.start(payment)
        sent = shop.daraja.last.sent
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["payer"], answer.json()["pay_url"]) == (
            "waiting",
            "2547*****149",
            "",
        )
        assert (sent["Amount"], sent["PhoneNumber"]) == (1235, MSISDN)
        assert sent["AccountReference"] == payment.order.number
        assert shop.daraja.flaws == []
        payment.refresh_from_db()
        assert payment.gateway_id == shop.daraja.last.checkout_id

    def test_again_sends_no_second_one(self, shop: MpesaShop) -> None:
        payment = shop.started()
        assert shop.start(payment).json()["state"] == "waiting"
        assert shop.daraja.calls["push"] == 1

    @time_machine.travel(datetime(2026, 11, 20, 23, 30, 5, tzinfo=UTC), tick=False)
    def test_is_signed_in_east_african_time(self, shop: MpesaShop) -> None:
        shop.started()
        sent = shop.daraja.last.sent
        assert sent["Timestamp"] == "20261121023005" == helpers.timestamp()
        assert sent["Password"] == helpers.stk_password(SHORTCODE, PASSKEY, sent["Timestamp"])
        assert base64.b64decode(sent["Password"]).decode().endswith(sent["Timestamp"])

    @pytest.mark.parametrize("number", ["A" * 20, "Größe-7/2026-000001", "1"])
    def test_keeps_to_the_limits_of_its_texts(self, shop: MpesaShop, number: str) -> None:
        payment = shop.place()
        Order.objects.update(number=number)
        assert shop.start(payment).status_code == 200
        assert shop.daraja.flaws == []
        assert len(shop.daraja.last.sent["AccountReference"]) <= 12

    def test_names_an_address_without_a_forbidden_word(self, shop: MpesaShop) -> None:
        shop.started()
        url = shop.daraja.last.sent["CallBackURL"]
        assert url.startswith("https://shop.example.com/api/v1/payments/cb/")
        for word in ("mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query"):
            assert word not in url.lower()


class TestPhones:
    @pytest.mark.parametrize(
        "phone",
        ["0708374149", "0108374149", "+254 708-374-149", "254708374149", "708374149", "(0708) 374.149", "254108374149"],
    )
    def test_forms_that_are_taken(self, shop: MpesaShop, phone: str) -> None:
        payment = shop.place()
        assert shop.start(payment, phone=phone).status_code == 200
        digits = "".join(character for character in phone if character.isdigit())
        assert shop.daraja.last.sent["PhoneNumber"] == helpers.normalize_phone(digits)

    @pytest.mark.parametrize("phone", ["+254 (0) 708 374149", "+2540708374149", "\u202a00254708374149", "٠٧٠٨٣٧٤١٤٩"])
    def test_forms_that_are_pasted(self, shop: MpesaShop, phone: str) -> None:
        assert shop.start(shop.place(), phone=phone).status_code == 200
        assert shop.daraja.last.sent["PhoneNumber"] == MSISDN

    def test_an_order_with_a_pasted_number_is_paid_on_it(
        self, shop: MpesaShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shop_with_mpesa, "PHONE", "+254 (0) 708\u00a0374149")
        payment = shop.started()
        assert (payment.order.phone, shop.daraja.last.sent["PhoneNumber"]) == (f"+{MSISDN}", MSISDN)

    @pytest.mark.parametrize(
        "phone",
        ["256708374149", "123456789012", "0808374149", "07083741490", "070837414", "+254070837414", "x"],
    )
    def test_others_are_refused_and_nothing_changes(self, shop: MpesaShop, phone: str) -> None:
        payment = shop.place()
        before = all_rows()
        answer = shop.start(payment, phone=phone)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/phone")
        assert changed(before, all_rows()) == []
        assert shop.daraja.calls["push"] == 0


class TestAmounts:
    @pytest.mark.parametrize("price", ["10.50", "250001.00", "0.99"])
    def test_that_cannot_be_paid_are_refused(self, shop: MpesaShop, price: str) -> None:
        with pytest.raises(AssertionError, match="not_payable"):
            shop.place(price)
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("price", ["1.00", "250000.00"])
    def test_at_the_limits(self, shop: MpesaShop, price: str) -> None:
        shop.started(price)
        assert shop.daraja.last.sent["Amount"] == int(Decimal(price))

    def test_zero_and_other_currencies(self) -> None:
        assert Mpesa().refusal_of(amount=Decimal(0), currency="KES")
        assert Mpesa().refusal_of(amount=Decimal(10), currency="USD")
        assert not Mpesa().refusal_of(amount=Decimal(10), currency="KES")


class TestAFailedPush:
    @pytest.mark.parametrize("fault", ["429", "busy"])
    def test_that_did_nothing_can_be_sent_again(self, shop: MpesaShop, fault: str) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = [fault]
        answer = shop.start(payment)
        assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
        payment.refresh_from_db()
        assert payment.state == "pending"
        assert shop.start(payment).status_code == 200
        assert len(shop.daraja.attempts) == 1

    def test_for_wrong_credentials_is_told_to_staff(self, shop: MpesaShop) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = ["credentials"]
        assert shop.start(payment).status_code == 503
        assert alerts() == ["configuration"]
        assert PASSKEY not in PaymentAlert.objects.get().detail
        assert shop.start(payment).status_code == 200

    def test_that_was_refused_ends_the_attempt(self, shop: MpesaShop) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = ["bad field"]
        assert shop.start(payment).json()["code"] == "payment_refused"
        payment.refresh_from_db()
        assert payment.state == "failed"

    @pytest.mark.parametrize("fault", ["reset", "500", "html", "truncated", "stall", "lost reply"])
    def test_that_may_have_worked_is_not_sent_again(self, shop: MpesaShop, fault: str) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = [fault]
        answer = shop.start(payment)
        assert (answer.status_code, answer.json()["code"]) == (503, "gateway_uncertain")
        assert shop.start(payment).json()["code"] == "payment_uncertain"
        assert shop.daraja.calls["push"] == 1
        payment.refresh_from_db()
        assert payment.state == "unknown"

    def test_keeps_a_new_attempt_waiting_for_two_minutes(self, shop: MpesaShop) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = ["lost reply"]
        shop.start(payment)
        opened = shop.api.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "mpesa"})
        second = Payment.objects.get(number=opened.json()["id"])
        assert shop.start(second).json()["code"] == "prompt_unanswered"
        assert shop.daraja.calls["push"] == 1
        with time_machine.travel(datetime.now(UTC).timestamp() + 121):
            assert shop.start(second).status_code == 200

    def test_to_a_port_where_nobody_listens(self, shop: MpesaShop, settings: Any, monkeypatch: Any) -> None:
        settings.MPESA_BASE_URL = f"http://127.0.0.1:{free_port()}"
        with pytest.raises(GatewayDown, match="access token"):
            api.call("/", {})
        monkeypatch.setattr(api, "access_token", lambda **_: "any")
        with pytest.raises(GatewayDown, match="reached"):
            api.call("/", {})


class TestTheAccessToken:
    @staticmethod
    def push(number: int = 0) -> None:
        payment = Payment(order=Order(number=f"N{number}"), amount=Decimal(10), currency="KES")
        Mpesa().start(payment, buyer=Buyer(phone=MSISDN), callback="https://shop.example.com/cb/")

    @pytest.fixture(autouse=True)
    def _no_other_attempts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gateway, "_prompt_is_open_for", lambda payment: 0)

    def test_is_fetched_once_for_fifty_pushes(self, daraja: Daraja) -> None:
        with ThreadPoolExecutor(50) as threads:
            list(threads.map(self.push, range(50)))
        assert (daraja.calls["oauth"], len(daraja.attempts), daraja.flaws) == (1, 50, [])

    def test_that_another_worker_got_just_now_is_taken(self, daraja: Daraja, monkeypatch: Any) -> None:
        """Between looking for a token and getting the lock."""
        add = cache.add

        def beaten_to_it(key: str, *args: Any) -> bool:
            cache.set(key.removesuffix(":lock"), daraja.new_token()["access_token"])
            return add(key, *args)

        monkeypatch.setattr("payments.gateways.mpesa.token.cache.add", beaten_to_it)
        self.push()
        assert daraja.calls["oauth"] == 0

    def test_is_renewed_once_when_it_is_refused(self, daraja: Daraja) -> None:
        self.push()
        daraja.token = "another worker's"
        with ThreadPoolExecutor(20) as threads:
            list(threads.map(self.push, range(20)))
        assert (daraja.calls["oauth"], len(daraja.attempts)) == (2, 21)

    def test_that_is_refused_twice_is_a_matter_of_settings(self, daraja: Daraja) -> None:
        daraja.faults["push"] = ["token", "token"]
        with pytest.raises(GatewayMisconfigured):
            self.push()
        assert (daraja.calls["oauth"], daraja.calls["push"]) == (2, 2)

    @pytest.mark.parametrize("expires_in", ["3599", 3599])
    def test_is_renewed_a_minute_before_its_end(self, daraja: Daraja, expires_in: Any, monkeypatch: Any) -> None:
        kept: list[float] = []
        keep = cache.set
        monkeypatch.setattr(
            "payments.gateways.mpesa.token.cache.set",
            lambda key, value, seconds: (kept.append(seconds), keep(key, value, seconds)),
        )
        daraja.expires_in = expires_in
        self.push()
        assert kept == [3539]

    def test_out_of_order_cache_costs_a_call_and_no_payment(self, daraja: Daraja, monkeypatch: Any) -> None:
        monkeypatch.setattr("payments.gateways.mpesa.token.cache.add", lambda *_: False)
        monkeypatch.setattr("payments.gateways.mpesa.token.cache.get", lambda *_: None)
        monkeypatch.setattr("payments.gateways.mpesa.token.cache.set", lambda *_: None)
        self.push()
        assert daraja.calls["oauth"] == 1

    @pytest.mark.parametrize("fault", ["reset", "429", "500", "html", "truncated", "stall", "lost reply"])
    def test_that_is_not_to_be_had_leaves_the_order_payable(self, shop: MpesaShop, fault: str) -> None:
        payment = shop.place()
        shop.daraja.faults["oauth"] = [fault]
        assert shop.start(payment).status_code == 503
        payment.refresh_from_db()
        assert payment.state == "pending"
        assert shop.start(payment).status_code == 200
        assert shop.daraja.calls["push"] == 1

    def test_for_a_wrong_secret_is_told_to_staff(self, shop: MpesaShop, settings: Any) -> None:
        payment = shop.place()
        settings.MPESA_CONSUMER_SECRET = "wrong"
        assert shop.start(payment).status_code == 503
        assert alerts() == ["configuration"]
