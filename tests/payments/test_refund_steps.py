"""Amounts that a gateway can't give back are refused when they are asked for, with the step that it can."""

from decimal import Decimal
from typing import Any

import pytest

from cart.services import cart_open, item_add
from catalog.services import price_set
from inventory.offers import offer_of_product
from payments.models import Payment, Refund
from payments.services import checkout, refund_send
from payments.services.refunds import refund_open
from payments.states import PaymentMethod
from tests.factories import make_product, order_request, sole_variant
from tests.payments.steps import alerts, settle_down
from tests.support.rows import all_rows, changed
from tests.support.shop_with_stripe import StripeShop

pytestmark = pytest.mark.django_db


def paid_in(shop: StripeShop, amount: str, currency: str, settings: Any) -> Payment:
    settings.DEFAULT_CURRENCY = currency
    product = make_product()
    price_set(variant=sole_variant(product), amount=Decimal(amount), currency=currency)
    item_add(cart=cart_open(user=shop.buyer), offer=offer_of_product(product.pk, currency=currency), quantity=1)
    payment, _ = checkout(user=shop.buyer, method=PaymentMethod.STRIPE, order=order_request())
    assert shop.start(payment).status_code == 200
    payment.refresh_from_db()
    shop.tell("checkout.session.completed", shop.fake.pay(payment.gateway_id))
    payment.refresh_from_db()
    assert payment.state == "captured"
    return payment


CASES = [
    ("3.750", "KWD", "1.255", "0.010 KWD", "1.250"),
    ("3.750", "TND", "0.001", "0.010 TND", "0.010"),
    ("3.75", "USD", "1.255", "0.01 USD", "1.25"),
    ("3750", "JPY", "10.5", "1 JPY", "10"),
    ("3750", "ISK", "10.5", "1 ISK", "10"),
    ("37500", "UGX", "10.01", "1 UGX", "10"),
]


@pytest.mark.parametrize(("paid", "currency", "asked", "step", "possible"), CASES, ids=[case[1] for case in CASES])
def test_a_refund_by_card_is_a_multiple_of_the_currencys_step(
    stripe_shop: StripeShop, settings: Any, paid: str, currency: str, asked: str, step: str, possible: str
) -> None:
    payment = paid_in(stripe_shop, paid, currency, settings)
    before = all_rows()
    answer: Any = stripe_shop.give_back(payment, asked)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/amount"), answer.content
    assert step in answer.json()["detail"]
    assert changed(before, all_rows()) == []
    assert stripe_shop.refunded(payment, possible).state == "succeeded"
    answer = stripe_shop.give_back(payment, str(Decimal(paid) - Decimal(possible)))
    assert answer.status_code == 201
    settle_down()
    assert not Refund.objects.exclude(state="succeeded").exists()


def test_what_the_shop_gives_back_by_itself_waits_for_staff_rather_than_for_ever(
    stripe_shop: StripeShop, settings: Any
) -> None:
    payment = paid_in(stripe_shop, "3.750", "KWD", settings)
    receipt = payment.entries.get().receipt
    refund = refund_open(payment=payment, amount=Decimal("1.255"), receipt=receipt, reason="Paid twice")
    assert refund.is_manual


def test_one_that_was_opened_before_fails_at_once(stripe_shop: StripeShop, settings: Any) -> None:
    payment = paid_in(stripe_shop, "3.750", "KWD", settings)
    receipt = payment.entries.get().receipt
    refund = Refund.objects.create(payment=payment, amount=Decimal("1.255"), currency="KWD", receipt=receipt)
    assert refund_send(refund_id=refund.pk) is None
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refunded_amount, alerts()) == ("failed", 0, ["refund_failed"])
