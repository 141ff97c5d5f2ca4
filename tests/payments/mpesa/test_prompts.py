"""One prompt at a time, addresses that Safaricom calls, and successes that Daraja confirms late."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from django.utils import timezone

from payments.models import Payment
from tests.support.fake_daraja import Daraja
from tests.support.jobs import run_jobs
from tests.support.shop_with_mpesa import MpesaShop


def another_attempt(shop: MpesaShop, payment: Payment) -> Payment:
    opened = shop.api.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "mpesa"})
    assert opened.status_code == 201, opened.content
    return Payment.objects.get(number=opened.json()["id"])


class TestASecondAttempt:
    def test_waits_until_the_first_prompt_has_lapsed(self, mpesa_shop: MpesaShop) -> None:
        first = mpesa_shop.started()
        second = another_attempt(mpesa_shop, first)
        with time_machine.travel(first.started_at + timedelta(seconds=50), tick=False):
            answer = mpesa_shop.start(second)
        assert (answer.status_code, answer.json()["code"]) == (409, "prompt_unanswered")
        assert (answer["Retry-After"], len(mpesa_shop.daraja.attempts)) == ("70", 1)
        second.refresh_from_db()
        assert (second.state, second.started_at) == ("pending", None)
        with time_machine.travel(first.started_at + timedelta(seconds=121)):
            assert mpesa_shop.start(second).status_code == 200
        assert len(mpesa_shop.daraja.attempts) == 2

    def test_need_not_wait_once_the_first_was_answered(self, mpesa_shop: MpesaShop) -> None:
        first = mpesa_shop.started()
        mpesa_shop.deliver(mpesa_shop.daraja.decide(mpesa_shop.daraja.last, "1032"))
        assert mpesa_shop.start(another_attempt(mpesa_shop, first)).status_code == 200

    def test_waits_for_somebody_elses_prompt_as_well(self, mpesa_shop: MpesaShop) -> None:
        payment = mpesa_shop.place()
        mpesa_shop.daraja.faults["push"] = ["locked"]
        answer = mpesa_shop.start(payment)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "prompt_unanswered", "60")
        payment.refresh_from_db()
        assert payment.state == "pending"
        assert mpesa_shop.start(payment).status_code == 200


def errors() -> list[str]:
    return [error.msg for error in run_checks() if error.id == "shop.E101"]


class TestTheShopsAddress:
    @pytest.mark.parametrize(
        ("address", "word"),
        [
            ("https://mpesa.example.com", "mpesa"),
            ("https://shop.example.com/M-Pesa", "M-Pesa"),
            ("https://safaricom-shop.example.com", "safaricom"),
            ("https://executive.example.com", "exe"),
            ("https://mysql.example.com", "sql"),
            ("https://jquery.example.com", "query"),
        ],
    )
    def test_may_not_hold_a_word_that_safaricom_refuses(
        self, daraja: Daraja, settings: Any, address: str, word: str
    ) -> None:
        settings.SITE_URL = address
        assert errors() == [f'SITE_URL holds "{word}", which M-Pesa refuses in callback URLs.']

    def test_that_holds_none_is_fine(self, daraja: Daraja) -> None:
        assert errors() == []

    def test_does_not_matter_without_mpesa(self, settings: Any) -> None:
        settings.SITE_URL = "https://mpesa.example.com"
        assert errors() == []


def test_a_success_that_is_confirmed_late_does_not_wait_for_the_reconciler(mpesa_shop: MpesaShop) -> None:
    payment = mpesa_shop.started()
    mpesa_shop.daraja.faults["query"] = ["open"]
    message = mpesa_shop.daraja.decide(mpesa_shop.daraja.last)
    mpesa_shop.outside.post(mpesa_shop.daraja.last.path, message, format="json")
    run_jobs()
    payment.refresh_from_db()
    assert payment.state == "waiting"
    with time_machine.travel(timezone.now() + timedelta(seconds=4)):
        run_jobs()
    payment.refresh_from_db()
    assert payment.state == "captured"
    mpesa_shop.assert_books_agree()


class TestAStrangersPhone:
    def test_rings_ten_times_a_day(self, mpesa_shop: MpesaShop) -> None:
        answers = [mpesa_shop.start(mpesa_shop.place()) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert answers[-1].json()["code"] == "too_many_requests"
        assert len(mpesa_shop.daraja.attempts) == 10
        refused = Payment.objects.latest("id")
        assert (refused.state, refused.started_at) == ("pending", None)
