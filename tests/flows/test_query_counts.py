"""Every request that reads or buys makes the same number of SQL statements for few rows and for many."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import CustomerGroup, User
from cart.services import cart_open, item_add
from catalog.models import Product, ProductImage, Variant
from catalog.services import category_create, review_write, tier_set
from inventory.models import StockItem
from inventory.offers import offer_of_variant
from inventory.products import variant_create
from notifications.models import Notification, Thread, ThreadMessage
from payments.services import checkout
from payments.states import PaymentMethod
from shipping.models import ShippingMethod, ShippingRate, ShippingZone
from shipping.services import address_create
from tests.factories import make_product, make_staff, make_user, order_request
from tests.support.query_counts import CountedRequest, CountedShop, baseline, counts_of, is_updating, write_baseline
from tests.support.storefronts import aamarpay_shop, modular_shop, omache, realtime_shop, stripe_shop
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

CONTRACTS = {"000": aamarpay_shop, "001": stripe_shop, "002": omache, "003": modular_shop, "004": realtime_shop}


@dataclass(frozen=True)
class Size:
    """Hold how many rows a shop has.

    ``rows`` is the number of orders, payments, notifications, addresses, reviews, categories, products low on stock,
    threads, and messages in each thread.
    """

    products: int
    lines: int
    rows: int


FEW, MANY = Size(products=3, lines=2, rows=2), Size(products=20, lines=8, rows=20)
ADDRESS = {"street": "1 Main Street"}


def make_catalogue(size: Size, staff: User) -> list[Product]:
    """Make products with three variants and three pictures each, and with so much stock that no order sells out."""
    names = ["Phones", *(f"Shelf {number}" for number in range(1, size.rows))]  # shop 002 has this category
    shelves = [category_create(name=name) for name in names]
    products = []
    for number in range(size.products):
        product = make_product(f"Gaming Laptop {number}", stock_left=1000, category=shelves[number % len(shelves)])
        for value in ("M", "L"):
            options = [{"name": "Size", "value": value}]
            variant_create(product=product, price=Decimal(12), stock=1000, actor=staff, options=options)
        images = [ProductImage(product=product, source_url="https://example.com/a.png", position=n) for n in range(3)]
        ProductImage.objects.bulk_create(images)
        products.append(product)
    for number in range(size.rows):
        make_product(f"Last ones {number}", stock_left=1)
    return products


def fill_cart(user: User, variants: list[Variant]) -> None:
    cart = cart_open(user=user)
    for variant in variants:
        item_add(cart=cart, offer=offer_of_variant(variant.pk, currency="USD"), quantity=1)


def make_thread(user: User, staff: User, *, answers: int) -> None:
    thread = Thread.objects.create(user=user)
    ThreadMessage.objects.bulk_create(ThreadMessage(thread=thread, author=staff, body="Yes") for _ in range(answers))
    newest = thread.messages.latest("id")
    Notification.objects.create(user=user, thread_message=newest, status="answered", message="Answered")


def make_shop(size: Size) -> CountedShop:
    # On PostgreSQL, an order of a customer without a verified e-mail address takes one more lock (ADR 25).
    user, staff = make_user("carla", email_verified_at=timezone.now()), make_staff("stefan")
    products = make_catalogue(size, staff)
    single = make_product("Gaming Mouse", stock_left=1000)
    variants = [product.variants.all()[0] for product in products[: size.lines]]
    for number in range(size.rows):
        group = CustomerGroup.objects.create(name=f"Group {number}", code=f"group-{number}")
        tier_set(variant=variants[0], amount=Decimal(9), currency="USD", group=group)
        method = ShippingMethod.objects.create(name=f"Post {number}", code=f"post-{number}", position=number)
        ShippingRate.objects.create(method=method, currency="USD", price=Decimal(5))
        zone = ShippingZone.objects.create(name=f"Zone {number}")
        zone.places.create(country="US", region="New York")
        ShippingRate.objects.create(method=method, zone=zone, currency="USD", price=Decimal(5))
        address_create(user=user, **ADDRESS)
        review_write(product=products[0], user=make_user(), rating=4)
    for _ in range(size.rows):
        fill_cart(user, variants)
        payment, _ = checkout(user=user, method=PaymentMethod.MANUAL, order=order_request(address=ADDRESS))
        Notification.objects.create(user=user, order=payment.order, status="pending", message="Placed")
        make_thread(user, staff, answers=size.rows)
    fill_cart(user, variants)
    return CountedShop(
        product=products[0],
        single=single,
        payment=payment,
        customer=client_with_token(user),
        staff=client_with_token(staff),
        anonymous=APIClient(),
    )


def thread_requests(shop: CountedShop) -> dict[str, CountedRequest]:
    customer, staff, body = shop.customer, shop.staff, {"body": "Is it on its way?"}
    path = f"/api/v1/threads/{Thread.objects.latest('id').number}/"
    return {
        "GET threads/": lambda: customer.get("/api/v1/threads/"),
        "GET threads/, by staff": lambda: staff.get("/api/v1/threads/"),
        "POST threads/": lambda: customer.post("/api/v1/threads/", body),
        "GET threads/{id}/": lambda: customer.get(path),
        "GET threads/{id}/messages/": lambda: customer.get(f"{path}messages/"),
        "POST threads/{id}/messages/": lambda: customer.post(f"{path}messages/", body),
        "POST threads/{id}/messages/, by staff": lambda: staff.post(f"{path}messages/", body),
        "POST threads/{id}/close/": lambda: staff.post(f"{path}close/"),
    }


def canonical_requests(shop: CountedShop) -> dict[str, CountedRequest]:
    customer, staff, order = shop.customer, shop.staff, {"address": ADDRESS}
    item = StockItem.objects.filter(variant__product=shop.single).get()
    newest = Notification.objects.filter(user__username="carla").latest("id")
    narrowed = {
        "search": "gaming laptop",
        "min_price": 1,
        "max_price": 500,
        "in_stock": "true",
        "category": shop.product.category_id,
        "ordering": "-price",
    }
    on = shop.payment.order.number
    tiers = f"/api/v1/products/{shop.product.pk}/variants/{shop.product.variants.all()[0].pk}/tiers/"
    return {
        "GET products/": lambda: shop.anonymous.get("/api/v1/products/"),
        "GET products/, signed in": lambda: customer.get("/api/v1/products/"),
        "GET products/, searched, filtered and sorted": lambda: customer.get("/api/v1/products/", narrowed),
        "GET products/{key}/": lambda: shop.anonymous.get(f"/api/v1/products/{shop.product.slug}/"),
        "GET products/{key}/reviews/": lambda: shop.anonymous.get(f"/api/v1/products/{shop.product.pk}/reviews/"),
        "GET products/low-stock/": lambda: staff.get("/api/v1/products/low-stock/"),
        "GET products/{key}/variants/{id}/tiers/": lambda: staff.get(tiers),
        "GET categories/": lambda: shop.anonymous.get("/api/v1/categories/"),
        "GET auth/me/": lambda: customer.get("/api/v1/auth/me/"),
        "GET addresses/": lambda: customer.get("/api/v1/addresses/"),
        "GET cart/": lambda: customer.get("/api/v1/cart/"),
        "POST cart/items/": lambda: customer.post("/api/v1/cart/items/", {"product": shop.single.pk}),
        "POST orders/quote/": lambda: customer.post("/api/v1/orders/quote/", {}),
        "POST orders/": lambda: customer.post("/api/v1/orders/", order),
        "POST orders/, with a key": lambda: customer.post("/api/v1/orders/", order, headers={"Idempotency-Key": "one"}),
        "GET orders/": lambda: customer.get("/api/v1/orders/"),
        "GET orders/, by staff": lambda: staff.get("/api/v1/orders/"),
        "GET orders/{id}/": lambda: customer.get(f"/api/v1/orders/{on}/"),
        "GET orders/{id}/history/": lambda: customer.get(f"/api/v1/orders/{on}/history/"),
        "POST orders/{id}/cancel/": lambda: customer.post(f"/api/v1/orders/{on}/cancel/"),
        "POST orders/{id}/transition/, one step": lambda: staff.post(
            f"/api/v1/orders/{on}/transition/", {"status": "confirmed"}
        ),
        "POST orders/{id}/transition/, three steps": lambda: staff.post(
            f"/api/v1/orders/{on}/transition/", {"status": "shipped"}
        ),
        "GET payments/": lambda: customer.get("/api/v1/payments/"),
        "GET payments/{id}/": lambda: customer.get(f"/api/v1/payments/{shop.payment.number}/"),
        "POST payments/{id}/confirm/": lambda: staff.post(f"/api/v1/payments/{shop.payment.number}/confirm/", {}),
        "GET notifications/": lambda: customer.get("/api/v1/notifications/"),
        "POST notifications/read/": lambda: customer.post("/api/v1/notifications/read/", {"up_to": newest.number}),
        "GET inventory/stock/": lambda: staff.get("/api/v1/inventory/stock/"),
        "GET inventory/movements/": lambda: staff.get("/api/v1/inventory/movements/"),
        "POST inventory/movements/": lambda: staff.post(
            "/api/v1/inventory/movements/", {"stock_item": item.pk, "quantity": 1, "kind": "receipt"}
        ),
    }


def requests_of(shop: CountedShop) -> dict[str, CountedRequest]:
    """Return one valid request to each route whose statements are counted, by its name."""
    requests = canonical_requests(shop) | thread_requests(shop)
    canonical = {f"v1: {name}": request for name, request in requests.items()}
    contracts = {
        f"{number}: {name}": request
        for number, module in CONTRACTS.items()
        for name, request in module.requests(shop).items()
    }
    return canonical | contracts


def counted(shop: CountedShop) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, request in requests_of(shop).items():
        counts |= counts_of(name, request)
    return counts


def test_few_rows_cost_what_the_baseline_says() -> None:
    counts = counted(make_shop(FEW))
    if is_updating():
        write_baseline(counts)
    assert counts == baseline()


def test_many_rows_cost_the_same() -> None:
    assert counted(make_shop(MANY)) == baseline()
