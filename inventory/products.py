"""Write products together with their stock, in one transaction."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Required, TypedDict, Unpack

from django.conf import settings
from django.core.files import File
from django.db import transaction

from accounts.models import User
from accounts.services import account_lock, seller_become
from catalog import quotas
from catalog import services as catalog
from catalog.fields import ProductChanges, ProductFields, VariantFields
from catalog.models import Product, ProductImage, Variant
from catalog.querysets import ProductQuerySet
from catalog.selectors import only_variant
from inventory.selectors import products_low_on_stock
from inventory.services import stock_count
from utils.errors import Denied
from utils.versions import Versions


class NewProduct(ProductFields, total=False):
    """Define the optional fields of a new product. Its name, price and stock are passed separately."""

    description: str
    sku: str
    slug: str


class NewVariant(VariantFields, total=False):
    """Define the fields of a new variant, apart from its price and stock."""

    options: Required[list[dict[str, str]]]
    sku: str


class Offered(TypedDict, total=False):
    """Define the fields of a product that a seller puts up for sale.

    ``price`` is a Decimal per piece, in the shop's currency; ``stock`` is the number of pieces. ``images`` are uploaded
    picture files; product lists show the first one.
    """

    name: Required[str]
    price: Required[Decimal]
    stock: int
    images: Iterable[File]
    description: str
    brand: str
    payout_phone: str
    status: str


def low_on_stock(products: ProductQuerySet) -> ProductQuerySet:
    """Select the products with ``LOW_STOCK_THRESHOLD`` pieces or fewer, the scarcest first."""
    return products_low_on_stock(products, threshold=settings.LOW_STOCK_THRESHOLD)


def _require_may_book(actor: User) -> None:
    """Raise ``Denied`` when ``actor`` is staff without the permission ``inventory.add_stockmovement``.

    Staff need it wherever they change stock. Sellers need none for their own products.
    """
    if actor.is_staff and not actor.has_perm("inventory.add_stockmovement"):
        raise Denied("You don't have the permission to change stock.")


def product_create(
    *, name: str, price: Decimal, stock: int = 0, images: Iterable[File] = (), actor: User, **fields: Unpack[NewProduct]
) -> Product:
    """Create a product with one variant at ``price`` (per piece, in the shop's currency) and ``stock`` pieces.

    ``images`` are uploaded pictures; lists show the first one. ``fields`` and the errors are those of
    ``catalog.services.product_create``. Also raise ``QuotaReached`` (``catalog.quotas``), and ``Denied`` when ``actor``
    may not change stock.
    """
    with transaction.atomic():
        quotas.require_room_for_product(actor=actor)
        product = catalog.product_create(name=name, price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            _require_may_book(actor)
            stock_count(variant=product.variants.get(), counted=stock, actor=actor, note="Opening stock")
        if files := list(images):
            quotas.require_room_for_pictures(actor=actor, count=len(files))
            catalog.images_add(product=product, files=files)
        catalog.product_submit(product=product, actor=actor)
    return product


def product_offer(*, user: User, category: str, **fields: Unpack[Offered]) -> Product:
    """Create a product that ``user`` sells, and make ``user`` a seller.

    ``category`` is a slug; if no category has it, one is created. ``fields`` and the errors are those of
    ``product_create``. Also raise ``Denied`` when ``user`` may not sell, and ``TokenRefused`` when the account no
    longer exists: nothing personal is written to an account that is being erased.
    """
    with transaction.atomic():
        account_lock(user=user)
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
    **fields: Unpack[ProductChanges],
) -> Product:
    """Change a product's fields, and the price and stock of its only variant.

    ``price`` is per piece, in the shop's currency; ``stock`` is the number of pieces for sale. ``expected`` are the
    versions that the caller may change (``catalog.versions``). After a change of fields the product waits for staff
    when ``actor`` is a seller who awaits their approval (``catalog.services.product_submit``).

    Raise the errors of ``catalog.services.product_update``, and ``catalog.errors.BadPrice``, ``NotForSale`` or
    ``VariantNeeded``, ``inventory.errors.StockWouldFallShort``, or ``Denied`` when ``actor`` may not change stock.
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


def variant_create(
    *, product: Product, price: Decimal, stock: int = 0, actor: User, **fields: Unpack[NewVariant]
) -> Variant:
    """Add a variant at ``price`` (per piece, in the shop's currency) with ``stock`` pieces.

    ``fields`` and the errors are those of ``catalog.services.variant_create``. Also raise ``QuotaReached`` when the
    product has as many variants as it may, and ``Denied`` when ``actor`` may not change stock.
    """
    with transaction.atomic():
        quotas.require_room_for_variant(product=product)
        variant = catalog.variant_create(product=product, price=price, currency=settings.DEFAULT_CURRENCY, **fields)
        if stock:
            _require_may_book(actor)
            stock_count(variant=variant, counted=stock, actor=actor, note="Opening stock")
        catalog.product_submit(product=product, actor=actor)
    return variant


def image_add(
    *, product: Product, actor: User, file: File, alt: str = "", variant: Variant | None = None
) -> ProductImage:
    """Attach an uploaded picture to a product; the product may then wait for staff, as after any other change.

    Raise ``QuotaReached`` when ``actor`` or the product has as many pictures as allowed.
    """
    with transaction.atomic():
        quotas.require_room_for_pictures(actor=actor, count=1)
        image = catalog.image_add(product=product, file=file, alt=alt, variant=variant)
        catalog.product_submit(product=product, actor=actor)
    return image


def images_add(*, product: Product, files: Sequence[File], actor: User) -> list[ProductImage]:
    """Attach all of these uploaded pictures as ``image_add`` does, or none."""
    with transaction.atomic():
        quotas.require_room_for_pictures(actor=actor, count=len(files))
        images = catalog.images_add(product=product, files=files)
        catalog.product_submit(product=product, actor=actor)
    return images
