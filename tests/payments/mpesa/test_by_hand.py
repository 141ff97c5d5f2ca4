"""Confirmations of the pay bill: hints, all at one address. Only what a query confirms pays for an order."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from payments import services
from payments.checks import mpesa_takes_our_address
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry
from tests.payments.mpesa.test_messages import BROKEN
from tests.payments.steps import alerts, settle_down
from tests.support.fake_daraja_pay_bill import CONFIRMATION, NAMES, TOKEN, VALIDATION, confirmation
from tests.support.rows import all_rows, changed
from tests.support.shop_with_mpesa import MpesaShop

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}
OTHER = "NLJ7BYHAND"


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.MPESA_C2B_TOKEN = TOKEN


def tell(shop: MpesaShop, **values: Any) -> None:
    """Deliver the confirmation of the last prompt's payment, and process it. ``values`` replace its fields."""
    answer = shop.deliver(confirmation(shop.daraja.last, **values), CONFIRMATION)
    assert (answer.status_code, answer.json()) == (200, ACCEPTED)


def standing(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    return payment.state, payment.reference


def assert_paid_once(shop: MpesaShop, payment: Payment) -> None:
    assert standing(payment) == ("captured", shop.daraja.last.receipt)
    assert (PaymentEntry.objects.count(), alerts()) == (1, [])
    shop.assert_books_agree()


class TestMoneyOfAPrompt:
    def test_is_counted_once_when_it_is_told_before_the_callback(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        tell(shop)
        assert_paid_once(shop, payment)
        shop.deliver(message)
        assert_paid_once(shop, payment)

    def test_is_counted_once_when_it_is_told_after_the_callback(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        asked = shop.daraja.calls["query"]
        tell(shop)
        tell(shop)
        assert_paid_once(shop, payment)
        assert (shop.daraja.calls["query"], GatewayEvent.objects.count()) == (asked, 2)

    def test_told_after_the_query_and_without_a_callback(self, shop: MpesaShop) -> None:
        """The receipt is learnt, which a reversal needs."""
        payment = shop.started()
        shop.daraja.decide(shop.daraja.last)
        services.settle(payment_id=payment.pk, result=services.payment_query(payment))
        assert standing(payment) == ("captured", "")
        tell(shop)
        assert_paid_once(shop, payment)

    @pytest.mark.parametrize("write", [str.lower, lambda text: f" {text[:4]}-{text[4:]}.", lambda text: f"{text}00"])
    def test_is_found_however_the_orders_number_is_typed(self, shop: MpesaShop, write: Any) -> None:
        payment = shop.started()
        shop.daraja.decide(shop.daraja.last)
        tell(shop, BillRefNumber=write(shop.daraja.last.sent["AccountReference"]))
        assert_paid_once(shop, payment)

    @pytest.mark.parametrize("fault", ["busy", "stall", "500", "html", "credentials"])
    def test_is_asked_about_again_when_there_was_no_answer(self, shop: MpesaShop, fault: str) -> None:
        payment = shop.started()
        shop.daraja.decide(shop.daraja.last)
        shop.daraja.faults["query"] = [fault]
        tell(shop)
        assert (standing(payment), GatewayEvent.objects.get().state) == (("waiting", ""), "waiting")
        shop.retry_events()
        assert standing(payment)[0] == "captured"

    def test_is_asked_about_again_while_the_prompt_is_open(self, shop: MpesaShop) -> None:
        payment = shop.started()
        tell(shop)
        assert (standing(payment), alerts()) == (("waiting", ""), [])
        shop.daraja.decide(shop.daraja.last)
        shop.retry_events()
        assert_paid_once(shop, payment)

    def test_of_the_attempt_that_was_paid_after_one_that_failed(self, shop: MpesaShop) -> None:
        first = shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last, "1032"))
        opened = shop.api.post(f"/api/v1/orders/{first.order.number}/payments/", {"payment_method": "mpesa"})
        second = Payment.objects.get(number=opened.json()["id"])
        assert shop.start(second).status_code == 200
        shop.daraja.decide(shop.daraja.last)
        tell(shop)
        assert standing(first) == ("failed", "")
        assert_paid_once(shop, second)

    def test_after_two_prompts_is_counted_when_their_callbacks_come(self, shop: MpesaShop) -> None:
        """Leave it to staff, because nobody can know which of them a confirmation means."""
        first = shop.started()
        with time_machine.travel(timezone.now() + timedelta(minutes=3)):
            opened = shop.api.post(f"/api/v1/orders/{first.order.number}/payments/", {"payment_method": "mpesa"})
            assert shop.start(Payment.objects.get(number=opened.json()["id"])).status_code == 200
            told = [(shop.daraja.decide(each), each.path) for each in shop.daraja.attempts.values()]
            tell(shop)
            assert (PaymentEntry.objects.count(), alerts()) == (0, ["paid_by_hand"])
            for message, path in told:
                shop.deliver(message, path)
        assert alerts() == ["paid_by_hand", "paid_twice"]
        shop.assert_books_agree()


class TestMoneyOfNoPrompt:
    @pytest.mark.parametrize(
        "values",
        [
            {"TransAmount": "1234.00"},
            {"TransAmount": "5.00"},
            {"TransAmount": "999999999999.999999"},
            {"BillRefNumber": "000000000000"},
            {"BillRefNumber": ""},
            {"BillRefNumber": None},
            {"BillRefNumber": ["x"]},
        ],
    )
    def test_is_shown_to_staff_once(self, shop: MpesaShop, values: dict[str, Any]) -> None:
        payment = shop.started()
        tell(shop, TransID=OTHER, **values)
        tell(shop, TransID=OTHER, **values, more=1)
        GatewayEvent.objects.update(state="waiting")
        shop.retry_events()
        alert = PaymentAlert.objects.get()
        assert (alert.kind, OTHER in alert.detail, alert.payment) == ("paid_by_hand", True, None)
        assert (standing(payment), shop.daraja.calls["query"]) == (("waiting", ""), 0)
        assert not PaymentEntry.objects.exists()

    def test_says_what_was_paid(self, shop: MpesaShop) -> None:
        shop.started()
        tell(
            shop, TransID=OTHER, TransAmount="5.00", BillRefNumber="Kettle\u202e \u0007 254708374149 please" + "x" * 99
        )
        shown = "Kettle  *** please" + "x" * 22
        assert PaymentAlert.objects.get().detail == f'5 KES, receipt {OTHER}, for the account "{shown}".'

    def test_for_an_order_that_was_never_pushed(self, shop: MpesaShop) -> None:
        shop.started()
        payment = shop.place("99.00")
        tell(shop, TransID=OTHER, TransAmount="99.00", BillRefNumber=payment.order.number)
        assert (standing(payment), alerts()) == (("pending", ""), ["paid_by_hand"])

    @pytest.mark.parametrize("code", ["1032", "1037"])
    def test_beside_a_prompt_that_was_declined(self, shop: MpesaShop, code: str) -> None:
        payment = shop.started()
        shop.daraja.decide(shop.daraja.last, code)
        tell(shop, TransID=OTHER)
        assert (standing(payment), alerts()) == (("waiting", ""), ["paid_by_hand"])

    @pytest.mark.parametrize("push", ["answered", "lost reply"])
    def test_beside_a_prompt_of_which_nothing_is_heard(self, shop: MpesaShop, push: str) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = [push]
        shop.start(payment)
        tell(shop, TransID=OTHER)
        assert alerts() == []
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            shop.retry_events()
        assert (standing(payment)[1], alerts()) == ("", ["paid_by_hand"])
        assert not PaymentEntry.objects.exists()

    def test_after_the_prompts_money_raises_an_alert(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        tell(shop, TransID=OTHER)
        assert (standing(payment), alerts()) == (("captured", shop.daraja.last.receipt), ["paid_by_hand"])
        assert PaymentEntry.objects.count() == 1

    def test_before_the_callback_of_a_prompt_that_was_paid_too(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        tell(shop, TransID=OTHER)
        shop.deliver(message)
        assert (standing(payment), alerts()) == (("captured", OTHER), ["paid_by_hand"])
        assert shop.daraja.last.receipt in PaymentAlert.objects.get().detail
        shop.assert_books_agree()

    def test_with_the_receipt_of_another_order(self, shop: MpesaShop) -> None:
        shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last))
        receipt = shop.daraja.last.receipt
        second = shop.started("99.00")
        shop.daraja.decide(shop.daraja.last)
        tell(shop, TransID=receipt)
        assert (standing(second), PaymentEntry.objects.count()) == (("waiting", ""), 1)

    def test_is_noted_by_staff_as_another_attempt(self, shop: MpesaShop, staff_api: APIClient) -> None:
        """The prompt's own payment is M-Pesa's to confirm, and nobody else's."""
        payment = shop.started()
        shop.deliver(shop.daraja.decide(shop.daraja.last, "1032"))
        tell(shop, TransID=OTHER)
        said = {"reference": OTHER}
        assert staff_api.post(f"/api/v1/payments/{payment.number}/confirm/", said).status_code == 409
        opened = shop.api.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "manual"})
        confirmed = staff_api.post(f"/api/v1/payments/{opened.json()['id']}/confirm/", said)
        assert (confirmed.status_code, confirmed.json()["reference"]) == (200, OTHER)
        settle_down()
        assert (shop.order().status, str(shop.order().captured_total)) == ("confirmed", "1235.000")


class TestTheAddress:
    @pytest.mark.parametrize("token", ["x", "0" * 64, TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
    @pytest.mark.parametrize("name", ["confirmation", "validation"])
    def test_with_another_secret_is_nobodys(self, shop: MpesaShop, token: str, name: str) -> None:
        shop.started()
        shop.daraja.decide(shop.daraja.last)
        before = all_rows()
        path = f"/api/v1/payments/c2b/{token}/{name}/"
        assert shop.outside.post(path, confirmation(shop.daraja.last), format="json").status_code == 404
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("path", [CONFIRMATION, VALIDATION, CONFIRMATION.replace(TOKEN, "x")])
    def test_is_not_there_without_a_secret(self, shop: MpesaShop, settings: Any, path: str) -> None:
        settings.MPESA_C2B_TOKEN = ""
        shop.started()
        assert shop.outside.post(path, confirmation(shop.daraja.last), format="json").status_code == 404
        assert not GatewayEvent.objects.exists()

    @pytest.mark.parametrize("body", [b"{}", b"", b"{", b"[" * 100_000])
    def test_of_the_question_takes_all_money_and_does_nothing(self, shop: MpesaShop, body: bytes) -> None:
        before = all_rows()
        answer = shop.outside.generic("POST", VALIDATION, body, content_type="application/json")
        assert (answer.status_code, answer.json()) == (200, {"ResultCode": "0", "ResultDesc": "Accepted"})
        assert changed(before, all_rows()) == []

    def test_keeps_neither_phone_nor_names(self, shop: MpesaShop) -> None:
        shop.started()
        tell(shop, MSISDN="254708374149", BillRefNumber="254708374149")
        kept = json.dumps([list(GatewayEvent.objects.values("payload")), list(PaymentAlert.objects.values("detail"))])
        assert not [secret for secret in ("708374149", *NAMES) if secret in kept]


class TestBrokenMessages:
    def test_are_refused_without_a_row(self, shop: MpesaShop) -> None:
        before = all_rows()
        for case, body in BROKEN.items():
            answer = shop.outside.generic("POST", CONFIRMATION, body, content_type="application/json")
            assert (answer.status_code, changed(before, all_rows())) == (400, []), case

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("TransID", [None, 7, "", "<b>", "x" * 33, ["NLJ7RT61SV"]]),
            ("TransAmount", [None, "", "many", "-5.00", "1e3", True, ["5.00"], "9" * 1000]),
        ],
    )
    def test_without_a_receipt_or_an_amount_are_refused(self, shop: MpesaShop, field: str, values: list) -> None:
        shop.started()
        before = all_rows()
        for value in values:
            message = confirmation(shop.daraja.last, **{field: value})
            answer = shop.outside.post(CONFIRMATION, message, format="json")
            assert (answer.status_code, changed(before, all_rows())) == (400, []), value


class TestRegistering:
    def test_tells_daraja_both_addresses(self, shop: MpesaShop) -> None:
        said = StringIO()
        call_command("register_mpesa_c2b", stdout=said)
        (sent,) = shop.daraja.registered
        assert said.getvalue() == "M-Pesa has accepted the URLs.\n"
        assert sent["ResponseType"] == "Completed"
        assert sent["ConfirmationURL"] == f"https://shop.example.com{CONFIRMATION}"
        assert sent["ValidationURL"] == f"https://shop.example.com{VALIDATION}"

    @pytest.mark.parametrize("fault", ["registered", "busy", "stall", "credentials", "html"])
    def test_says_when_it_did_not_work(self, shop: MpesaShop, fault: str) -> None:
        shop.daraja.faults["register"] = [fault]
        with pytest.raises(CommandError, match="M-Pesa"):
            call_command("register_mpesa_c2b")

    def test_needs_a_secret(self, shop: MpesaShop, settings: Any) -> None:
        settings.MPESA_C2B_TOKEN = ""
        with pytest.raises(CommandError, match="MPESA_C2B_TOKEN"):
            call_command("register_mpesa_c2b")
        assert shop.daraja.calls["register"] == 0

    def test_warns_of_a_secret_that_spells_a_forbidden_word(self, shop: MpesaShop, settings: Any) -> None:
        assert mpesa_takes_our_address() == []
        settings.MPESA_C2B_TOKEN = "a" * 32 + "sQl"
        assert [found.id for found in mpesa_takes_our_address()] == ["shop.E102"]
