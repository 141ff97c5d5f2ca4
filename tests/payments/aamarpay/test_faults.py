"""aamarPay fails, and nobody has paid; and what a failure tells. The rest: ``test_faults_matrix``."""

import logging

import pytest

from payments.models import Payment
from tests.payments.steps import alerts
from tests.support.fake_aamarpay import KEY
from tests.support.faulty_line import FAULTS
from tests.support.shop_with_aamarpay import AamarPayShop, disagreements, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("fault", FAULTS)]


def test_a_lost_page_does_not_keep_another_attempt_from_being_paid(shop: AamarPayShop, fault: str) -> None:
    payment = shop.order()
    with shop.line.failing(fault):
        shop.start(payment)
    shop.later()
    other = shop.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "aamarpay"}).json()["id"]
    assert shop.post(f"/api/v1/payments/{other}/start/").status_code == 200
    second = Payment.objects.get(number=other)
    shop.fake.pay(second.number)
    shop.later(30)
    assert state_of(second) == ("captured", "confirmed", "paid")
    assert (disagreements(shop.fake), alerts()) == ([], [])


def test_what_is_not_paid_stays_open(shop: AamarPayShop, fault: str) -> None:
    payment = shop.started()
    hint = shop.fake.hint(payment.number)
    with shop.line.failing(fault):
        shop.tell(hint)
        assert shop.come_back(payment, hint).status_code == 303
        shop.later(1)
    shop.later(30)
    assert state_of(payment) == ("waiting", "pending", "unpaid")
    assert (disagreements(shop.fake), alerts()) == ([], [])


def test_the_key_is_told_to_nobody(shop: AamarPayShop, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    """The fixture looks for it at the end of every test; this one makes sure that there is much to look at."""
    payment = shop.started()
    with shop.line.failing(fault):
        shop.come_back(payment)
        shop.later()
        shop.start(shop.order())
    assert KEY in {fields["signature_key"] for _, _, fields in shop.fake.seen}
    assert "jsonpost.php" in caplog.text
    assert any(record.levelno == logging.WARNING for record in caplog.records)
