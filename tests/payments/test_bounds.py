"""Where a rule of payments ends: in time, in who may, in whose row it is."""

import logging
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import user_erase
from cart.services import cart_open, item_add
from catalog.models import Product
from catalog.services import price_set
from inventory.offers import offer_of_product
from orders.services import order_transition
from payments.errors import GatewayUncertain, PaymentClosed
from payments.gateways.errors import GatewayDown
from payments.gateways.results import Started
from payments.models import MAX_NAME, Payment, Refund
from payments.services import (
    alert_raise,
    checkout,
    inbox,
    payment_confirm,
    payment_start,
    refund_request,
    refund_send,
    refund_source,
)
from payments.states import AlertKind, PaymentMethod
from tests.factories import make_product, make_user, order_request, sole_variant
from tests.payments.conftest import Sale
from tests.payments.steps import money, place
from tests.support.fake_gateway import FakeGateway
from utils.errors import Invalid

pytestmark = pytest.mark.django_db


def test_stock_is_held_for_a_gateways_money_from_now_on(sale: Sale, settings: Any) -> None:
    left = sale.order.expires_at - timezone.now()
    assert timedelta(minutes=settings.RESERVATION_MINUTES - 2) < left <= timedelta(minutes=settings.RESERVATION_MINUTES)


def test_staff_do_not_confirm_what_a_gateway_has_to_say(sale: Sale, staff: User) -> None:
    with pytest.raises(PaymentClosed):
        payment_confirm(payment_id=sale.payment.pk, actor=staff)
    assert money(sale.order) == (0, 0)


def test_by_hand_an_amount_goes_in_the_currencys_own_steps(settings: Any, staff: User) -> None:
    settings.DEFAULT_CURRENCY = "JPY"
    product = make_product()
    price_set(variant=sole_variant(product), amount=Decimal(3750), currency="JPY")
    payment = place_in_yen(product)
    payment_confirm(payment_id=payment.pk, actor=staff)
    payment.refresh_from_db()
    with pytest.raises(Invalid):
        refund_source(payment=payment, amount=Decimal("10.5"))
    assert refund_source(payment=payment, amount=Decimal(10))[0] == 10


def place_in_yen(product: Product) -> Payment:
    buyer = make_user()
    item_add(cart=cart_open(user=buyer), offer=offer_of_product(product.pk, currency="JPY"), quantity=1)
    return checkout(user=buyer, method=PaymentMethod.MANUAL, order=order_request())[0]


@pytest.mark.parametrize(("seconds", "is_asked_for"), [(None, False), (0, True), (59, True), (60, False), (600, False)])
def test_a_message_is_tried_again_by_itself_within_a_minute_and_by_the_sweep_after_that(
    monkeypatch: pytest.MonkeyPatch, seconds: int | None, is_asked_for: bool
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(inbox, "seconds_until_retry", lambda *, event_id: seconds)
    monkeypatch.setattr(inbox.event_process_job, "enqueue_in", lambda pause, *, event_id: asked.append(pause))
    inbox.event_process_job(event_id=10**6)
    assert asked == ([seconds] if is_asked_for else [])


def test_an_alert_is_logged_once_until_it_is_resolved(caplog: pytest.LogCaptureFixture, sale: Sale) -> None:
    with caplog.at_level(logging.ERROR, logger="payments"):
        for _ in range(3):
            alert_raise(kind=AlertKind.RISK, key="1", detail="Look at it", payment=sale.payment)
    assert len([record for record in caplog.records if "Payment alert" in record.message]) == 1


def test_a_sender_that_did_not_get_through_takes_no_others_address_away(
    paid_sale: Sale, fake: FakeGateway, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = refund_request(payment_id=paid_sale.payment.pk, amount=Decimal(10), actor=staff)

    def overtaken(asked: Refund, *, token: str) -> None:
        Refund.objects.filter(pk=asked.pk).update(token_hash="another's")
        raise GatewayDown("No route")

    monkeypatch.setattr(fake, "refund", overtaken)
    refund_send(refund_id=refund.pk)
    refund.refresh_from_db()
    assert refund.token_hash == "another's"


def test_an_erasure_takes_who_paid_and_leaves_the_payment(sale: Sale) -> None:
    other = place(make_user(), sale.product)
    names = {"payer": "Canary", "pay_url": "https://a.example/c", "return_url": "https://a.example/r"}
    Payment.objects.update(**names)
    order_transition(order_id=sale.order.pk, to="cancelled")
    user_erase(user=sale.buyer)
    told = dict(Payment.objects.values_list("pk", "payer"))
    assert told == {sale.payment.pk: "", other.pk: "Canary"}
    assert Payment.objects.values_list(*names).get(pk=sale.payment.pk) == ("", "", "")


@pytest.mark.parametrize(("length", "is_taken"), [(MAX_NAME, True), (MAX_NAME + 1, False)])
def test_a_gateways_name_as_long_as_the_column_is_taken(
    sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch, length: int, is_taken: bool
) -> None:
    page = "https://pay.example.com/page"
    monkeypatch.setattr(fake, "start", lambda *args, **named: Started(gateway_id="x" * length, pay_url=page))
    with nullcontext() if is_taken else pytest.raises(GatewayUncertain):
        payment_start(payment_id=sale.payment.pk)
    sale.payment.refresh_from_db()
    assert sale.payment.state == ("waiting" if is_taken else "unknown")
