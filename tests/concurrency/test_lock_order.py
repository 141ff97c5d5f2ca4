"""Every piece of work takes its locks in one order: account, cart, order, payment, refund, stock.

A race is lost only now and then, but these tests find a missing lock every time.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import resets
from accounts import services as accounts
from accounts.models import CodePurpose, User
from accounts.querysets import active_superusers_locked
from cart import services as carts
from cart.models import Cart, CartItem
from catalog import quotas
from catalog import services as catalog
from catalog.models import Product
from inventory import listings
from inventory import services as stock
from inventory.offers import Wanted, offer_of_product
from notifications import services as threads
from notifications.models import Thread
from orders import services as orders
from orders.models import Order
from payments import services as payments
from payments.gateways.results import Outcome, RefundResult
from payments.models import Refund
from payments.states import PaymentMethod
from shipping import services as shipping
from shipping.models import Address
from tests.concurrency.locks import locked_by, on_postgres
from tests.concurrency.test_payments import all_at_once
from tests.factories import book_in, make_product, make_user, order_request, sole_variant
from tests.payments.conftest import Sale, fake, paid_sale, sale
from tests.support.fake_gateway import FakeGateway, paid
from tests.support.mail import code_in, mailed
from tests.support.tokens import CLIENT
from utils import events
from utils.models import OutboxEvent

__all__ = ["fake", "paid_sale", "sale"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency"), on_postgres]

Step = tuple[Callable[[], Any], list[str]]
ADDRESS = {"street": "1 Main Street"}
ACCOUNT = ["user"]
CANCELLED = ["order", "reservation", "stockitem", "reservation"]
MADE = RefundResult(Outcome.PAID, gateway_id="re-1")


@pytest.fixture(autouse=True)
def _heard_later(settings: Any) -> None:
    """Deliver events later, so that the locks of their receivers are not counted here."""
    settings.EVENT_DELIVERY = "worker"


def within(act: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap ``act`` in a transaction, for a function whose caller has to open it."""
    return transaction.atomic(act)


def locked_as_expected(steps: dict[str, Step]) -> None:
    """Take the steps one after another, and assert which tables each of them locks, in order."""
    assert {name: locked_by(act) for name, (act, _) in steps.items()} == {
        name: locks for name, (_, locks) in steps.items()
    }


def test_accounts(customer: User) -> None:
    carts.cart_open(user=customer)

    accounts.code_request(email=customer.email, purpose=CodePurpose.PASSWORD_RESET, client=CLIENT)
    code = code_in(mailed()[0])

    def reset_by_code() -> None:
        accounts.password_reset_by_code(email=customer.email, code=code, password="another horse 8", client=CLIENT)

    def reset_by_link() -> None:
        token = resets.token_for(User.objects.get(pk=customer.pk))
        accounts.password_reset_by_link(token=token, password="a third horse 9", client=CLIENT)

    locked_as_expected(
        {
            "profile": (lambda: accounts.profile_update(user=customer, first_name="Carla"), ACCOUNT),
            "code": (reset_by_code, ACCOUNT),
            "link": (reset_by_link, ACCOUNT),
            "superusers": (within(lambda: active_superusers_locked(User.objects.all())), ACCOUNT),
            "erasure": (lambda: accounts.user_erase(user=customer), ["user", "product", "cart"]),
        }
    )


def test_what_hangs_on_an_account(customer: User) -> None:
    def thread() -> Thread:
        return Thread.objects.get(user=customer)

    def change_address() -> None:
        shipping.address_update(user=customer, number=Address.objects.get().number, city="Nairobi")

    open_thread = lambda: threads.thread_open(user_id=customer.pk, opened_by=customer, body="Where is it?")  # noqa: E731
    locked_as_expected(
        {
            "address": (lambda: shipping.address_create(user=customer, **ADDRESS), ACCOUNT),
            "its change": (change_address, ACCOUNT),
            "thread": (open_thread, ACCOUNT),
            "question": (lambda: threads.message_post(thread=thread(), author=customer, body="?"), ["user", "thread"]),
            "end": (lambda: threads.thread_close(thread=thread()), ["user", "thread"]),
            "cart": (lambda: carts.cart_open(user=customer), ACCOUNT),
        }
    )


def test_catalogue(customer: User) -> None:
    product, seller = make_product(), make_user("seller", role="seller")
    table = catalog.category_create(name="Tables")
    locked_as_expected(
        {
            "product": (lambda: catalog.product_update(product=product, name="Lamp"), ["product", "listing"]),
            "review": (
                lambda: catalog.review_write(product=product, user=customer, rating=5),
                ["review", "product", "listing"],
            ),
            "end": (lambda: catalog.review_delete(review=product.reviews.get()), ["product", "listing"]),
            "approval": (lambda: catalog.products_approve(seller_id=seller.pk), ["product"]),
            "room": (within(lambda: quotas.require_room_for_product(actor=seller)), ACCOUNT),
            "pictures": (within(lambda: quotas.require_room_for_pictures(actor=seller, count=1)), ACCOUNT),
            "category": (lambda: catalog.category_create(name="Lamps"), ["advisory"]),
            "many": (within(lambda: catalog.products_lock(slugs=[product.slug], currency="USD")), ["product"]),
            "named": (lambda: catalog.category_ensure(slug="lights"), ["advisory", "advisory"]),
            "its change": (lambda: catalog.category_update(category=table, description="x"), ["product", "category"]),
            "its end": (lambda: catalog.category_delete(category=table), ["product", "category"]),
        }
    )


@pytest.mark.parametrize("at_once", [1, 500])
def test_the_stock_of_all_new_products_comes_before_any_listing(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    products = [make_product(status=status) for status in ("active", "draft", "active", "draft")]
    Product.objects.update(status="active")
    monkeypatch.setattr(listings, "_AT_ONCE", at_once)
    found = locked_by(within(lambda: listings.listings_refresh(product_ids=[product.pk for product in products])))
    assert found == ["stockitem", *["listing"] * (4 // min(at_once, 4))]


def test_carts(customer: User) -> None:
    offer = offer_of_product(make_product().pk, currency="USD")
    cart = carts.cart_open(user=customer)
    guests = carts.cart_open_guest()
    locked_as_expected(
        {
            "add": (lambda: carts.item_add(cart=cart, offer=offer, quantity=2), ["cart"]),
            "put": (
                lambda: carts.item_put(into=customer, wanted=Wanted(offer.variant.product_id), quantity=1),
                ["cart"],
            ),
            "set": (lambda: carts.item_set(cart=cart, item_id=CartItem.objects.get().pk, quantity=1), ["cart"]),
            "remove": (lambda: carts.item_remove(cart=cart, item_id=CartItem.objects.get().pk), ["cart"]),
            "clear": (lambda: carts.cart_clear(cart=cart), ["cart"]),
            "merge": (lambda: carts.cart_merge(guest_cart=guests, user=customer), ["cart", "cart"]),
            "hold": (within(lambda: carts.cart_lock(user=customer, cart_id=cart.pk)), ["cart"]),
            "discard": (lambda: carts.carts_discard(user=customer), ["cart"]),
        }
    )


def test_nobody_holds_the_cart_of_another(customer: User, other_customer: User) -> None:
    cart = carts.cart_open(user=other_customer)

    def is_free() -> bool:
        with transaction.atomic():
            return Cart.objects.select_for_update(skip_locked=True).filter(pk=cart.pk).exists()

    for holder, left_free in ((customer, True), (other_customer, False)):
        with transaction.atomic():
            carts.cart_lock(user=holder, cart_id=cart.pk)
            (found,) = all_at_once(is_free)
            assert found is left_free


def test_stock() -> None:
    variant = sole_variant(make_product(stock_left=10))
    both = ["reservation", "stockitem"]
    locked_as_expected(
        {
            "reserve": (within(lambda: stock.stock_reserve(reference="A", quantities={variant.pk: 2})), ["stockitem"]),
            "commit": (within(lambda: stock.stock_commit(reference="A")), both),
            "restock": (within(lambda: stock.stock_restock(reference="A")), both),
            "reserve again": (
                within(lambda: stock.stock_reserve(reference="B", quantities={variant.pk: 2})),
                ["stockitem"],
            ),
            "release": (within(lambda: stock.stock_release(reference="B")), both),
            "count": (lambda: stock.stock_count(variant=variant, counted=7), ["stockitem"]),
        }
    )


def order_again(sale: Sale) -> None:
    offer = offer_of_product(sale.product.pk, currency="USD")
    carts.item_add(cart=carts.cart_open(user=sale.buyer), offer=offer, quantity=1)
    cart = Cart.objects.get(user=sale.buyer, status="open")
    request = order_request(cart_id=cart.pk, placed_from="192.0.2.7")
    payments.checkout(user=sale.buyer, method=PaymentMethod.STRIPE, order=request)


def test_orders(sale: Sale, staff: User) -> None:
    book_in(sole_variant(sale.product), 50)

    def fresh(act: Callable[[Order], Any]) -> Callable[[], Any]:
        """Place an order now, and return a call of ``act`` with it. The locks of placing it are not counted."""
        order_again(sale)
        order = Order.objects.latest("id")
        return lambda: act(order)

    def expire(order: Order) -> None:
        Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        assert orders.orders_expire(now=timezone.now()) == 1

    steps: dict[str, Step] = {
        "the customer's no": (
            fresh(lambda order: orders.order_cancel_by_customer(order=order, user=sale.buyer)),
            ["order", *CANCELLED],
        ),
        "hiding": (fresh(lambda order: orders.order_hide(order=order, actor=staff)), ["order", *CANCELLED]),
        "the staff's no": (fresh(lambda order: orders.order_transition(order_id=order.pk, to="cancelled")), CANCELLED),
        "the end of its time": (fresh(expire), ["order", *CANCELLED]),
    }
    locked_as_expected(steps)
    filling, placing = ["user", "cart"], ["user", "cart", "cart", "advisory", "stockitem"]
    assert locked_by(lambda: order_again(sale)) == filling + placing


def test_payments(sale: Sale, fake: FakeGateway) -> None:
    def undo() -> None:
        payments.checkout_undo(payment_id=Order.objects.latest("id").payments.get().pk)

    order, pk = sale.order, sale.payment.pk
    payment = ["order", "payment"]
    locked_as_expected(
        {
            "start": (lambda: payments.payment_start(payment_id=pk), payment * 3),
            "its money": (lambda: payments.settle(payment_id=pk, result=paid(sale.payment)), [*payment, "payment"]),
            "its order": (
                lambda: orders.order_confirm_if_paid(order_id=order.pk),
                ["order", "reservation", "stockitem"],
            ),
        }
    )
    order_again(sale)
    second = Order.objects.latest("id")
    open_another = lambda: payments.payment_open(user=sale.buyer, order_id=second.pk, method=PaymentMethod.STRIPE)  # noqa: E731
    locked_as_expected(
        {
            "another try": (open_another, ["user", *payment]),
            "given up": (lambda: payments.payments_cancel(order_id=second.pk), payment),
            "kept": (lambda: payments.orders_keep(user_id=sale.buyer.pk), ["order"]),
        }
    )
    order_again(sale)
    assert locked_by(undo) == ["user", *payment, "payment", "cart", *CANCELLED]


def test_refunds(paid_sale: Sale, staff: User) -> None:
    def refund() -> Refund:
        return Refund.objects.latest("id")

    def withdraw() -> None:
        Refund.objects.update(is_manual=True)
        payments.refund_withdraw(refund_id=refund().pk, actor=staff, reason="Settled in person")

    ask = lambda: payments.refund_request(payment_id=paid_sale.payment.pk, amount=Decimal(10), actor=staff)  # noqa: E731
    settled = ["order", "payment", "refund"]
    locked_as_expected(
        {
            "asked for": (ask, ["order", "payment"]),
            "made": (lambda: payments.refund_settle(refund_id=refund().pk, result=MADE), settled),
            "asked again": (ask, ["order", "payment"]),
            "withdrawn": (withdraw, ["order", "refund", *settled]),
        }
    )


def test_events(staff_api: APIClient) -> None:
    events.publish(events._REGISTRY["orders.order_placed"], order_id=1)
    row = OutboxEvent.objects.latest("id")
    assert locked_by(lambda: events._postpone(row.pk, ValueError())) == ["outboxevent"]
