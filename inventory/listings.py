"""Keep the read model of product lists (``Listing``), prove it, and read it.

``listings_refresh`` and ``availability_refresh`` are its only writers. They run in the transaction that changes what a
product shows, so the next reader finds the change.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from zlib import crc32

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from catalog.models import Product, Variant
from catalog.querysets import ProductQuerySet
from catalog.selectors import variants_with_tiers
from catalog.services.versions import lock_products
from inventory.cards import SHAPE, card_text, page_text
from inventory.models import Listing, StockItem
from inventory.querysets import ListingQuerySet
from inventory.selectors import availability_by_product, with_stock
from utils.money import currencies, shop_currency
from utils.revisions import revision_change

_AT_ONCE = 500
_KEY = ["currency", "product"]
_DERIVED = [
    "category",
    "name",
    "brand_key",
    "price",
    "rating",
    "in_stock",
    "created_at",
    "updated_at",
    "card",
    "page",
    "made_for",
]


def listings_refresh(*, product_ids: Iterable[int]) -> None:
    """Derive the rows of these products anew. The caller holds the products' locks, or has just written their rows.

    Rows that are there are locked before the stock that they show is read. Then an order that takes a product's last
    piece at the same time waits, or is waited for. Where there is no row to lock yet, the stock items are locked: those
    of all products come first, because nobody who holds a row may wait for stock (docs/locking.md).
    """
    ids = sorted(product_ids)
    is_one_batch = len(ids) <= _AT_ONCE
    if not is_one_batch and connection.features.has_select_for_update:
        _lock_stock(Product.objects.on_sale().filter(~_is_listed(), pk__in=ids))
    for start in range(0, len(ids), _AT_ONCE):
        _refresh(ids[start : start + _AT_ONCE], locks_stock=is_one_batch)


def _refresh(ids: Collection[int], *, locks_stock: bool) -> None:
    products = _on_sale(ids)
    on_sale = [product.pk for product in products]
    if products:
        if locks_stock and (new := [product.pk for product in products if not product.is_listed]):
            _lock_stock(new)
        list(_listings(on_sale).locked().values_list("product_id"))
        Listing.objects.bulk_create(
            _derived(products), update_conflicts=True, unique_fields=_KEY, update_fields=_DERIVED
        )
    if len(products) < len(ids):
        Listing.objects.filter(product__in=set(ids) - set(on_sale)).delete()


def unlisted_variants(*, product_ids: Collection[int]) -> list[int]:
    """Return the ids of the variants of those of these products that are on sale and have no row yet."""
    if not product_ids:
        return []
    products = Product.objects.on_sale().filter(~_is_listed(), pk__in=product_ids)
    return list(Variant.objects.filter(product__in=products).values_list("pk", flat=True))


def _lock_stock(products: Collection[int] | QuerySet[Product]) -> None:
    list(StockItem.objects.filter(variant__product__in=products).locked())


def _listings(product_ids: Collection[int]) -> ListingQuerySet:
    return Listing.objects.filter(currency__in=currencies(), product__in=product_ids)


def _on_sale(ids: Collection[int]) -> list[Any]:
    """Return those of these products that are on sale, with prices in the shop's own currency.

    ``is_listed`` tells which of them have a row.
    """
    return list(_priced_in(shop_currency(), ids).on_sale().annotate(is_listed=_is_listed()))


def _priced_in(currency: str, ids: Collection[int]) -> ProductQuerySet:
    return Product.objects.filter(pk__in=ids).defer("search_text").priced_in(currency)


def _is_listed() -> Exists:
    """Return the condition that a product has a row, in any currency: one is enough to lock the product by."""
    return Exists(Listing.objects.filter(currency__in=currencies(), product=OuterRef("pk")))


def _derived(products: list[Any]) -> list[Listing]:
    """Make the rows of these products, one in each currency, from what the database holds now."""
    made_for = texts_made_for()
    ids = [product.pk for product in products]
    rows: list[Listing] = []
    for currency in currencies():
        priced = products if currency == shop_currency() else list(_priced_in(currency, ids))
        variants = with_stock(variants_with_tiers(currency=currency))
        prefetch_related_objects(priced, "images", Prefetch("variants", variants, to_attr="on_offer"))
        rows += [_listing(product, made_for) for product in priced]
    return rows


def _listing(product: Any, made_for: str) -> Listing:
    product.pictures = list(product.images.all())
    return Listing(
        product_id=product.pk,
        currency=product.currency,
        category_id=product.category_id,
        name=product.name,
        brand_key=product.brand_key,
        price=product.price,
        rating=product.rating,
        in_stock=any(variant.stock is None or variant.stock > 0 for variant in product.on_offer),
        created_at=product.created_at,
        updated_at=product.updated_at,
        card=card_text(product),
        page=page_text(product),
        made_for=made_for,
    )


def texts_made_for() -> str:
    """Return a short name of what texts depend on besides the product: their fields and where files are."""
    return f"{crc32(repr((SHAPE, default_storage.url('x'))).encode()):08x}"


def availability_refresh(*, variant_ids: Collection[int]) -> None:
    """Write again whether the products of these variants are in stock.

    Whoever changes stock calls it where a stock item's available pieces reach or leave 0, after the stock items are
    locked and changed. The rows are locked before the stock is read: of two orders that each take the last piece of
    another variant, the second one sees what the first one did.
    """
    if not variant_ids:
        return
    products = Variant.objects.filter(pk__in=variant_ids).values("product")
    shown = Listing.objects.filter(currency__in=currencies(), product__in=products)
    was = dict(shown.locked().values_list("product_id", "in_stock"))
    if not was:
        return
    now = availability_by_product(was)
    for value in (True, False):
        turned = [pk for pk, shown_as in was.items() if now[pk].in_stock is value and shown_as is not value]
        if turned:
            _listings(turned).update(in_stock=value)


def listings_rebuild(*, advance: Callable[[int], object] = lambda count: None) -> None:
    """Derive the rows of all products anew, some at a time, each batch in its own transaction.

    The shop may run meanwhile. ``advance`` is called with the number of products that each batch finished.
    """
    with transaction.atomic():
        Listing.objects.exclude(currency__in=currencies()).delete()
        Listing.objects.exclude(product__in=Product.objects.on_sale()).delete()
        revision_change()
    for ids in _ids_on_sale():
        with transaction.atomic():
            listings_refresh(product_ids=lock_products(Product.objects.filter(pk__in=ids)))
            revision_change()  # no trigger looks at listings
        advance(len(ids))


def _ids_on_sale() -> Iterator[tuple[int, ...]]:
    last = 0
    products = Product.objects.on_sale().order_by("pk").values_list("pk", flat=True)
    while ids := tuple(products.filter(pk__gt=last)[:_AT_ONCE]):
        yield ids
        last = ids[-1]


def listings_are_whole() -> bool:
    """Return whether every product on sale has its rows, made for the settings of now, and no other has any."""
    rows = Listing.objects.all()
    if rows.exclude(currency__in=currencies(), made_for=texts_made_for()).exists():
        return False
    return rows.count() == Product.objects.on_sale().count() * len(currencies())


def listing_faults() -> Iterator[str]:
    """Compare every row with what it is derived from, and describe each difference. There must be none.

    What differs is compared once more, because a product may change between the two reads.
    """
    extra = Listing.objects.exclude(currency__in=currencies(), product__in=Product.objects.on_sale())
    for pk, currency in extra.values_list("product_id", "currency"):
        yield f"product {pk}: it has a row in {currency}, but is not on sale in that"
    for ids in _ids_on_sale():
        differing = {pk for pk, _ in _differences(ids)}
        for pk, what in _differences(differing):
            yield f"product {pk}: {what}"


def _differences(ids: Collection[int]) -> Iterator[tuple[int, str]]:
    meta: Any = Listing._meta
    stored = {(row.product_id, row.currency): row for row in _listings(ids)} if ids else {}
    for row in _derived(_on_sale(ids)) if ids else []:
        kept = stored.get((row.product_id, row.currency))
        if kept is None:
            yield row.product_id, f"it has no row in {row.currency}"
            continue
        for name in _DERIVED:
            attname = meta.get_field(name).attname
            if getattr(kept, attname) != getattr(row, attname):
                yield (
                    row.product_id,
                    f"{name} in {row.currency} is {getattr(kept, attname)!r}, not {getattr(row, attname)!r}",
                )
