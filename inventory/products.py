"""Products together with their stock: what the catalogue's HTTP edges show, and write in one go."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.models import User
from catalog import services as catalog
from catalog.models import Product, Variant
from catalog.querysets import ProductQuerySet
from catalog.selectors import main_images, only_variant, product_get, product_listing, variants_on_offer
from inventory.selectors import Availability, availability_by_product, products_low_on_stock, with_stock
from inventory.services import stock_count


def complete_rows(products: Sequence[Product]) -> Sequence[Product]:
    """Give the products of one page their ``availability`` and main ``image``, in two statements."""
    ids = [product.pk for product in products]
    stock, images = availability_by_product(ids), main_images(ids)
    for product in products:
        product.availability = stock[product.pk]  # type: ignore[attr-defined] # what the serializers show
        product.image = images.get(product.pk)  # type: ignore[attr-defined]
    return products


def complete_rows_with_pictures(products: Sequence[Product]) -> Sequence[Product]:
    """``complete_rows`` for contracts whose lists show all ``pictures``."""
    prefetch_related_objects(products, "images")
    stock = availability_by_product(product.pk for product in products)
    for product in products:
        product.availability = stock[product.pk]  # type: ignore[attr-defined] # what the serializers show
        _add_pictures(product)
    return products


def product_page(products: ProductQuerySet, *, key: str | int) -> Product:
    """One product with all it shows, in three statements. Raises ``catalog.errors.ProductNotFound``."""
    currency = settings.DEFAULT_CURRENCY
    product: Any = product_get(product_listing(products, currency=currency), key=key)
    product.on_offer = list(with_stock(variants_on_offer(currency=currency).filter(product=product)))
    counted = sum(variant.stock or 0 for variant in product.on_offer)
    is_uncounted = any(variant.stock is None for variant in product.on_offer)
    product.availability = Availability(stock=counted, in_stock=counted > 0 or is_uncounted)
    _add_pictures(product)
    return product


def _add_pictures(product: Any) -> None:
    product.pictures = list(product.images.all())
    product.image = product.pictures[0].url if product.pictures else None


def low_on_stock(products: ProductQuerySet) -> ProductQuerySet:
    """Those with ``LOW_STOCK_THRESHOLD`` pieces or fewer, the scarcest first."""
    return products_low_on_stock(products, threshold=settings.LOW_STOCK_THRESHOLD)


def product_create(*, price: Decimal, stock: int = 0, actor: User, **fields: Any) -> Product:
    """``catalog.services.product_create`` in the shop's currency, with ``stock`` pieces booked in."""
    with transaction.atomic():
        product = catalog.product_create(price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            stock_count(variant=product.variants.get(), counted=stock, actor=actor, note="Opening stock")
    return product


def product_update(
    *, product: Product, actor: User, price: Decimal | None = None, stock: int | None = None, **fields: Any
) -> Product:
    """Change fields, the price of every variant, and the stock of a product that has one variant.

    Raises ``catalog.errors.BadPrice``, ``VariantNeeded`` or ``inventory.errors.StockWouldFallShort``.
    """
    with transaction.atomic():
        if fields:
            catalog.product_update(product=product, **fields)
        if price is not None:
            catalog.product_price_set(product=product, amount=price, currency=settings.DEFAULT_CURRENCY)
        if stock is not None:
            stock_count(variant=only_variant(product), counted=stock, actor=actor)
    return product


def variant_create(*, product: Product, price: Decimal, stock: int = 0, actor: User, **fields: Any) -> Variant:
    """``catalog.services.variant_create`` in the shop's currency, with ``stock`` pieces booked in."""
    with transaction.atomic():
        variant = catalog.variant_create(product=product, price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            stock_count(variant=variant, counted=stock, actor=actor, note="Opening stock")
    return variant
