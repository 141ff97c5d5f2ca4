"""A batch of drafts written in bulk."""

from collections import Counter
from collections.abc import Sequence

from django.utils import timezone

from catalog.importing.drafts import Problem, ProductDraft
from catalog.models import Product, ProductImage, Variant, VariantPrice
from catalog.services import price_ranges_refresh, products_touch
from inventory.importing.categories import CategoryTree
from inventory.importing.plan import plan
from inventory.importing.present import present
from inventory.importing.stock import stock_counts_book
from inventory.importing.tally import Tally
from inventory.importing.writes import ProductWrites, Rows

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


def batch_write(
    drafts: Sequence[ProductDraft], *, categories: CategoryTree, currency: str, note: str, sets_stock: bool
) -> tuple[Tally, list[Problem]]:
    """Create or update these products, whose handles are all different. The caller holds the transaction.

    ``note`` goes on every stock movement; ``sets_stock``: see ``plan``. Database errors, and refusals of
    ``catalog.services``, are the caller's to handle: nothing is known then about which product is to blame.
    """
    there = present([draft.handle for draft in drafts], currency=currency)
    planned = [plan(draft, there, categories=categories, currency=currency, sets_stock=sets_stock) for draft in drafts]
    problems = [problem for writes in planned for problem in writes.problems]
    good = [writes for writes in planned if not writes.is_refused]
    _write_rows(good)
    counted = {variant.pk: pieces for writes in good for variant, pieces in writes.counts}
    moved = stock_counts_book(counted=counted, note=note)
    tally = _tally(good, moved)
    tally.products_failed = len(planned) - len(good)
    tally.stock_movements = moved.total()
    return tally, problems


def _write_rows(planned: Sequence[ProductWrites]) -> None:
    products = Rows[Product](
        new=[writes.product for writes in planned if writes.is_new],
        changed=[writes.product for writes in planned if writes.is_changed and not writes.is_new],
    )
    now = timezone.now()
    for product in products.changed:
        product.updated_at = now
    variants, prices, images = Rows[Variant](), Rows[VariantPrice](), Rows[ProductImage]()
    for writes in planned:
        variants.extend(writes.variants)
        prices.extend(writes.prices)
        images.extend(writes.images)
    Product.objects.bulk_create(products.new)
    Product.objects.bulk_update(products.changed, _PRODUCT_FIELDS)
    Variant.objects.bulk_create(variants.new)
    Variant.objects.bulk_update(variants.changed, _VARIANT_FIELDS)
    VariantPrice.objects.bulk_create(prices.new)
    VariantPrice.objects.bulk_update(prices.changed, _PRICE_FIELDS)
    ProductImage.objects.bulk_create(images.new)
    ProductImage.objects.bulk_update(images.changed, _IMAGE_FIELDS)
    removed = [pk for writes in planned for pk in writes.removed_images]
    if removed:
        ProductImage.objects.filter(pk__in=removed).delete()
    products_touch(product_ids=[writes.product.pk for writes in planned if writes.touches_anything])
    repriced = [writes.product.pk for writes in planned if writes.prices]
    if repriced:
        price_ranges_refresh(product_ids=repriced)


def _tally(planned: Sequence[ProductWrites], moved: Counter[int]) -> Tally:
    """Pieces that were booked make a product an updated one."""
    tally = Tally()
    for writes in planned:
        tally.variants_created += len(writes.variants.new)
        tally.variants_updated += len(writes.variants.changed)
        tally.images_created += len(writes.images.new)
        tally.images_updated += len(writes.images.changed)
        tally.images_removed += len(writes.removed_images)
        tally.stock_left_alone += writes.stock_left_alone
        if writes.is_new:
            tally.products_created += 1
        elif writes.touches_anything or any(variant.pk in moved for variant, _ in writes.counts):
            tally.products_updated += 1
        else:
            tally.products_unchanged += 1
    return tally
