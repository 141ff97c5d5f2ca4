"""Stripe fails in every way at every step; afterwards its books and ours say the same."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from payments.gateways import gateway
from payments.gateways.base import GatewayDown, GatewayMisconfigured
from payments.models import Payment, PaymentEntry
from payments.services import reconcile
from tests.payments.steps import alerts, settle_down
from tests.support.fake_stripe import FAULTS, KEY, SECRET, broken
from tests.support.rows import all_rows
from tests.support.stripe_shop import Shop, order_of, stripe_shop  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def our_books() -> list[tuple[str, int, int]]:
    """As ``FakeStripe.money``: our number, what came, what went back, in cents."""
    found = []
    for payment in Payment.objects.filter(captured_amount__gt=0):
        back = sum(entry.amount for entry in PaymentEntry.objects.filter(payment=payment, kind="refund"))
        found.append((payment.number, int(payment.captured_amount * 100), int(back * 100)))
    return sorted(found)


def assert_books_agree(shop: Shop, *expected: tuple[str, int, int]) -> None:
    """After an hour in which everything was asked about."""
    with time_machine.travel(timezone.now() + HOUR):
        reconcile(everything=True)
        settle_down()
        reconcile(everything=True)
    assert our_books() == shop.fake.money() == sorted(expected)


@pytest.mark.parametrize("fault", FAULTS)
class TestEveryFault:
    def test_start_and_start_again(self, shop: Shop, settings: Any, fault: str) -> None:
        payment = shop.order()
        with broken(shop.fake, settings, fault):
            answer = shop.start(payment)
        assert (answer.status_code, answer.json()["code"]) in {
            (503, "gateway_uncertain"),
            (503, "gateway_unavailable"),
        }
        assert order_of(payment).status == "pending"
        reconcile(everything=True)
        answer = shop.start(payment)
        assert (answer.status_code, len(shop.fake.sessions)) == (200, 1)
        payment.refresh_from_db()
        assert answer.json()["pay_url"] == shop.fake.sessions[payment.gateway_id]["url"]
        shop.fake.pay(payment.gateway_id)
        assert_books_agree(shop, (payment.number, 2500, 0))

    def test_start_and_give_up(self, shop: Shop, settings: Any, fault: str) -> None:
        payment = shop.order()
        with broken(shop.fake, settings, fault):
            shop.start(payment)
        assert_books_agree(shop)
        payment.refresh_from_db()
        assert (payment.state, payment.next_check_at) in {("failed", None), ("pending", None)}

    def test_asking(self, shop: Shop, settings: Any, fault: str) -> None:
        payment = shop.started()
        shop.fake.pay(payment.gateway_id)
        with broken(shop.fake, settings, fault):
            reconcile(everything=True)
            if fault not in {"lost reply"}:
                with pytest.raises(GatewayDown):
                    gateway("stripe").query(payment)
        payment.refresh_from_db()
        assert payment.state == "waiting"
        assert_books_agree(shop, (payment.number, 2500, 0))

    def test_giving_up(self, shop: Shop, settings: Any, fault: str) -> None:
        payment = shop.started()
        Payment.objects.filter(pk=payment.pk).update(state="cancelled")
        with broken(shop.fake, settings, fault):
            reconcile(everything=True)
        assert_books_agree(shop)
        assert shop.fake.sessions[payment.gateway_id]["status"] == "expired"

    def test_refund(self, shop: Shop, settings: Any, fault: str) -> None:
        payment, _ = shop.paid()
        with broken(shop.fake, settings, fault):
            refund = shop.refunded(payment, "7.00")
        assert (refund.state, order_of(payment).payment_status) == ("pending", "paid")
        assert_books_agree(shop, (payment.number, 2500, 700))
        assert len(shop.fake.refunds) == 1

    def test_what_it_means_is_asked_again(self, shop: Shop, settings: Any, fault: str) -> None:
        """An event whose meaning has to be looked up waits."""
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id)
        made = shop.fake.give_back(session["payment_intent"], 500)
        with broken(shop.fake, settings, fault):
            shop.tell("refund.created", made)
        assert our_books() == []
        assert_books_agree(shop, (payment.number, 2500, 500))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_is_told(shop: Shop, settings: Any, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    payment = shop.order()
    with broken(shop.fake, settings, fault):
        answer = shop.start(payment)
        reconcile(everything=True)
    told = caplog.text + answer.content.decode() + str(all_rows())
    assert KEY not in told
    assert SECRET not in told


def test_a_key_that_stripe_refuses_is_the_staffs_business(shop: Shop, settings: Any) -> None:
    payment = shop.order()
    settings.STRIPE_SECRET_KEY = "sk_test_revoked"
    for _ in range(2):
        assert shop.start(payment).json()["code"] == "gateway_unavailable"
    assert alerts() == ["configuration"]
    with pytest.raises(GatewayMisconfigured):
        gateway("stripe").undelivered()
    settings.STRIPE_SECRET_KEY = KEY
    assert shop.start(payment).status_code == 200


def test_a_start_that_comes_too_late_is_refused_and_another_attempt_pays(shop: Shop, settings: Any) -> None:
    payment = shop.order()
    with broken(shop.fake, settings, "refused"):
        shop.start(payment)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert shop.start(payment).json()["code"] == "payment_refused"
    assert_books_agree(shop)
    payment.refresh_from_db()
    assert payment.state == "failed"
