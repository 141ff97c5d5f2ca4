"""A start whose answer is lost: the buyer never saw its page, so another attempt is safe at once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from orders.models import Order
from payments.gateways.errors import OutcomeUnknown
from payments.models import Payment
from payments.services import reconcile, settle
from tests.concurrency.test_payments import all_at_once
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, make_due, settle_down
from tests.support.aamarpay_shop_till import AamarPayShopTill, aamarpay_till
from tests.support.fake_gateway import FakeGateway, paid
from tests.support.shop_with_aamarpay import AamarPayShop
from tests.support.shop_with_mpesa import MpesaShop
from tests.support.shop_with_stripe import StripeShop
from tests.support.world import client_with_token

__all__ = ["aamarpay_till"]

pytestmark = pytest.mark.django_db


class TestAPage:
    def test_is_asked_for_anew_at_once(self, aamarpay_shop: AamarPayShop) -> None:
        payment = aamarpay_shop.order()
        with aamarpay_shop.line.failing("503"):
            assert aamarpay_shop.start(payment, return_url="http://127.0.0.1:8000/thanks").status_code == 503
        again = aamarpay_shop.start(payment)
        assert (again.status_code, bool(again.json()["pay_url"])) == (200, True), again.content
        second = Payment.objects.get(number=again.json()["id"])
        payment.refresh_from_db()
        assert (second.order_id, second.return_url) == (payment.order_id, "http://127.0.0.1:8000/thanks")
        assert second.number != payment.number
        assert (payment.state, payment.next_check_at is None) == ("cancelled", False)
        assert aamarpay_shop.start(payment).json() == again.json(), "the old attempt stands for the new one"

    def test_is_asked_for_anew_however_often(self, aamarpay_shop: AamarPayShop) -> None:
        payment = aamarpay_shop.order()
        with aamarpay_shop.line.failing("503"):
            assert [aamarpay_shop.start(payment).status_code for _ in range(3)] == [503] * 3
        assert aamarpay_shop.start(payment).status_code == 200
        assert Payment.objects.filter(state="waiting").count() == 1

    def test_that_the_gateway_knows_but_the_buyer_does_not(self, aamarpay_shop: AamarPayShop) -> None:
        """The reconciler found it open: its address is lost all the same."""
        payment = aamarpay_shop.order()
        with aamarpay_shop.line.failing("lost reply"):
            assert aamarpay_shop.start(payment).status_code == 503
        reconcile(everything=True)
        payment.refresh_from_db()
        assert payment.state == "waiting"
        assert aamarpay_shop.start(payment).json()["pay_url"]

    def test_of_stripe_is_opened_under_a_new_key_after_a_failure(self, stripe_shop: StripeShop) -> None:
        """Stripe answers a repeated key as it did before, and refuses a page that would close too soon."""
        payment = stripe_shop.order()
        api = client_with_token(stripe_shop.buyer)
        path = f"/api/v1/payments/{payment.number}/start/"
        with stripe_shop.line.failing("503"):
            assert api.post(path).status_code == 503
        with time_machine.travel(timezone.now() + timedelta(minutes=12)):
            again = api.post(path)
        assert (again.status_code, bool(again.json()["pay_url"])) == (200, True), again.content

    def test_of_contract_000_is_asked_for_anew(self, aamarpay_till: AamarPayShopTill) -> None:
        with aamarpay_till.shop.line.failing("503"):
            assert aamarpay_till.ask().status_code == 503
        first = Payment.objects.get()
        second = aamarpay_till.started()
        assert (second.order_id, second.pk == first.pk) == (first.order_id, False)
        aamarpay_till.shop.fake.pay(second.number)
        aamarpay_till.shop.come_back(second)
        settle_down()
        assert (Order.objects.get().status, alerts()) == ("confirmed", [])


class TestAStartUnderWay:
    def test_is_not_replaced(self, aamarpay_shop: AamarPayShop) -> None:
        payment = aamarpay_shop.order()
        Payment.objects.filter(pk=payment.pk).update(state="unknown", started_at=timezone.now())
        answer = aamarpay_shop.start(payment)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "payment_uncertain", "30")
        assert (Payment.objects.count(), aamarpay_shop.fake.seen) == (1, [])

    def test_that_died_is_replaced_later(self, aamarpay_shop: AamarPayShop) -> None:
        payment = aamarpay_shop.order()
        began = timezone.now() - timedelta(seconds=31)
        Payment.objects.filter(pk=payment.pk).update(state="unknown", started_at=began)
        assert aamarpay_shop.start(payment).status_code == 200


class TestAPrompt:
    def test_is_not_repeated_while_the_phone_may_still_ring(self, mpesa_shop: MpesaShop) -> None:
        payment = mpesa_shop.place()
        mpesa_shop.daraja.faults["push"] = ["lost reply"]
        assert mpesa_shop.start(payment).status_code == 503
        payment.refresh_from_db()
        with time_machine.travel(payment.started_at + timedelta(seconds=50), tick=False):
            answer = mpesa_shop.start(payment)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "payment_uncertain", "70")
        assert mpesa_shop.daraja.calls["push"] == 1
        with time_machine.travel(payment.started_at + timedelta(seconds=121)):
            again = mpesa_shop.start(payment)
        assert (again.status_code, again.json()["state"]) == (200, "waiting")
        assert again.json()["id"] != payment.number
        assert mpesa_shop.daraja.calls["push"] == 2


@pytest.mark.parametrize("first", ["old", "new"])
def test_money_on_both_attempts_is_given_back_once(sale: Sale, fake: FakeGateway, first: str) -> None:
    fake.start_failure = OutcomeUnknown("Timeout")
    api = client_with_token(sale.buyer)
    path = f"/api/v1/payments/{sale.payment.number}/start/"
    assert api.post(path).status_code == 503
    fake.start_failure = None
    new = Payment.objects.get(number=api.post(path).json()["id"])
    fake.pay(sale.payment)
    settle(payment_id=new.pk, result=paid(new)) if first == "new" else None
    make_due()
    reconcile()
    settle(payment_id=new.pk, result=paid(new))
    settle_down()
    order = sale.order
    assert (order.status, order.captured_total, order.refunded_total) == ("confirmed", 200, 100)
    assert (alerts(), sale.stock()) == (["paid_twice"], (3, 0))


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_open_one_attempt(sale: Sale, fake: FakeGateway) -> None:
    fake.start_failure = OutcomeUnknown("Timeout")
    path = f"/api/v1/payments/{sale.payment.number}/start/"
    assert client_with_token(sale.buyer).post(path).status_code == 503
    fake.start_failure = None
    clients = [client_with_token(sale.buyer) for _ in range(4)]
    answers = all_at_once(*(lambda api=api: api.post(path).status_code for api in clients))
    assert (set(answers) <= {200, 409}, 200 in answers) == (True, True), answers
    assert Payment.objects.filter(order=sale.payment.order_id).count() == 2
