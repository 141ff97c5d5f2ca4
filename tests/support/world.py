"""A world to test in: two customers who have one of everything, sellers, and staff of each group, all signed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.codes import issue
from accounts.groups import GROUPS
from accounts.models import CodePurpose, User
from accounts.resets import token_for
from cart.services import cart_open, cart_open_guest, code_put, item_add
from catalog.models import Product
from catalog.services import category_create, review_write, tier_set
from inventory.offers import LineItem, offer_of_variant
from notifications.models import Notification, Thread
from orders.services import code_create, promotion_create
from orders.tokens import order_token
from payments.gateways import registry
from payments.models import Payment
from payments.services import checkout
from payments.services.tokens import hashed
from payments.states import PaymentMethod
from shipping.services import address_create
from tests.factories import PASSWORD, make_product, make_staff, make_user, order_request, sole_variant
from tests.support.callers import GUEST, OTHER_GUEST
from tests.support.fake_gateway import FakeGateway
from tests.support.tokens import bearer, open_session


def client_with_token(user: User) -> APIClient:
    """Return a client with a real token: each request reads it and looks up its session."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=bearer(user)["Authorization"])
    return client


@dataclass(frozen=True)
class Shopper:
    """Hold a customer with a filled cart, an order with its payment, an address and a thread.

    The contracts name an order and a cart by an ``int``, /api/v1/ by a ``str``.
    """

    user: User
    api: APIClient
    cart: int
    cart_item: int
    order: int
    order_number: str
    payment: str
    address: str
    notification: str
    thread: str


@dataclass(frozen=True)
class Guest:
    """Hold a guest's order with its payment, and a client that sends its token."""

    api: APIClient
    order: int
    order_number: str
    payment: str
    token: str


def make_guest(email: str, product: Product) -> Guest:
    offer = offer_of_variant(sole_variant(product).pk, currency="USD")
    request = order_request(email=email, items=[LineItem(offer, 1)], placed_from="192.0.2.1")
    payment, _ = checkout(user=None, method=PaymentMethod.MANUAL, order=request)
    token = order_token(payment.order)
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_X_ORDER_TOKEN=token)
    return Guest(
        api=api, order=payment.order.pk, order_number=payment.order.number, payment=payment.number, token=token
    )


def make_shopper(name: str, product: Product) -> Shopper:
    user = make_user(name)
    item_add(cart=cart_open(user=user), offer=offer_of_variant(sole_variant(product).pk, currency="USD"), quantity=1)
    payment, _ = checkout(user=user, method=PaymentMethod.MANUAL, order=order_request(email=user.email))
    cart = cart_open(user=user)
    item = item_add(cart=cart, offer=offer_of_variant(sole_variant(product).pk, currency="USD"), quantity=2)
    review_write(product=product, user=user, rating=4, comment="Good")
    notification = Notification.objects.create(user=user, order=payment.order, status="pending", message="Placed")
    thread = Thread.objects.create(user=user, subject="Where is it?")
    thread.messages.create(author=user, body="It has not come yet.")
    return Shopper(
        user=user,
        api=client_with_token(user),
        cart=cart.pk,
        cart_item=item.pk,
        order=payment.order.pk,
        order_number=payment.order.number,
        payment=payment.number,
        address=address_create(user=user, street="1 Main Street", is_default=True).number,
        notification=notification.number,
        thread=thread.number,
    )


@dataclass(frozen=True)
class World:
    """Hold two customers, two guests, and every caller: clients in ``api``, users in ``users``.

    The callers are ``anonymous``, ``guest with a token`` (gina), ``guest with another's token`` (gus), ``customer``
    (carla), ``another customer`` (oskar), ``seller`` (of ``product``), ``another seller``, ``catalogue``, ``orders``
    and ``finance`` (staff of that group), ``staff without group``, ``staff`` (in all groups), ``superuser`` and
    ``disabled``.
    """

    carla: Shopper
    oskar: Shopper
    gina: Guest
    seller: User
    product: Product
    users: dict[str, User]
    api: dict[str, APIClient]

    def words(self) -> dict[str, Any]:
        """Return the values of the words in paths and bodies, such as ``{product}``. Everything personal is carla's."""
        variant, carla = sole_variant(self.product), self.carla.user
        tokens, reset = open_session(carla), token_for(carla)
        guest_cart = cart_open_guest()
        # Nobody's order changes by it, because it takes nothing off.
        promotion = promotion_create(items={}, name="Nothing off", kind="percentage", value=Decimal(0), needs_code=True)
        code = code_create(promotion=promotion, code="NOTHING-OFF").code
        code_put(cart=cart_open(user=carla), code=code)
        item_add(cart=guest_cart, offer=offer_of_variant(variant.pk, currency="USD"), quantity=1)
        return {
            "user": carla.pk,
            "product": self.product.pk,
            "slug": self.product.slug,
            "variant": variant.pk,
            # So dear that nobody gets it.
            "tier": tier_set(variant=variant, amount=Decimal(5000), currency="USD", min_quantity=900)[0].pk,
            "category": self.product.category_id,
            "promotion": promotion.pk,
            "promotion_code": code,
            "shelf": "electronics",
            "stock_item": variant.stock_items.get().pk,
            "guest_token": str(guest_cart.token),
            "refresh": tokens.refresh,
            "session": str(carla.sessions.latest("created_at").pk),
            "verification_code": issue(user=carla, purpose=CodePurpose.EMAIL_VERIFICATION, email=carla.email),
            "change_code": issue(user=carla, purpose=CodePurpose.EMAIL_CHANGE, email="new@example.com"),
            "reset_code": issue(user=carla, purpose=CodePurpose.PASSWORD_RESET, email=carla.email),
            "reset_token": str(reset),
            "reset_uid": reset.uid,
            "reset_secret": reset.secret,
            "access": tokens.access,
            "password": PASSWORD,
            "cart": self.carla.cart,
            "cart_item": self.carla.cart_item,
            "order": self.carla.order,
            "order_number": self.carla.order_number,
            "payment": self.carla.payment,
            **_words_of_money(self.carla.order),
            "address": self.carla.address,
            "notification": self.carla.notification,
            "thread": self.carla.thread,
            "guest_order": self.gina.order_number,
            "guest_order_token": self.gina.token,
        }

    def words_of_guest(self) -> dict[str, Any]:
        """Return those of ``words`` that name carla's order and payments, with gina's values."""
        gina = self.gina
        started = Payment.objects.create(order_id=gina.order, currency="USD", method="stripe", amount=Decimal(10))
        theirs = {"order": gina.order, "order_number": gina.order_number, "payment": gina.payment}
        return {**theirs, "gateway_payment": started.number}


def _words_of_money(order_id: int) -> dict[str, Any]:
    """Make two more payments of the order: one that can be started, and one that is captured and being refunded."""
    shared = {"order_id": order_id, "currency": "USD"}
    open_payment = Payment.objects.create(**shared, method="stripe", amount=Decimal(10), token_hash=hashed("hers"))
    sums = {"amount": Decimal(10), "captured_amount": Decimal(10), "refunded_amount": Decimal(1)}
    captured = Payment.objects.create(**shared, **sums, method="manual", state="captured", captured_at=timezone.now())
    captured.entries.create(kind="capture", method="manual", amount=Decimal(10), currency="USD")
    refund = captured.refunds.create(amount=Decimal(1), currency="USD", is_manual=True)
    return {
        "gateway": "stripe",
        "gateway_payment": open_payment.number,
        "callback_token": "hers",
        "pay_bill_token": settings.MPESA_C2B_TOKEN,
        "captured_payment": captured.number,
        "refund": refund.number,
    }


def make_others() -> dict[str, User]:
    return {
        "another seller": make_user("solomon", role="seller"),
        **{group: make_staff(f"{group}-clerk", groups=[group]) for group in GROUPS},
        "staff without group": make_staff("nobody", groups=()),
        "staff": make_staff("stefan"),
        "superuser": User.objects.create_superuser("root", "root@example.com", PASSWORD),
        "disabled": make_staff("former", is_superuser=True),
    }


def make_world() -> World:
    seller = make_user("sally", role="seller")
    shelf = category_create(name="Electronics")
    product = make_product("Gaming Laptop", price="1299.99", stock_left=50, category=shelf, seller=seller)
    carla = make_shopper("carla", product)
    # A cart's items are named by their variant, so only a cart with another variant shows whether others can reach it.
    oskar = make_shopper("oskar", make_product("Desk Lamp", stock_left=50, seller=seller))
    gina, gus = make_guest("gina@example.com", product), make_guest("gus@example.com", product)
    users = {"customer": carla.user, "another customer": oskar.user, "seller": seller, **make_others()}
    api = {who: client_with_token(user) for who, user in users.items()}
    User.objects.filter(pk=users["disabled"].pk).update(is_active=False)
    return World(
        carla=carla,
        oskar=oskar,
        gina=gina,
        seller=seller,
        product=product,
        users=users,
        api=api
        | {"anonymous": APIClient(raise_request_exception=False), "customer": carla.api}
        | {GUEST: gina.api, OTHER_GUEST: gus.api},
    )


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make one world for all tests of a module. Each test's own transaction is a savepoint in the world's.

    One of its gateways takes webhooks without a signature; the two others need a phone number.
    """
    books = tmp_path_factory.mktemp("gateways")
    fakes = [
        FakeGateway(books / "books.json", wants_signature=False),
        FakeGateway(books / "other-books.json", method="mpesa", needs_phone=True),
        FakeGateway(books / "third-books.json", method="aamarpay", needs_phone=True),
    ]
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_GATEWAYS", {each.method: each for each in fakes})
        patch.setattr(settings, "MPESA_C2B_TOKEN", "f" * 32)
        yield make_world()
        transaction.set_rollback(True)
