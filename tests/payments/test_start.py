"""Handing a payment to its gateway, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Order
from orders.services import order_transition
from payments.errors import GatewayUncertain
from payments.gateways.errors import GatewayDown, GatewayMisconfigured, GatewayRefused, OutcomeUnknown
from payments.gateways.results import Outcome, Result
from payments.models import Payment
from payments.services import payment_start, payments_cancel, reconcile, settle
from shipping.models import Shipment
from tests.factories import make_product, make_staff
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, expire, make_due, money, place, settle_down
from tests.support.fake_gateway import FakeGateway, paid
from tests.support.world import client_with_token

OWN_PAGE = "http://127.0.0.1:8000/thanks"


@pytest.fixture
def api(sale: Sale) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(sale.buyer)
    return client


def start(api: APIClient, payment: Payment, **body: Any) -> HttpResponse:
    return api.post(f"/api/v1/payments/{payment.number}/start/", body, format="json")


def told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def state(sale: Sale) -> str:
    sale.payment.refresh_from_db()
    return sale.payment.state


def test_the_buyer_is_told_where_to_pay(api: APIClient, sale: Sale) -> None:
    answer = start(api, sale.payment, return_url=OWN_PAGE)
    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert answer.json()["pay_url"] == "https://pay.example.com/page"
    sale.payment.refresh_from_db()
    assert (sale.payment.return_url, sale.payment.gateway_id) == (OWN_PAGE, f"at-{sale.payment.number}")
    assert len(sale.payment.token_hash) == 64
    assert sale.payment.next_check_at > timezone.now()


def test_the_order_waits_longer_than_the_gateways_page(api: APIClient, sale: Sale) -> None:
    Order.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    start(api, sale.payment)
    assert sale.order.expires_at > timezone.now() + timedelta(minutes=40)


def test_starting_again_answers_the_same_and_asks_nobody(api: APIClient, sale: Sale, fake: FakeGateway) -> None:
    first, second = start(api, sale.payment), start(api, sale.payment)
    assert (second.status_code, second.json()) == (200, first.json())
    assert fake.calls == ["start"]


@pytest.mark.parametrize("failure", [GatewayDown("No route"), GatewayMisconfigured("401")])
def test_a_gateway_that_is_not_reached_leaves_it_payable(
    api: APIClient, sale: Sale, fake: FakeGateway, failure: Exception
) -> None:
    fake.start_failure = failure
    assert told(start(api, sale.payment)) == (503, "gateway_unavailable")
    assert (state(sale), sale.payment.next_check_at, sale.payment.started_at) == ("pending", None, None)
    assert alerts() == (["configuration"] if isinstance(failure, GatewayMisconfigured) else [])
    fake.start_failure = None
    assert start(api, sale.payment).json()["state"] == "waiting"


def test_a_refusal_ends_the_attempt_and_another_may_be_made(api: APIClient, sale: Sale, fake: FakeGateway) -> None:
    fake.start_failure = GatewayRefused("Amount too small")
    assert told(start(api, sale.payment)) == (409, "payment_refused")
    assert (state(sale), sale.payment.failure, sale.order.status) == ("failed", "Amount too small", "pending")
    assert told(start(api, sale.payment)) == (409, "payment_closed")
    fake.start_failure = None
    other = api.post(f"/api/v1/orders/{sale.order.number}/payments/", {"payment_method": "stripe"}, format="json")
    assert other.status_code == 201
    assert start(api, Payment.objects.get(number=other.json()["id"])).status_code == 200


class TestNoAnswer:
    def test_leaves_it_unknown_until_the_gateway_says(self, api: APIClient, sale: Sale, fake: FakeGateway) -> None:
        fake.start_failure = OutcomeUnknown("Timeout")
        answer = start(api, sale.payment)
        assert (told(answer), answer["Retry-After"]) == ((503, "gateway_uncertain"), "30")
        assert state(sale) == "unknown"
        make_due()
        reconcile()
        assert state(sale) == "unknown", "the gateway does not know it, or not yet"
        fake.pay(sale.payment)
        make_due()
        reconcile()
        settle_down()
        assert (state(sale), sale.order.status) == ("captured", "confirmed")

    def test_may_be_started_again_at_a_gateway_that_repeats_its_answer(
        self, api: APIClient, sale: Sale, fake: FakeGateway
    ) -> None:
        fake.may_start_again = True
        fake.start_failure = OutcomeUnknown("Timeout")
        start(api, sale.payment)
        fake.start_failure = None
        assert start(api, sale.payment).json()["pay_url"]

    def test_may_be_started_again_after_it_was_found_open(self, api: APIClient, sale: Sale, fake: FakeGateway) -> None:
        fake.may_start_again = True
        fake.start_failure = OutcomeUnknown("Timeout")
        start(api, sale.payment)
        settle(payment_id=sale.payment.pk, result=Result(Outcome.OPEN))
        fake.start_failure = None
        assert start(api, sale.payment).json()["pay_url"]

    @pytest.mark.parametrize("failure", [GatewayDown("No route"), GatewayRefused("No"), GatewayMisconfigured("401")])
    def test_is_still_asked_about_when_a_second_start_fails(
        self, api: APIClient, sale: Sale, fake: FakeGateway, failure: Exception
    ) -> None:
        """What the first time did is as unknown as before: the gateway is asked, and money that came counts."""
        for fake.start_failure in (OutcomeUnknown("Timeout"), failure):
            start(api, sale.payment)
        assert state(sale) == "cancelled"
        assert sale.payment.next_check_at is not None
        fake.pay(sale.payment)
        reconcile()
        settle_down()
        assert (state(sale), sale.order.status) == ("captured", "confirmed")

    def test_an_unforeseen_error_leaves_it_unknown_and_to_be_asked_about(
        self, api: APIClient, sale: Sale, fake: FakeGateway
    ) -> None:
        fake.start_failure = ZeroDivisionError()
        assert start(api, sale.payment).status_code == 500
        assert state(sale) == "unknown"
        assert sale.payment.next_check_at is not None


def during(monkeypatch: pytest.MonkeyPatch, fake: FakeGateway, happens: Any) -> None:
    """Let ``happens`` happen while the gateway is asked."""
    begin = fake.start

    def asked(*args: Any, **kwargs: Any) -> Any:
        happens()
        return begin(*args, **kwargs)

    monkeypatch.setattr(fake, "start", asked)


def test_a_result_that_comes_before_the_answer_stands(
    api: APIClient, sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    during(monkeypatch, fake, lambda: settle(payment_id=sale.payment.pk, result=paid(sale.payment)))
    assert start(api, sale.payment).json()["state"] == "captured"


def test_an_attempt_that_is_given_up_meanwhile_is_taken_back(
    api: APIClient, sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    during(monkeypatch, fake, lambda: payments_cancel(order_id=sale.payment.order_id))
    assert told(start(api, sale.payment)) == (409, "payment_closed")
    reconcile()
    assert (state(sale), sale.payment.next_check_at, fake.calls) == ("cancelled", None, ["start", "cancel", "query"])


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.com/",
        "http://127.0.0.1:8000@evil.example.com/",
        "http://127.0.0.1:8000.evil.example.com/",
        "https://127.0.0.1:8000/",
        "http://127.0.0.1:8001/",
    ],
)
def test_the_browser_is_not_sent_to_strangers(api: APIClient, sale: Sale, fake: FakeGateway, address: str) -> None:
    answer = start(api, sale.payment, return_url=address)
    assert answer.status_code == 400
    assert (state(sale), fake.calls, sale.payment.return_url) == ("pending", [], "")


def test_a_listed_origin_is_taken(api: APIClient, sale: Sale, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example.com"]
    assert start(api, sale.payment, return_url="https://shop.example.com/done").status_code == 200


def test_without_a_phone_none_can_be_rung(api: APIClient, sale: Sale) -> None:
    payment = place(sale.buyer, make_product(), method="mpesa", quantity=1)
    Shipment.objects.update(phone="")
    assert told(start(api, payment)) == (400, "phone_needed")
    assert start(api, payment, phone="0712345678").status_code == 200


def test_a_manual_payment_can_not_be_started(api: APIClient, sale: Sale) -> None:
    payment = place(sale.buyer, make_product(), method="manual", quantity=1)
    assert told(start(api, payment)) == (400, "not_payable")


def test_a_payment_of_somebody_else_is_not_found(sale: Sale, other_api: APIClient, staff_api: APIClient) -> None:
    assert {told(start(api, sale.payment)) for api in (other_api, staff_api)} == {(404, "payment_not_found")}


def test_nothing_is_started_for_an_order_that_is_over(api: APIClient, sale: Sale, fake: FakeGateway) -> None:
    expire(sale.order.pk)
    assert told(start(api, sale.payment)) == (409, "payment_closed")
    assert fake.calls == []


class TestAnotherWay:
    def switch(self, api: APIClient, sale: Sale, method: str) -> HttpResponse:
        path = f"/api/v1/orders/{sale.order.number}/payments/"
        return api.post(path, {"payment_method": method}, format="json")

    def test_gives_the_earlier_attempt_up(self, api: APIClient, sale: Sale, fake: FakeGateway) -> None:
        start(api, sale.payment)
        assert self.switch(api, sale, "manual").status_code == 201
        reconcile()
        assert (state(sale), fake.calls[1:]) == ("cancelled", ["cancel", "query"])

    def test_gives_the_money_the_time_it_takes(self, api: APIClient, sale: Sale) -> None:
        User.objects.filter(pk=sale.buyer.pk).update(email_verified_at=timezone.now())
        self.switch(api, sale, "manual")
        assert sale.order.expires_at > timezone.now() + timedelta(days=6)
        self.switch(api, sale, "cash_on_delivery")
        assert sale.order.expires_at is None

    def test_is_not_opened_for_what_is_paid(self, api: APIClient, sale: Sale) -> None:
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
        assert told(self.switch(api, sale, "manual")) == (409, "payment_closed")
        assert (Payment.objects.count(), money(sale.order)[0]) == (1, 100)

    def test_is_not_opened_for_an_order_of_somebody_else(self, sale: Sale, other_api: APIClient) -> None:
        clerk = client_with_token(make_staff("clerk", groups=["orders"]))
        for api in (other_api, clerk):
            assert told(self.switch(api, sale, "manual")) == (404, "order_not_found")
        assert Payment.objects.count() == 1

    def test_finance_opens_one_for_money_that_came_some_other_way(self, sale: Sale) -> None:
        finance = client_with_token(make_staff("fiona", groups=["finance"]))
        opened = self.switch(finance, sale, "manual")
        assert opened.status_code == 201, opened.content
        confirmed = finance.post(f"/api/v1/payments/{opened.json()['id']}/confirm/", {"reference": "NLJ7RT61SV"})
        assert (confirmed.json()["state"], sale.order.status) == ("captured", "pending")
        settle_down()
        assert sale.order.status == "confirmed"


def test_a_payment_is_given_up_with_its_order(sale: Sale) -> None:
    payment_start(payment_id=sale.payment.pk)
    expire(sale.order.pk)
    assert state(sale) == "cancelled"


def test_a_start_that_failed_takes_nothing_from_one_that_came_between(
    api: APIClient, sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is still asking when the buyer asks again, who gets a page; then the first fails."""
    ask = fake.start
    monkeypatch.setattr(fake, "may_start_again", True)

    def first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(fake, "start", ask)
        assert payment_start(payment_id=sale.payment.pk).state == "waiting"
        raise GatewayDown("too late")

    monkeypatch.setattr(fake, "start", first)
    assert start(api, sale.payment).status_code == 503
    sale.payment.refresh_from_db()
    assert (sale.payment.state, bool(sale.payment.pay_url), bool(sale.payment.next_check_at)) == ("waiting", True, True)


def test_a_start_that_failed_leaves_one_alone_whose_answer_was_lost(
    api: APIClient, sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is still asking when the buyer asks again, and gets no answer; then the first fails."""
    monkeypatch.setattr(fake, "may_start_again", True)

    def second(*args: Any, **kwargs: Any) -> Any:
        raise OutcomeUnknown("Timeout")

    def first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(fake, "start", second)
        with pytest.raises(GatewayUncertain):
            payment_start(payment_id=sale.payment.pk)
        raise GatewayDown("too late")

    monkeypatch.setattr(fake, "start", first)
    assert start(api, sale.payment).status_code == 503
    assert (state(sale), sale.payment.failure, bool(sale.payment.next_check_at)) == ("unknown", "Timeout", True)


def test_an_order_that_somebody_cancelled_stays_cancelled_when_money_comes(sale: Sale, staff: User) -> None:
    order_transition(order_id=sale.order.pk, to="cancelled", actor=staff, reason="Fraud")
    settle(payment_id=sale.payment.pk, result=paid(sale.payment))
    assert (sale.order.status, sale.payment.refunds.count()) == ("cancelled", 1)
    assert sale.payment.alerts.get().kind == "paid_late"
