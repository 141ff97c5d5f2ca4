"""Fill the database in bulk, as the services would write it: ``manage.py verify_stock`` finds no error."""

import time
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, UserSession
from accounts.tokens import refresh_token_of
from bench.catalogue import Catalogue, Item, Shelf
from cart.models import Cart, CartStatus
from catalog.html import clean_html
from catalog.models import Category, Product, ProductImage, Variant, VariantPrice
from catalog.services import changes_gathered, price_ranges_refresh, search_values
from inventory.models import Location, MovementKind, StockItem, StockMovement
from inventory.selectors import available_by_variant
from inventory.services import default_location, stock_count
from orders.models import OrderLine
from shipping.models import ShippingMethod, ShippingRate
from utils.models import OutboxEvent

CUSTOMERS = 5_000
_BATCH = 1_000
_TOKENS_LAST = timedelta(hours=12)
_WORKER_SECONDS = 60


def fill(catalogue: Catalogue) -> None:
    """Fill an empty database with ``catalogue`` and customers. Shelves and items keep their numbers as ids."""
    Category.objects.load_bulk(_tree(catalogue.shelves, None), keep_ids=True)
    location = default_location()
    for start in range(0, len(catalogue.items), _BATCH):
        _add_products(catalogue.items[start : start + _BATCH], location)
    method = ShippingMethod.objects.create(name="Parcel", code="parcel")
    ShippingRate.objects.create(method=method, currency=settings.DEFAULT_CURRENCY, price=Decimal("4.90"))
    _add_customers()
    cache.clear()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Category, Product]):
            cursor.execute(statement)


def vacuum() -> None:
    """Clean up and count all tables. Autovacuum would do it a minute later, in the middle of a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _tree(shelves: Sequence[Shelf], parent: int | None) -> list[dict[str, object]]:
    return [
        {"id": shelf.no, "data": {"name": shelf.name, "slug": shelf.slug}, "children": _tree(shelves, shelf.no)}
        for shelf in shelves
        if shelf.parent == parent
    ]


@transaction.atomic
def _add_products(items: Sequence[Item], location: Location) -> None:
    with changes_gathered():
        _write_products(items, location)


def _write_products(items: Sequence[Item], location: Location) -> None:
    Product.objects.bulk_create([_product(item) for item in items])
    variants = Variant.objects.bulk_create([Variant(product_id=item.no, sku=item.sku) for item in items])
    pairs = list(zip(variants, items, strict=True))
    VariantPrice.objects.bulk_create(
        [
            VariantPrice(variant=variant, currency=settings.DEFAULT_CURRENCY, amount=Decimal(item.price).scaleb(-2))
            for variant, item in pairs
        ]
    )
    price_ranges_refresh(product_ids=[item.no for item in items])
    ProductImage.objects.bulk_create(
        [
            ProductImage(product_id=item.no, file=item.image.removeprefix("/media/"), alt=item.name, position=1)
            for item in items
        ]
    )
    stock = StockItem.objects.bulk_create(
        [StockItem(variant=variant, location=location, on_hand=item.stock) for variant, item in pairs]
    )
    StockMovement.objects.bulk_create(
        [
            StockMovement(stock_item=row, kind=MovementKind.RECEIPT, quantity=row.on_hand, note="Opening stock")
            for row in stock
        ]
    )


def _product(item: Item) -> Product:
    description = clean_html(item.description)
    product = Product(pk=item.no, name=item.name, slug=item.slug, description=description, category_id=item.category)
    for column, value in search_values(product, [item.sku]).items():
        setattr(product, column, value)
    return product


def _add_customers() -> None:
    password = make_password(None)
    User.objects.bulk_create(
        [
            User(username=f"customer{number}", email=f"customer{number}@example.com", password=password)
            for number in range(1, CUSTOMERS + 1)
        ],
        batch_size=_BATCH,
    )


def customers_sign_in() -> list[str]:
    """Open a session for every customer, and end those of earlier runs; return the access tokens.

    The tokens live longer than ``ACCESS_TOKEN_LIFETIME``, so that a long run need not renew them. The shop checks them
    like any others.
    """
    UserSession.objects.all().delete()
    sessions, tokens = [], []
    for user in User.objects.order_by("pk"):
        session = UserSession(user=user, current_jti=uuid4().hex, expires_at=timezone.now() + _TOKENS_LAST)
        access = refresh_token_of(session).access_token
        access.set_exp(lifetime=_TOKENS_LAST)
        sessions.append(session)
        tokens.append(str(access))
    UserSession.objects.bulk_create(sessions, batch_size=_BATCH)
    return tokens


def carts_forget() -> None:
    """Delete the open carts, so that every customer begins without one. Ordered carts stay."""
    Cart.objects.filter(status=CartStatus.OPEN).delete()


def wait_for_worker() -> float:
    """Wait until the worker has delivered every event and run every job that is due, a minute at most.

    Return the seconds that it took. Otherwise one workload's events would slow the next one down.
    """
    begin = time.monotonic()
    while _worker_has_work() and time.monotonic() < begin + _WORKER_SECONDS:
        time.sleep(0.1)
    return time.monotonic() - begin


def _worker_has_work() -> bool:
    from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415 - only with PostgreSQL

    if OutboxEvent.objects.filter(delivered_at=None).exists():
        return True
    # procrastinate annotates the manager as an instance's
    jobs = ProcrastinateJob.objects.filter(status__in=["todo", "doing"])  # type: ignore[misc]
    return jobs.exclude(scheduled_at__gt=timezone.now()).exists()


def stock_set(catalogue: Catalogue, pieces: int) -> None:
    """Make ``pieces`` of the hot item available, and record the movement in the ledger."""
    stock_count(variant=_hot_variant(catalogue), counted=pieces)


def stock_left(catalogue: Catalogue) -> int:
    """Return the available pieces of the hot item."""
    variant = _hot_variant(catalogue)
    return available_by_variant([variant.pk])[variant.pk]


def stock_sold(catalogue: Catalogue) -> int:
    """Return the pieces of the hot item in all orders so far."""
    return sum(OrderLine.objects.filter(product=catalogue.hot).values_list("quantity", flat=True))


def _hot_variant(catalogue: Catalogue) -> Variant:
    return Variant.objects.get(product=catalogue.hot)
