"""Write many products at once, in a number of statements that does not grow with the number of products."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db.models import Model
from django.utils import timezone

from catalog.models import Product, ProductImage, Variant, VariantPrice
from catalog.services.prices import price_ranges_refresh
from catalog.services.versions import products_touch

M = TypeVar("M", bound=Model)

_PRODUCT_FIELDS = [
    "name",
    "description",
    "brand",
    "product_type",
    "tags",
    "category",
    "status",
    "search_text",
    "brand_key",
    "updated_at",
]
_VARIANT_FIELDS = ["sku", "options", "barcode", "weight_grams", "track_inventory"]
_PRICE_FIELDS = ["amount", "compare_at"]
_IMAGE_FIELDS = ["alt", "position", "variant"]


@dataclass(frozen=True)
class LockedProducts:
    """Hold locked products with their variants, prices and pictures.

    ``products`` are by slug, ``variants`` and ``images`` by product id, and ``prices`` by variant id. ``sellers_slugs``
    are the slugs that belong to sellers' products. Nothing else about those products is kept.
    """

    products: dict[str, Product]
    sellers_slugs: frozenset[str]
    variants: dict[int, list[Variant]]
    prices: dict[int, VariantPrice]
    images: dict[int, list[ProductImage]]


@dataclass
class Rows(Generic[M]):
    """Hold the rows to create and the rows to update."""

    new: list[M] = field(default_factory=list)
    changed: list[M] = field(default_factory=list)

    def extend(self, other: "Rows[M]") -> None:
        self.new += other.new
        self.changed += other.changed

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


@dataclass
class ProductWrite:
    """Hold the rows to write for one product.

    ``is_new`` and ``is_changed`` say whether the product's own row is to be created or updated. ``removed_images`` are
    the ids of the pictures to delete.
    """

    product: Product
    is_new: bool
    is_changed: bool = False
    variants: Rows[Variant] = field(default_factory=Rows)
    prices: Rows[VariantPrice] = field(default_factory=Rows)
    images: Rows[ProductImage] = field(default_factory=Rows)
    removed_images: list[int] = field(default_factory=list)

    @property
    def touches_anything(self) -> bool:
        """Return whether any row will be written. The product's cached card is then outdated."""
        rows = (self.variants, self.prices, self.images, self.removed_images)
        return self.is_new or self.is_changed or any(rows)


def products_lock(*, slugs: Iterable[str], currency: str) -> LockedProducts:
    """Lock and read the shop's own products with these slugs, and note which slugs belong to sellers' products.

    A second call for the same products waits for the first transaction, and then reads what that has written. The lock
    does not block foreign keys, so carts, orders and reviews do not wait for it. Only prices in ``currency`` are read.
    """
    locked = Product.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = list(locked.filter(slug__in=list(slugs)))
    products = {product.slug: product for product in found if product.seller_id is None}
    ids = [product.pk for product in products.values()]
    variants: dict[int, list[Variant]] = defaultdict(list)
    images: dict[int, list[ProductImage]] = defaultdict(list)
    prices: dict[int, VariantPrice] = {}
    if ids:
        for variant in Variant.objects.filter(product__in=ids):
            variants[variant.product_id].append(variant)
        for image in ProductImage.objects.filter(product__in=ids):
            images[image.product_id].append(image)
        for price in VariantPrice.objects.filter(variant__product__in=ids, currency=currency):
            prices[price.variant_id] = price
    return LockedProducts(
        products=products,
        sellers_slugs=frozenset(product.slug for product in found if product.seller_id is not None),
        variants=variants,
        prices=prices,
        images=images,
    )


def products_write(*, changes: Sequence[ProductWrite]) -> None:
    """Create and update the rows of these products.

    The calling code opens the transaction and has locked the products to update. Slugs, prices and descriptions are
    written as they are: the calling code has checked and cleaned them.
    """
    products = Rows[Product](
        new=[each.product for each in changes if each.is_new],
        changed=[each.product for each in changes if each.is_changed and not each.is_new],
    )
    now = timezone.now()
    for product in products.changed:
        product.updated_at = now
    variants, prices, images = Rows[Variant](), Rows[VariantPrice](), Rows[ProductImage]()
    for each in changes:
        variants.extend(each.variants)
        prices.extend(each.prices)
        images.extend(each.images)
    Product.objects.bulk_create(products.new)
    Product.objects.bulk_update(products.changed, _PRODUCT_FIELDS)
    Variant.objects.bulk_create(variants.new)
    Variant.objects.bulk_update(variants.changed, _VARIANT_FIELDS)
    VariantPrice.objects.bulk_create(prices.new)
    VariantPrice.objects.bulk_update(prices.changed, _PRICE_FIELDS)
    ProductImage.objects.bulk_create(images.new)
    ProductImage.objects.bulk_update(images.changed, _IMAGE_FIELDS)
    removed = [pk for each in changes for pk in each.removed_images]
    if removed:
        ProductImage.objects.filter(pk__in=removed).delete()
    products_touch(product_ids=[each.product.pk for each in changes if each.touches_anything])
    repriced = [each.product.pk for each in changes if each.prices]
    if repriced:
        price_ranges_refresh(product_ids=repriced)
