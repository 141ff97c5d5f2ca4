"""Products together with their stock, written in one go."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import account_hold, seller_become
from catalog import quotas
from catalog import services as catalog
from catalog.models import Product, ProductImage, Variant
from catalog.querysets import ProductQuerySet
from catalog.selectors import only_variant
from inventory.selectors import products_low_on_stock
from inventory.services import stock_count
from utils.errors import Denied
from utils.versions import Versions


def low_on_stock(products: ProductQuerySet) -> ProductQuerySet:
    """Those with ``LOW_STOCK_THRESHOLD`` pieces or fewer, the scarcest first."""
    return products_low_on_stock(products, threshold=settings.LOW_STOCK_THRESHOLD)


def _require_may_book(actor: User) -> None:
    """Staff book stock only with the right to, whichever way; sellers their own. Raises ``Denied``."""
    if actor.is_staff and not actor.has_perm("inventory.add_stockmovement"):
        raise Denied("You may not book stock.")


def product_create(
    *, price: Decimal, stock: int = 0, images: Iterable[Any] = (), actor: User, **fields: Any
) -> Product:
    """``catalog.services.product_create`` in the shop's currency, with ``stock`` pieces booked in.

    ``images``: uploaded pictures, the first one of which lists show. Raises ``QuotaReached`` too (``catalog.quotas``).
    """
    with transaction.atomic():
        quotas.require_room_for_product(actor=actor)
        product = catalog.product_create(price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            _require_may_book(actor)
            stock_count(variant=product.variants.get(), counted=stock, actor=actor, note="Opening stock")
        if files := list(images):
            quotas.require_room_for_pictures(actor=actor, count=len(files))
            catalog.images_add(product=product, files=files)
        catalog.product_submit(product=product, actor=actor)
    return product


def product_offer(*, user: User, category: str, **fields: Any) -> Product:
    """Put something of one's own up for sale; whoever does is a seller from then on.

    ``category``: the slug of one, which is made when there is none. ``fields`` as above. Raises ``Denied`` too, and
    ``TokenRefused`` when the account is gone: nothing personal is written to one that is being erased.
    """
    with transaction.atomic():
        account_hold(user=user)
        seller_become(user=user)
        shelf = catalog.category_ensure(slug=category)
        return product_create(actor=user, seller=user, category=shelf, **fields)


def product_update(
    *,
    product: Product,
    actor: User,
    price: Decimal | None = None,
    stock: int | None = None,
    expected: Versions = None,
    **fields: Any,
) -> Product:
    """Change fields, and the price and stock of a product that has one variant.

    ``expected``: the versions that may be changed (``catalog.versions``). The change waits for staff where its seller
    awaits their approval (``catalog.services.product_submit``). Raises ``catalog.errors.BadPrice``, ``NotForSale``,
    ``VariantNeeded``, ``utils.errors.VersionChanged`` or ``inventory.errors.StockWouldFallShort``.
    """
    with transaction.atomic():
        if fields or expected is not None:
            catalog.product_update(product=product, expected=expected, **fields)
        if fields:
            catalog.product_submit(product=product, actor=actor)
        if price is not None:
            catalog.product_price_set(product=product, amount=price, currency=settings.DEFAULT_CURRENCY)
        if stock is not None:
            _require_may_book(actor)
            stock_count(variant=only_variant(product), counted=stock, actor=actor)
    return product


def variant_create(*, product: Product, price: Decimal, stock: int = 0, actor: User, **fields: Any) -> Variant:
    """``catalog.services.variant_create`` in the shop's currency, with ``stock`` pieces booked in."""
    with transaction.atomic():
        quotas.require_room_for_variant(product=product)
        variant = catalog.variant_create(product=product, price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            _require_may_book(actor)
            stock_count(variant=variant, counted=stock, actor=actor, note="Opening stock")
        catalog.product_submit(product=product, actor=actor)
    return variant


def image_add(*, product: Product, actor: User, **fields: Any) -> ProductImage:
    """Attach a picture within the quotas; the product may have to wait for staff, as after any other change."""
    with transaction.atomic():
        quotas.require_room_for_pictures(actor=actor, count=1)
        image = catalog.image_add(product=product, **fields)
        catalog.product_submit(product=product, actor=actor)
    return image


def images_add(*, product: Product, files: Sequence[Any], actor: User) -> list[ProductImage]:
    """Attach several pictures as ``image_add`` does, or none of them."""
    with transaction.atomic():
        quotas.require_room_for_pictures(actor=actor, count=len(files))
        images = catalog.images_add(product=product, files=files)
        catalog.product_submit(product=product, actor=actor)
    return images
