"""A bank that pays days after the buyer was done: the order, and its stock, wait for it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from orders.services import orders_expire
from payments.models import Payment
from payments.services import payment_open, reconcile
from payments.states import PaymentMethod
from tests.factories import balance
from tests.payments.steps import alerts, settle_down
from tests.support.fake_stripe import Thing
from tests.support.shop_with_stripe import StripeShop, order_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Delayed:
    """Hold a payment that waits for a bank; ``decide`` has the bank pay or not."""

    def __init__(self, shop: StripeShop, *, in_app: bool) -> None:
        self.shop, self.in_app = shop, in_app
        self.payment = shop.started(in_app=in_app)
        name = self.payment.gateway_id
        self.thing = (shop.fake.pay_in_app if in_app else shop.fake.pay)(name, status="processing")

    def tell(self) -> None:
        self.shop.tell("payment_intent.processing" if self.in_app else "checkout.session.completed", self.thing)

    def decide(self, *, is_paid: bool) -> Thing:
        if not self.in_app:
            return self.shop.fake.decide(self.thing["id"], is_paid=is_paid)
        received = self.thing["amount"] if is_paid else 0
        self.thing |= {"status": "succeeded" if is_paid else "requires_payment_method", "amount_received": received}
        return self.thing


@pytest.fixture(params=[False, True], ids=["page", "app"])
def delayed(shop: StripeShop, request: Any) -> Delayed:
    return Delayed(shop, in_app=request.param)


def state(payment: Payment) -> tuple[str, str]:
    return Payment.objects.get(pk=payment.pk).state, order_of(payment).status


def later(passed: timedelta) -> None:
    with time_machine.travel(timezone.now() + passed):
        orders_expire(now=timezone.now())
        settle_down()


@pytest.mark.parametrize("is_told", [True, False])
def test_the_stock_waits_for_the_bank(shop: StripeShop, delayed: Delayed, is_told: bool) -> None:
    if is_told:
        delayed.tell()
    else:
        reconcile(everything=True)
    later(6 * DAY)
    assert (state(delayed.payment), balance(shop.product)) == (("waiting", "pending"), (5, 2))


def test_the_stock_is_free_again_when_the_bank_takes_too_long(shop: StripeShop, delayed: Delayed) -> None:
    delayed.tell()
    with time_machine.travel(timezone.now() + 6 * DAY):
        delayed.tell()
    later(8 * DAY)
    assert (order_of(delayed.payment).status, balance(shop.product)) == ("cancelled", (5, 0))


def test_no_alert_is_raised_while_the_bank_may_still_pay(delayed: Delayed) -> None:
    with time_machine.travel(timezone.now() + 3 * DAY):
        reconcile(everything=True)
    assert alerts() == []
    delayed.payment.refresh_from_db()
    assert delayed.payment.next_check_at is not None


def test_a_bank_that_pays_pays_the_order(shop: StripeShop, delayed: Delayed) -> None:
    delayed.tell()
    thing = delayed.decide(is_paid=True)
    shop.tell("payment_intent.succeeded" if delayed.in_app else "checkout.session.async_payment_succeeded", thing)
    assert (state(delayed.payment), balance(shop.product)) == (("captured", "confirmed"), (3, 0))


def test_a_bank_that_does_not_pay_lets_the_stock_go(shop: StripeShop) -> None:
    delayed = Delayed(shop, in_app=False)
    delayed.tell()
    shop.tell("checkout.session.async_payment_failed", delayed.decide(is_paid=False))
    assert (state(delayed.payment), balance(shop.product)) == (("failed", "pending"), (5, 2)), "another try is possible"
    later(timedelta(hours=1))
    assert (order_of(delayed.payment).status, balance(shop.product)) == ("cancelled", (5, 0))


def test_a_failure_does_not_shorten_the_time_of_another_way_to_pay(shop: StripeShop) -> None:
    delayed = Delayed(shop, in_app=False)
    payment_open(user=shop.buyer, order_id=delayed.payment.order_id, method=PaymentMethod.MANUAL)
    shop.tell("checkout.session.async_payment_failed", delayed.decide(is_paid=False))
    assert order_of(delayed.payment).expires_at > timezone.now() + 6 * DAY
