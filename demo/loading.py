"""Write the demo's categories, products, pictures, stock and reviews through the services of their apps."""

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.models import User
from catalog import services as catalog
from catalog.html import clean_html
from catalog.models import Category, Product, ProductImage, Variant, VariantPrice
from catalog.services.bulk import ProductWrite
from demo.catalogue import DemoCatalogue, DemoCategory, DemoPicture, DemoProduct, DemoReview, DemoVariant
from inventory.services import stock_counts_book
from utils.money import quantize


def load_catalogue(demo: DemoCatalogue, *, seller: User | None) -> None:
    """Create the demo's categories and products with their pictures and stock.

    ``seller`` sells some of the products; without one the shop sells all. The calling code holds the transaction.
    """
    shelves = _create_categories(demo.categories)
    pieces: list[tuple[Variant, int]] = []
    written = []
    for entry in demo.products:
        changes = _changes(entry, shelf=shelves[entry.shelf], seller=seller if entry.is_sellers else None)
        pieces += zip(changes.variants.new, [variant.stock for variant in entry.variants], strict=True)
        written.append(changes)
    catalog.products_write(changes=written)
    stock_counts_book(counted={variant.pk: count for variant, count in pieces}, note="Opening stock")


def load_reviews(reviews: list[DemoReview], *, customer: User) -> None:
    """Write reviews by ``customer`` of products that were loaded before."""
    for review in reviews:
        variant = Variant.objects.filter(sku__in=[review.sku, f"{review.sku}-1"]).select_related("product").get()
        catalog.review_write(product=variant.product, user=customer, rating=review.rating, comment=review.comment)


def _create_categories(categories: list[DemoCategory]) -> dict[str, Category]:
    """Create the tree of categories; return the sub-categories by name."""
    roots = {
        entry.name: catalog.category_create(name=entry.name, description=entry.description).pk for entry in categories
    }
    shelves = {}
    for entry in categories:
        # The root is read again, because a root moves when another one that sorts before it is added.
        root = Category.objects.get(pk=roots[entry.name])
        for name in entry.shelves:
            shelves[name] = catalog.category_create(name=name, parent=root)
    return shelves


def _changes(entry: DemoProduct, *, shelf: Category, seller: User | None) -> ProductWrite:
    product = Product(
        name=entry.name,
        slug=entry.slug,
        description=clean_html(entry.description),
        brand=entry.brand,
        product_type=entry.product_type,
        tags=entry.tags,
        category=shelf,
        seller=seller,
        status=entry.status,
    )
    for name, value in catalog.search_values(product, [variant.sku for variant in entry.variants]).items():
        setattr(product, name, value)
    changes = ProductWrite(product=product, is_new=True)
    changes.variants.new = [
        Variant(
            product=product,
            sku=variant.sku,
            options=variant.options,
            weight_grams=entry.weight_grams,
            position=position,
        )
        for position, variant in enumerate(entry.variants)
    ]
    changes.prices.new = [_price(*pair) for pair in zip(changes.variants.new, entry.variants, strict=True)]
    changes.images.new = [
        _image(picture, changes, position=position) for position, picture in enumerate(entry.pictures, start=1)
    ]
    return changes


def _price(variant: Variant, entry: DemoVariant) -> VariantPrice:
    currency = settings.DEFAULT_CURRENCY
    before = entry.compare_at
    return VariantPrice(
        variant=variant,
        currency=currency,
        amount=quantize(entry.price, currency),
        compare_at=None if before is None else quantize(before, currency),
    )


def _image(picture: DemoPicture, changes: ProductWrite, *, position: int) -> ProductImage:
    return ProductImage(
        product=changes.product,
        variant=None if picture.variant is None else changes.variants.new[picture.variant],
        file=ContentFile(picture.path.read_bytes(), name=picture.path.name),
        alt=picture.alt,
        position=position,
    )
