"""aamarPay fails in every way there is, at every step; afterwards its ledger and ours agree."""

import logging
from decimal import Decimal

import pytest

from payments.models import Payment, PaymentEntry, Refund
from tests.support.aamarpay_shop import Shop, alerts, disagreements, state_of
from tests.support.aamarpay_shop import shop as shop
from tests.support.fake_aamarpay import FAULTS, KEY, broken

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("fault", FAULTS)]

# After these it has the payment, and a buyer who guessed the page could pay.
TOOK_EFFECT = {"lost reply", "stall", "html", "truncated", "text"}


@pytest.fixture(params=[True, False], ids=["paid", "not paid"])
def is_paid(request: pytest.FixtureRequest) -> bool:
    return request.param


def test_while_it_starts(shop: Shop, settings: object, fault: str, is_paid: bool) -> None:
    payment = shop.order()
    with broken(shop.fake, settings, fault):
        answer = shop.start(payment)
    code, state = ("gateway_unavailable", "pending") if fault == "refused" else ("gateway_uncertain", "unknown")
    assert (answer.status_code, answer.json()["code"], state_of(payment)[0]) == (503, code, state)
    assert (payment.number in shop.fake.transactions) == (fault in TOOK_EFFECT)
    if is_paid and fault in TOOK_EFFECT:
        shop.fake.pay(payment.number)
    shop.later()
    paid = ("captured", "confirmed", "paid")
    if is_paid and fault in TOOK_EFFECT:
        assert state_of(payment) == paid
    else:
        _pay_another_way(shop, payment)
    assert (disagreements(shop.fake), alerts()) == ([], [])


def _pay_another_way(shop: Shop, payment: Payment) -> None:
    assert not PaymentEntry.objects.exists()
    other = shop.post(f"/api/v1/orders/{payment.order_id}/payments/", {"payment_method": "aamarpay"}).json()["id"]
    assert shop.post(f"/api/v1/payments/{other}/start/").status_code == 200
    second = Payment.objects.get(pk=other)
    shop.fake.pay(second.number)
    shop.later(30)
    assert state_of(second) == ("captured", "confirmed", "paid")


def test_while_it_settles(shop: Shop, settings: object, fault: str, is_paid: bool) -> None:
    payment = shop.started()
    if is_paid:
        shop.fake.pay(payment.number)
    hint = shop.fake.hint(payment.number)
    with broken(shop.fake, settings, fault):
        shop.tell(hint)
        assert shop.come_back(payment, hint).status_code == 303
        # A reply that takes too long or gets lost tells nothing, whatever it was.
        shop.later(1)
    assert state_of(payment) == ("waiting", "pending", "unpaid")
    assert not PaymentEntry.objects.exists()
    shop.later(30)
    assert state_of(payment)[0] == ("captured" if is_paid else "waiting")
    assert (disagreements(shop.fake), alerts()) == ([], [])


def test_while_staff_give_money_back(shop: Shop, settings: object, fault: str) -> None:
    """That happens in its merchant panel, so nothing of ours is in the way."""
    payment = shop.paid()
    asked = len(shop.fake.seen)
    with broken(shop.fake, settings, fault):
        path = f"/api/v1/payments/{payment.pk}/refunds/"
        answer = shop.post(path, {"amount": "234.50", "reason": "Broken"}, by=shop.staff_api)
        assert (answer.status_code, answer.json()["is_manual"], answer.json()["state"]) == (201, True, "pending")
        shop.later(1)
        done = {"reference": "Panel 17"}
        refund = f"/api/v1/payments/refunds/{answer.json()['id']}/confirm/"
        assert shop.post(refund, done, by=shop.staff_api).json()["state"] == "succeeded"
        shop.later(10)
    kinds = list(PaymentEntry.objects.values_list("kind", "amount"))
    assert kinds == [("capture", Decimal("1234.50")), ("refund", Decimal("234.50"))]
    assert (len(shop.fake.seen), Refund.objects.count(), disagreements(shop.fake)) == (asked, 1, [])


def test_the_key_is_told_to_nobody(shop: Shop, settings: object, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    """The fixture looks for it at the end of every test; this one makes sure that there is much to look at."""
    payment = shop.started()
    with broken(shop.fake, settings, fault):
        shop.come_back(payment)
        shop.later()
        shop.start(shop.order())
    assert KEY in {fields["signature_key"] for _, _, fields in shop.fake.seen}
    assert "jsonpost.php" in caplog.text
    assert any(record.levelno == logging.WARNING for record in caplog.records)
