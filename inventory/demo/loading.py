"""Writes the demo's categories, products, pictures, stock and reviews."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.models import User
from catalog import services as catalog
from catalog.html import clean_html
from catalog.models import Category, Product, Variant, VariantPrice
from inventory import services as stock
from inventory.demo.catalogue import DemoCategory, DemoPicture, DemoProduct, DemoReview, DemoVariant
from inventory.demo.motifs import MOTIFS
from inventory.demo.pictures import draw_picture
from inventory.models import Location, MovementKind
from utils.money import quantize
from utils.slugs import slugify

# Pillow lets other threads run for about half of the work, so more threads gain little; each takes some 30 MB.
_DRAWING_THREADS = 2

# The pictures of each product by its name, in the order that they are shown.
Drawings = dict[str, list[bytes]]


def draw_all(categories: list[DemoCategory]) -> Iterator[tuple[DemoProduct, list[bytes]]]:
    """Every product with its pictures as WebP files. Takes seconds, so draw before the transaction, not in it."""
    with ThreadPoolExecutor(_DRAWING_THREADS) as pool:
        started = [
            (product, [pool.submit(_draw, category, product, picture) for picture in product.pictures])
            for category in categories
            for product in category.products
        ]
        for product, pictures in started:
            yield product, [picture.result() for picture in pictures]


def _draw(category: DemoCategory, product: DemoProduct, picture: DemoPicture) -> bytes:
    return draw_picture(MOTIFS[product.motif], tint=picture.tint, hue=category.hue, view=picture.view)


def load_catalogue(categories: list[DemoCategory], *, drawings: Drawings, seller: User | None) -> None:
    """Create everything; ``seller`` offers some of the products. The caller holds the transaction."""
    shelves = _create_categories(categories)
    entries = [entry for category in categories for entry in category.products]
    products = Product.objects.bulk_create(_product(entry, shelves[entry.shelf], seller) for entry in entries)
    pairs = list(zip(entries, products, strict=True))
    variants = _create_variants(pairs)
    catalog.price_ranges_refresh(product_ids=[product.pk for product in products])
    location = stock.default_location()
    for entry, product in pairs:
        _book_in(entry, variants[product.pk], location)
        _add_pictures(entry, product, variants[product.pk], drawings[entry.name])


def load_reviews(reviews: list[DemoReview], *, customer: User) -> None:
    """Write ``customer``'s reviews of loaded products."""
    for review in reviews:
        variant = Variant.objects.filter(sku__in=[review.sku, f"{review.sku}-1"]).select_related("product").get()
        catalog.review_write(product=variant.product, user=customer, rating=review.rating, comment=review.comment)


def _create_categories(categories: list[DemoCategory]) -> dict[str, Category]:
    """The shelves by name."""
    roots = {
        entry.name: catalog.category_create(name=entry.name, description=entry.description).pk for entry in categories
    }
    shelves = {}
    for entry in categories:
        # Read again: roots move along when one that sorts before them is added.
        root = Category.objects.get(pk=roots[entry.name])
        for name in entry.shelves:
            shelves[name] = catalog.category_create(name=name, parent=root)
    return shelves


def _product(entry: DemoProduct, shelf: Category, seller: User | None) -> Product:
    product = Product(
        name=entry.name,
        slug=slugify(entry.name),
        description=clean_html(entry.description),
        brand=entry.brand,
        product_type=entry.product_type,
        tags=entry.tags,
        category=shelf,
        seller=seller if entry.is_sellers else None,
        status=entry.status,
    )
    for name, value in catalog.search_values(product, [variant.sku for variant in entry.variants]).items():
        setattr(product, name, value)
    return product


def _create_variants(pairs: list[tuple[DemoProduct, Product]]) -> dict[int, list[Variant]]:
    """The variants with their prices, by product."""
    entries = [
        (product, position, variant) for entry, product in pairs for position, variant in enumerate(entry.variants)
    ]
    weights = {product.pk: entry.weight_grams for entry, product in pairs}
    variants = Variant.objects.bulk_create(
        Variant(
            product=product,
            sku=entry.sku,
            options=entry.options,
            weight_grams=weights[product.pk],
            position=position,
        )
        for product, position, entry in entries
    )
    VariantPrice.objects.bulk_create(
        _price(variant, entry) for variant, (_, _, entry) in zip(variants, entries, strict=True)
    )
    by_product: dict[int, list[Variant]] = {}
    for variant in variants:
        by_product.setdefault(variant.product_id, []).append(variant)
    return by_product


def _price(variant: Variant, entry: DemoVariant) -> VariantPrice:
    currency = settings.DEFAULT_CURRENCY
    before = entry.compare_at
    return VariantPrice(
        variant=variant,
        currency=currency,
        amount=quantize(entry.price, currency),
        compare_at=None if before is None else quantize(before, currency),
    )


def _book_in(entry: DemoProduct, variants: list[Variant], location: Location) -> None:
    for variant, figures in zip(variants, entry.variants, strict=True):
        item = stock.stock_item_for(variant=variant, location=location)
        if figures.stock:
            stock.stock_adjust(stock_item=item, delta=figures.stock, kind=MovementKind.RECEIPT, note="Opening stock")


def _add_pictures(entry: DemoProduct, product: Product, variants: list[Variant], files: list[bytes]) -> None:
    for number, (picture, content) in enumerate(zip(entry.pictures, files, strict=True), start=1):
        catalog.image_add(
            product=product,
            file=ContentFile(content, name=f"{product.slug}-{number}.webp"),
            alt=picture.alt,
            variant=None if picture.variant is None else variants[picture.variant],
        )
