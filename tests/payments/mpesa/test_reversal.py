"""Giving M-Pesa's money back by its API: asked for once, told later, at an address that only Safaricom knows."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from rest_framework.test import APIClient

from payments import services
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from tests.payments.steps import alerts, make_due, settle_down
from tests.support.fake_daraja_reversals import CREDENTIAL, INITIATOR, Reversal
from tests.support.shop_with_mpesa import MpesaShop

NOT_DONE = ["429", "busy", "locked", "token", "credentials"]
WHO_KNOWS = ["reset", "500", "html", "truncated", "stall", "lost reply"]

DONE = {"ResultCode": 0, "TransactionID": "OGK0000001"}
ODD_AMOUNTS = [{"Key": "Amount", "Value": value} for value in ([], [1], {}, {"a": 1}, True)]
UNREADABLE: list[Any] = [
    [],
    {},
    {"Result": []},
    {"Result": {"ResultCode": None}},
    {"Result": {"ResultCode": 0}},
    {"Result": {"ResultCode": 0, "TransactionID": "OGK0000001", "ResultParameters": {"ResultParameter": "x"}}},
    {"Body": {"stkCallback": {"ResultCode": 0}}},
    *({"Result": {**DONE, "ResultParameters": {"ResultParameter": row}}} for row in ODD_AMOUNTS),
]


@pytest.fixture(autouse=True)
def initiator(settings: Any) -> None:
    settings.MPESA_INITIATOR, settings.MPESA_SECURITY_CREDENTIAL = INITIATOR, CREDENTIAL


def paid(shop: MpesaShop, price: str = "1235.00") -> Payment:
    payment = shop.started(price)
    shop.deliver(shop.daraja.decide(shop.daraja.last))
    payment.refresh_from_db()
    assert (payment.state, payment.reference) == ("captured", shop.daraja.last.receipt)
    return payment


def give_back(api: APIClient, payment: Payment, amount: str = "1235.00") -> Refund:
    """Asked for, and sent."""
    answer = api.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": amount, "reason": "Broken"})
    assert answer.status_code == 201, answer.content
    settle_down()
    return Refund.objects.get(number=answer.json()["id"])


def ask_again(refund: Refund, times: int = 3) -> None:
    for _ in range(times):
        make_due()
        services.reconcile()
    refund.refresh_from_db()


def tell(shop: MpesaShop, reversal: Reversal, message: Any = None) -> HttpResponse:
    return shop.deliver(reversal.result() if message is None else message, reversal.path)


def sum_given_back() -> Decimal:
    return sum((entry.amount for entry in PaymentEntry.objects.filter(kind="refund")), Decimal(0))


class TestTheResult:
    def test_says_that_it_is_done(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        refund = give_back(staff_api, payment, "235.00")
        (reversal,) = mpesa_shop.daraja.reversals
        assert (refund.state, refund.is_manual, mpesa_shop.daraja.flaws) == ("pending", False, [])
        assert (reversal.sent["TransactionID"], reversal.sent["Amount"]) == (payment.reference, 235)
        assert tell(mpesa_shop, reversal).json() == {"ResultCode": 0, "ResultDesc": "Accepted"}
        refund.refresh_from_db()
        assert (refund.state, refund.gateway_id) == ("succeeded", reversal.result()["Result"]["TransactionID"])
        assert sum_given_back() == 235
        assert alerts() == []

    def test_told_twice_counts_once(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        give_back(staff_api, paid(mpesa_shop))
        (reversal,) = mpesa_shop.daraja.reversals
        assert {tell(mpesa_shop, reversal).status_code for _ in range(2)} == {200}
        assert tell(mpesa_shop, reversal, {**reversal.result(), "more": 1}).status_code == 200
        assert PaymentEntry.objects.filter(kind="refund").count() == 1
        assert alerts() == []

    @pytest.mark.parametrize("code", [1, "R000002", "SFC_IC0003", 2001])
    def test_says_no(self, mpesa_shop: MpesaShop, staff_api: APIClient, code: Any) -> None:
        payment = paid(mpesa_shop)
        refund = give_back(staff_api, payment)
        tell(mpesa_shop, mpesa_shop.daraja.reversals[0], mpesa_shop.daraja.reversals[0].result(code))
        refund.refresh_from_db()
        payment.refresh_from_db()
        assert (refund.state, refund.failure, payment.refunded_amount) == ("failed", f"Declined ({code})", 0)
        assert (sum_given_back(), alerts()) == (0, ["refund_failed"])

    def test_that_comes_after_a_success_and_says_no_is_for_staff(
        self, mpesa_shop: MpesaShop, staff_api: APIClient
    ) -> None:
        refund = give_back(staff_api, paid(mpesa_shop))
        (reversal,) = mpesa_shop.daraja.reversals
        tell(mpesa_shop, reversal)
        tell(mpesa_shop, reversal, reversal.result("R000002"))
        refund.refresh_from_db()
        assert (refund.state, sum_given_back(), alerts()) == ("succeeded", 1235, ["refund_contradicted"])

    @pytest.mark.parametrize("said", [{"OriginalTransactionID": "OTHER12345"}, {"Amount": 1.0}])
    def test_of_something_else_is_for_staff(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, said: dict[str, Any]
    ) -> None:
        refund = give_back(staff_api, paid(mpesa_shop))
        (reversal,) = mpesa_shop.daraja.reversals
        tell(mpesa_shop, reversal, reversal.result(**said))
        refund.refresh_from_db()
        assert (refund.state, sum_given_back(), alerts()) == ("pending", 0, ["refund_contradicted"])

    def test_of_another_refund_is_not_counted_again(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        give_back(staff_api, payment, "600.00")
        other = give_back(staff_api, payment, "600.00")
        first, second = mpesa_shop.daraja.reversals
        tell(mpesa_shop, first)
        tell(mpesa_shop, second, first.result())
        other.refresh_from_db()
        assert (other.state, sum_given_back(), alerts()) == ("pending", 600, ["refund_contradicted"])
        tell(mpesa_shop, second)
        assert sum_given_back() == 1200

    def test_at_another_address_is_nobodys(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        refund = give_back(staff_api, paid(mpesa_shop))
        (reversal,) = mpesa_shop.daraja.reversals
        events = GatewayEvent.objects.count()
        late = reversal.sent["QueueTimeOutURL"].removeprefix("https://shop.example.com")
        for path in (f"/api/v1/payments/cb/{'0' * 64}/", f"/api/v1/payments/cb/{refund.token_hash}/", late):
            assert mpesa_shop.deliver(reversal.result(), path).status_code == 404
        refund.refresh_from_db()
        assert (refund.state, GatewayEvent.objects.count(), sum_given_back()) == ("pending", events, 0)

    def test_that_can_not_be_read_is_refused(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        refund = give_back(staff_api, paid(mpesa_shop))
        for message in UNREADABLE:
            assert tell(mpesa_shop, mpesa_shop.daraja.reversals[0], message).status_code == 400, message
            refund.refresh_from_db()
            assert (refund.state, sum_given_back()) == ("pending", 0), message


class TestTheRequest:
    @pytest.mark.parametrize("fault", WHO_KNOWS)
    def test_that_may_have_arrived_is_never_sent_again(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, fault: str
    ) -> None:
        payment = paid(mpesa_shop)
        mpesa_shop.daraja.faults["reversal"] = [fault]
        refund = give_back(staff_api, payment)
        ask_again(refund)
        assert (refund.state, mpesa_shop.daraja.calls["reversal"]) == ("pending", 1)
        withdrawn = staff_api.post(f"/api/v1/payments/refunds/{refund.number}/withdraw/", {})
        assert (withdrawn.status_code, sum_given_back()) == (409, 0)
        if mpesa_shop.daraja.reversals:
            tell(mpesa_shop, mpesa_shop.daraja.reversals[0])
            assert sum_given_back() == 1235

    @pytest.mark.parametrize("fault", NOT_DONE)
    def test_that_was_not_taken_is_sent_again(self, mpesa_shop: MpesaShop, staff_api: APIClient, fault: str) -> None:
        payment = paid(mpesa_shop)
        mpesa_shop.daraja.faults["reversal"] = [fault]
        refund = give_back(staff_api, payment)
        ask_again(refund)
        (reversal,) = mpesa_shop.daraja.reversals
        tell(mpesa_shop, reversal)
        refund.refresh_from_db()
        assert (refund.state, mpesa_shop.daraja.calls["reversal"], sum_given_back()) == ("succeeded", 2, 1235)

    def test_that_is_refused_has_failed(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        mpesa_shop.daraja.faults["reversal"] = ["bad field"]
        refund = give_back(staff_api, payment)
        assert (refund.state, alerts(), mpesa_shop.daraja.reversals) == ("failed", ["refund_failed"], [])

    def test_is_not_made_for_cents(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        answer = staff_api.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "10.50"})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (400, "/amount")
        assert error["message"] == "This amount can't be refunded: refunds go in steps of 1.00 KES."
        payment.refresh_from_db()
        assert (Refund.objects.count(), payment.refunded_amount, mpesa_shop.daraja.calls["reversal"]) == (0, 0, 0)

    def test_by_hand_cents_go_back(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        with override_settings(MPESA_INITIATOR=""):
            assert give_back(staff_api, payment, "10.50").is_manual

    def test_is_left_to_staff_where_the_payers_receipt_is_not_known(
        self, mpesa_shop: MpesaShop, staff_api: APIClient
    ) -> None:
        payment = mpesa_shop.started()
        mpesa_shop.daraja.decide(mpesa_shop.daraja.last)
        make_due()
        services.reconcile()
        refund = give_back(staff_api, payment)
        assert (refund.is_manual, mpesa_shop.daraja.calls["reversal"]) == (True, 0)

    def test_is_left_to_staff_without_an_initiator(self, mpesa_shop: MpesaShop, staff_api: APIClient) -> None:
        payment = paid(mpesa_shop)
        with override_settings(MPESA_INITIATOR=""):
            refund = give_back(staff_api, payment)
        assert (refund.is_manual, mpesa_shop.daraja.calls["reversal"]) == (True, 0)
