"""An order whose payment no gateway took: it is undone, and the cart is as before."""

from collections.abc import Callable
from typing import Any

import pytest

from cart.models import Cart, CartItem
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import LineItem, offer_of_product
from orders.models import Order
from payments.errors import (
    GatewayUnavailable,
    GatewayUncertain,
    NotPayable,
    PaymentNotFound,
    PaymentRefused,
    ReturnAddressRefused,
)
from payments.gateways.errors import GatewayDown, GatewayMisconfigured, GatewayRefused, OutcomeUnknown
from payments.models import Payment
from payments.requests import PaymentRequest
from payments.services import checkout, checkout_and_start, checkout_undo, reconcile, settle
from payments.states import PaymentMethod
from tests.concurrency.test_payments import all_at_once
from tests.factories import make_product, order_request
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, make_due, money, settle_down
from tests.support.fake_gateway import FakeGateway, paid
from tests.support.rows import all_rows, changed

ADDRESS = {"name": "Carla", "street": "1 Main Street", "city": "Nairobi", "phone": "0712345678"}


def offer(product: Product) -> Any:
    return offer_of_product(product.pk, currency="USD")


def contents(cart_id: int) -> list[tuple[int, int]]:
    return list(CartItem.objects.filter(cart=cart_id).values_list("variant", "quantity"))


@pytest.fixture
def cart(sale: Sale) -> Cart:
    """Return another cart of the sale's buyer, with three pieces of the same product."""
    item_add(cart=cart_open(user=sale.buyer), offer=offer(sale.product), quantity=3)
    return Cart.objects.get(user=sale.buyer, status="open")


def buy(sale: Sale, method: str = "stripe", **start: Any) -> Payment:
    return checkout_and_start(
        user=sale.buyer,
        method=PaymentMethod(method),
        payment=PaymentRequest(**start),
        order=order_request(address=ADDRESS),
    )


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (GatewayDown("No route"), GatewayUnavailable),
        (GatewayMisconfigured("401"), GatewayUnavailable),
        (GatewayRefused("No"), PaymentRefused),
    ],
)
def test_a_gateway_that_did_not_take_it_leaves_the_cart_as_it_was(
    sale: Sale, cart: Cart, fake: FakeGateway, failure: Exception, raised: type[Exception]
) -> None:
    before, stock = contents(cart.pk), sale.stock()
    fake.start_failure = failure
    with pytest.raises(raised):
        buy(sale)
    settle_down()
    order = Order.objects.latest("id")
    change = order.history.latest("id")
    assert (order.status, change.reason, change.actor) == (
        "cancelled",
        "The gateway did not take the payment",
        None,
    )
    assert set(order.payments.values_list("state", flat=True)) <= {"cancelled", "failed"}
    cart.refresh_from_db()
    assert (cart.status, contents(cart.pk), sale.stock()) == ("open", before, stock)
    assert (order.cart.status, contents(order.cart_id)) == ("ordered", before), "the order keeps a copy"


def test_the_cart_can_be_ordered_again(sale: Sale, cart: Cart, fake: FakeGateway) -> None:
    fake.start_failure = GatewayDown("No route")
    with pytest.raises(GatewayUnavailable):
        checkout_and_start(user=sale.buyer, method=PaymentMethod.STRIPE, order=order_request(cart_id=cart.pk))
    fake.start_failure = None
    payment = checkout_and_start(user=sale.buyer, method=PaymentMethod.STRIPE, order=order_request(cart_id=cart.pk))
    assert (payment.state, payment.order.cart_id) == ("waiting", cart.pk)
    assert len(set(Order.objects.values_list("number", flat=True))) == 3


@pytest.mark.parametrize(
    ("method", "start", "refusal"),
    [
        ("stripe", {"return_url": "https://evil.example.com/"}, ReturnAddressRefused),
        ("aamarpay", {"in_app": True}, NotPayable),
    ],
)
def test_an_invalid_request_orders_nothing(
    sale: Sale, cart: Cart, fake: FakeGateway, method: str, start: dict[str, Any], refusal: type[Exception]
) -> None:
    before = all_rows()
    with pytest.raises(refusal):
        buy(sale, method, **start)
    assert (changed(before, all_rows()), fake.calls) == ([], [])


def test_the_same_cart_with_another_method_gets_another_attempt(sale: Sale, cart: Cart, fake: FakeGateway) -> None:
    first, _ = checkout(user=sale.buyer, method=PaymentMethod.MANUAL, order=order_request(cart_id=cart.pk))
    again = checkout_and_start(user=sale.buyer, method=PaymentMethod.STRIPE, order=order_request(cart_id=cart.pk))
    assert (again.order_id, again.method, again.state) == (first.order_id, "stripe", "waiting")
    assert Payment.objects.get(pk=first.pk).state == "cancelled"


def test_without_an_answer_the_order_stays_until_the_gateway_says(sale: Sale, cart: Cart, fake: FakeGateway) -> None:
    fake.start_failure = OutcomeUnknown("Timeout")
    with pytest.raises(GatewayUncertain):
        buy(sale)
    payment = Payment.objects.latest("id")
    cart.refresh_from_db()
    assert (payment.state, payment.order.status, cart.status) == ("unknown", "pending", "ordered")
    fake.pay(payment)
    make_due()
    reconcile()
    settle_down()
    assert Order.objects.get(pk=payment.order_id).status == "confirmed"


@pytest.mark.parametrize("state", ["unknown", "waiting", "captured"])
def test_an_order_whose_payment_may_still_come_is_not_undone(sale: Sale, state: str) -> None:
    if state == "captured":
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
    else:
        Payment.objects.update(state=state)
    before = sale.stock()
    assert checkout_undo(payment_id=sale.payment.pk) is False
    assert (sale.order.status != "cancelled", sale.order.cart.status, sale.stock()) == (True, "ordered", before)


def test_an_order_that_another_attempt_may_pay_is_not_undone(sale: Sale) -> None:
    Payment.objects.update(state="failed")
    Payment.objects.create(order=sale.order, method="stripe", state="waiting", amount=100, currency="USD")
    assert checkout_undo(payment_id=sale.payment.pk) is False
    assert sale.order.status == "pending"


def test_undoing_a_checkout_again_changes_nothing(sale: Sale) -> None:
    assert [checkout_undo(payment_id=sale.payment.pk) for _ in range(2)] == [True, False]
    assert (sale.order.history.count(), Cart.objects.filter(user=sale.buyer, status="open").count()) == (2, 1)


def test_an_unknown_payment_is_not_found(db: None) -> None:
    with pytest.raises(PaymentNotFound):
        checkout_undo(payment_id=1)


def test_a_cart_that_was_opened_meanwhile_gets_the_items(sale: Sale) -> None:
    other = make_product()
    newer = cart_open(user=sale.buyer)
    item_add(cart=newer, offer=offer(sale.product), quantity=1)
    item_add(cart=newer, offer=offer(other), quantity=4)
    old = sale.order.cart_id
    assert checkout_undo(payment_id=sale.payment.pk)
    assert sorted(quantity for _, quantity in contents(newer.pk)) == [3, 4]
    assert (sale.order.cart_id, sale.order.cart.status) == (old, "ordered")
    assert Cart.objects.get(user=sale.buyer, status="open") == newer


def test_a_newer_cart_without_room_stays_as_it_is(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cart.services.MAX_ITEMS", 1)
    newer = cart_open(user=sale.buyer)
    item_add(cart=newer, offer=offer(make_product()), quantity=4)
    assert checkout_undo(payment_id=sale.payment.pk)
    assert ([quantity for _, quantity in contents(newer.pk)], sale.order.status) == ([4], "cancelled")


def test_money_that_comes_all_the_same_wins(sale: Sale) -> None:
    checkout_undo(payment_id=sale.payment.pk)
    settle_down()
    settle(payment_id=sale.payment.pk, result=paid(sale.payment))
    settle_down()
    assert (sale.order.status, money(sale.order), alerts(), sale.stock()) == ("confirmed", (100, 0), [], (3, 0))


@pytest.mark.parametrize("method", ["manual", "cash_on_delivery"])
def test_what_staff_collect_is_not_started(sale: Sale, cart: Cart, fake: FakeGateway, method: str) -> None:
    payment = buy(sale, method)
    assert (payment.state, payment.order.status, fake.calls) == ("pending", "pending", [])


def test_what_costs_nothing_is_not_started(sale: Sale, fake: FakeGateway) -> None:
    item_add(cart=cart_open(user=sale.buyer), offer=offer(make_product(price="0.00")), quantity=1)
    payment = buy(sale)
    assert (Payment.objects.get(pk=payment.pk).state, fake.calls) == ("captured", [])


def test_an_order_of_its_own_items_puts_nothing_into_a_cart(sale: Sale, fake: FakeGateway) -> None:
    fake.start_failure = GatewayDown("No route")
    stock = sale.stock()
    with pytest.raises(GatewayUnavailable):
        checkout_and_start(
            user=sale.buyer,
            method=PaymentMethod.STRIPE,
            order=order_request(items=[LineItem(offer(sale.product), 1)]),
        )
    assert (Order.objects.latest("id").status, sale.stock()) == ("cancelled", stock)
    assert not Cart.objects.filter(status="open").exists()


@pytest.mark.django_db(transaction=True)
def test_undone_while_the_gateway_says_paid(sale: Sale) -> None:
    """Whoever is first: the money counts, and the pieces are taken once."""
    calls: list[Callable[[], Any]] = [
        lambda: checkout_undo(payment_id=sale.payment.pk),
        lambda: settle(payment_id=sale.payment.pk, result=paid(sale.payment)),
        lambda: cart_open(user=sale.buyer),
    ]
    answers = all_at_once(*calls)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    settle_down()
    assert (sale.order.status, money(sale.order), sale.stock()) == ("confirmed", (100, 0), (3, 0))
    assert Cart.objects.filter(user=sale.buyer, status="open").count() == 1
