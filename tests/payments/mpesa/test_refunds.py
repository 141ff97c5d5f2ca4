"""Reversals of which nobody can be asked: what staff may say of one, and what comes later all the same."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from rest_framework.test import APIClient

from payments import services
from payments.balances import CHECKS_BEFORE_ALERT
from payments.gateways.errors import GatewayRefused, OutcomeUnknown
from payments.gateways.mpesa.api import Reply
from payments.models import Payment, PaymentEntry, Refund
from tests.payments.mpesa.test_reversal import give_back, initiator, paid, tell
from tests.payments.steps import alerts, make_due
from tests.support.shop_with_mpesa import MpesaShop

__all__ = ["initiator"]

REASON = {"reason": "Not in Safaricom's portal"}


def withdraw(api: APIClient, refund: Refund, **fields: str) -> HttpResponse:
    return api.post(f"/api/v1/payments/refunds/{refund.number}/withdraw/", fields)


def set_aside(refund: Refund) -> int:
    return int(Payment.objects.get(pk=refund.payment_id).refunded_amount)


@pytest.fixture
def sent(mpesa_shop: MpesaShop, staff_api: APIClient) -> Refund:
    """Sent, and the answer lost."""
    payment = paid(mpesa_shop)
    mpesa_shop.daraja.faults["reversal"] = ["lost reply"]
    return give_back(staff_api, payment)


@pytest.fixture
def silent(sent: Refund) -> Refund:
    """Let three days pass without a message."""
    for _ in range(CHECKS_BEFORE_ALERT):
        make_due()
        services.reconcile()
    assert alerts() == ["unsettled"]
    return sent


class TestWithoutAResult:
    def test_it_is_withdrawn_by_who_looked_it_up(self, staff_api: APIClient, silent: Refund) -> None:
        answer = withdraw(staff_api, silent, **REASON)
        assert (answer.status_code, answer.json()["state"], answer.json()["failure"]) == (
            200,
            "failed",
            REASON["reason"],
        )
        assert set_aside(silent) == 0

    @pytest.mark.parametrize("fields", [{}, {"reason": ""}, {"reason": "  "}])
    def test_not_without_saying_so(self, staff_api: APIClient, silent: Refund, fields: dict[str, str]) -> None:
        answer = withdraw(staff_api, silent, **fields)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/reason")
        silent.refresh_from_db()
        assert (silent.state, set_aside(silent)) == ("pending", 1235)

    def test_not_before_three_days(self, staff_api: APIClient, sent: Refund) -> None:
        assert withdraw(staff_api, sent, **REASON).json()["code"] == "refund_under_way"
        assert set_aside(sent) == 1235

    def test_one_that_comes_afterwards_is_told(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, silent: Refund
    ) -> None:
        withdraw(staff_api, silent, **REASON)
        assert alerts() == ["refund_failed", "unsettled"]
        assert tell(mpesa_shop, mpesa_shop.daraja.reversals[0]).status_code == 200
        assert alerts() == ["refund_contradicted", "refund_failed", "unsettled"]
        assert (PaymentEntry.objects.filter(kind="refund").count(), set_aside(silent)) == (0, 0)


@pytest.mark.parametrize("names", [("MPESA_INITIATOR",), ("MPESA_INITIATOR", "MPESA_CONSUMER_KEY")])
class TestKeysThatAreTakenAway:
    def test_do_not_free_what_is_under_way(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, sent: Refund, names: tuple[str, ...]
    ) -> None:
        with override_settings(**dict.fromkeys(names, "")):
            for what, body in (("withdraw", REASON), ("confirm", {})):
                answer = staff_api.post(f"/api/v1/payments/refunds/{sent.number}/{what}/", body)
                assert (answer.json()["code"], set_aside(sent)) == ("refund_under_way", 1235)
        tell(mpesa_shop, mpesa_shop.daraja.reversals[0])
        sent.refresh_from_db()
        assert (sent.state, set_aside(sent)) == ("succeeded", 1235)

    def test_leave_it_to_staff_after_three_days(
        self, staff_api: APIClient, silent: Refund, names: tuple[str, ...]
    ) -> None:
        with override_settings(**dict.fromkeys(names, "")):
            assert withdraw(staff_api, silent).status_code == 400
            assert withdraw(staff_api, silent, **REASON).status_code == 200

    def test_hold_what_was_never_sent(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, names: tuple[str, ...]
    ) -> None:
        payment = paid(mpesa_shop)
        asked = staff_api.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "100.00"}).json()["id"]
        refund = Refund.objects.get(number=asked)
        with override_settings(**dict.fromkeys(names, "")):
            make_due()
            services.reconcile()
            refund.refresh_from_db()
            assert (refund.checks, refund.state, alerts()) == (0, "pending", ["configuration"])
        make_due()
        services.reconcile()
        assert len(mpesa_shop.daraja.reversals) == 1

    def test_leave_what_was_never_sent_to_staff(
        self, mpesa_shop: MpesaShop, staff_api: APIClient, names: tuple[str, ...]
    ) -> None:
        payment = paid(mpesa_shop)
        asked = staff_api.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "100.00"}).json()["id"]
        with override_settings(**dict.fromkeys(names, "")):
            assert withdraw(staff_api, Refund.objects.get(number=asked)).status_code == 200
        assert mpesa_shop.daraja.reversals == []


@pytest.mark.parametrize("told", [None, "", "0", 0, [], {}, True, 1.5])
def test_an_answer_without_a_code_is_no_certain_no(told: Any) -> None:
    assert type(Reply(200, {"ResponseCode": told}).failure) is OutcomeUnknown


@pytest.mark.parametrize("told", ["1", 1, "R000002"])
def test_an_answer_with_another_code_is(told: Any) -> None:
    assert type(Reply(200, {"ResponseCode": told}).failure) is GatewayRefused


def test_a_reversal_that_is_answered_without_a_code_may_have_been_made(
    mpesa_shop: MpesaShop, staff_api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(mpesa_shop)
    monkeypatch.setattr("payments.gateways.mpesa.reversal.call", lambda *_: Reply(200, {"ResponseCode": None}))
    refund = give_back(staff_api, payment)
    assert (refund.state, set_aside(refund), bool(refund.token_hash)) == ("pending", 1235, True)
