"""Stripe fails where no other gateway has a step, and is set up wrongly. The rest: ``test_faults_matrix``."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from payments.gateways import gateway
from payments.gateways.errors import GatewayMisconfigured
from payments.models import Payment, PaymentEntry
from payments.services import reconcile
from tests.payments.steps import alerts, books_agree, settle_down
from tests.support.fake_stripe import KEY, SECRET
from tests.support.faulty_line import FAULTS
from tests.support.rows import all_rows
from tests.support.shop_with_stripe import StripeShop

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def assert_books_agree(shop: StripeShop, *expected: tuple[str, int, int]) -> None:
    """Check the books after an hour in which everything was asked about."""
    with time_machine.travel(timezone.now() + HOUR):
        reconcile(everything=True)
        settle_down()
        reconcile(everything=True)
    books_agree(shop.books())
    assert shop.fake.money() == sorted(expected)


@pytest.mark.parametrize("fault", FAULTS)
class TestEveryFault:
    def test_a_start_that_failed_leaves_no_money_uncounted(self, shop: StripeShop, fault: str) -> None:
        payment = shop.order()
        with shop.line.failing(fault):
            shop.start(payment)
        assert_books_agree(shop)
        payment.refresh_from_db()
        assert (payment.state, payment.next_check_at) in {("failed", None), ("pending", None)}

    def test_a_cancelled_attempt_is_closed_at_stripe_after_the_fault(self, shop: StripeShop, fault: str) -> None:
        payment = shop.started()
        Payment.objects.filter(pk=payment.pk).update(state="cancelled")
        with shop.line.failing(fault):
            reconcile(everything=True)
        assert_books_agree(shop)
        assert shop.fake.sessions[payment.gateway_id]["status"] == "expired"

    def test_an_event_waits_until_its_meaning_could_be_looked_up(self, shop: StripeShop, fault: str) -> None:
        """An event whose meaning has to be looked up waits."""
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id)
        made = shop.fake.give_back(session["payment_intent"], 500)
        with shop.line.failing(fault):
            shop.tell("refund.created", made)
        assert not PaymentEntry.objects.exists()
        assert_books_agree(shop, (payment.number, 2500, 500))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_is_told(shop: StripeShop, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    payment = shop.order()
    with shop.line.failing(fault):
        answer = shop.start(payment)
        reconcile(everything=True)
    told = caplog.text + answer.content.decode() + str(all_rows())
    assert KEY not in told
    assert SECRET not in told


def test_a_key_that_stripe_refuses_is_the_staffs_business(shop: StripeShop, settings: Any) -> None:
    payment = shop.order()
    settings.STRIPE_SECRET_KEY = "sk_test_revoked"
    for _ in range(2):
        assert shop.start(payment).json()["code"] == "gateway_unavailable"
    assert alerts() == ["configuration"]
    with pytest.raises(GatewayMisconfigured):
        gateway("stripe").undelivered()
    settings.STRIPE_SECRET_KEY = KEY
    assert shop.start(payment).status_code == 200


def test_a_start_that_comes_too_late_for_the_same_page_opens_another(shop: StripeShop) -> None:
    payment = shop.order()
    with shop.line.failing("reset"):
        shop.start(payment)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert shop.start(payment).json()["pay_url"]
    assert_books_agree(shop)
    payment.refresh_from_db()
    assert (payment.state, payment.next_check_at) == ("cancelled", None), "the reconciler is done with it"
