"""Writes: products, their variants and prices, categories, reviews."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Max, Min, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from treebeard.exceptions import PathOverflow

from accounts.audit import update_audited
from accounts.models import User
from catalog.errors import (
    BadPrice,
    BadSlug,
    CategoryInUse,
    CategoryNotFound,
    CategoryTooDeep,
    SlugTaken,
    VariantExists,
)
from catalog.html import clean_html, plain_text
from catalog.models import (
    Category,
    PriceRange,
    Product,
    ProductImage,
    ProductStatus,
    Review,
    Variant,
    VariantPrice,
)
from catalog.selectors import only_variant
from utils.money import quantize

_SEARCHED_DESCRIPTION = 1000


def search_text(product: Product, skus: Iterable[str]) -> str:
    """What ``ProductQuerySet.search`` looks through, in small letters."""
    words = [product.name, product.brand, product.product_type, *product.tags, *skus]
    words.append(plain_text(product.description)[:_SEARCHED_DESCRIPTION])
    return "\n".join(word for word in words if word).lower()


def product_create(
    *, name: str, price: Decimal, currency: str, description: str = "", sku: str = "", slug: str = "", **fields: Any
) -> Product:
    """Create a product with one variant at ``price`` (per piece, in ``currency``).

    ``fields``: brand, product_type, tags, category, seller, status. Without ``slug`` one is derived from the name and
    made unique. Raises ``SlugTaken``, ``BadSlug`` or ``BadPrice``.
    """
    _refuse_digits(slug)
    product = Product(name=name, description=clean_html(description), slug=slug or _free_slug(name), **fields)
    product.search_text = search_text(product, [sku])
    try:
        with transaction.atomic():
            product.save(force_insert=True)
            variant = Variant.objects.create(product=product, sku=sku)
            price_set(variant=variant, amount=price, currency=currency)
    except IntegrityError as error:
        raise SlugTaken from error
    return product


def product_update(*, product: Product, **fields: Any) -> Product:
    """Change name, description, brand, product_type, tags, category, status or slug.

    Raises ``SlugTaken`` or ``BadSlug``.
    """
    _refuse_digits(fields.get("slug", ""))
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    for name, value in fields.items():
        setattr(product, name, value)
    try:
        with transaction.atomic():
            product.search_text = search_text(product, product.variants.values_list("sku", flat=True))
            product.save(update_fields=[*fields, "search_text", "updated_at"])
    except IntegrityError as error:
        raise SlugTaken from error
    return product


def products_touch(*, product_ids: Iterable[int]) -> None:
    """Say that something these products show has changed, so that no older card of theirs is shown again.

    Called, in the same transaction, by whatever changes a variant, a price, a picture, a rating or a category's name.
    """
    Product.objects.filter(pk__in=list(product_ids)).update(updated_at=timezone.now())


def product_archive(*, product: Product) -> None:
    """Take a product off sale. Orders keep pointing to it, so it is never deleted."""
    rows = Product.objects.filter(pk=product.pk)
    update_audited(rows, status=ProductStatus.ARCHIVED, updated_at=timezone.now())


def variant_create(
    *, product: Product, price: Decimal, currency: str, options: list[dict[str, str]], sku: str = "", **fields: Any
) -> Variant:
    """Add a variant; ``fields``: barcode, weight_grams, track_inventory, position.

    Raises ``BadPrice`` or ``VariantExists``.
    """
    try:
        with transaction.atomic():
            variant = Variant.objects.create(product=product, options=options, sku=sku, **fields)
            price_set(variant=variant, amount=price, currency=currency)
            product_update(product=product)
    except IntegrityError as error:
        raise VariantExists from error
    return variant


def price_set(*, variant: Variant, amount: Decimal, currency: str, compare_at: Decimal | None = None) -> VariantPrice:
    """Set what one piece costs in ``currency``. Raises ``BadPrice`` for more decimals than the currency has."""
    with transaction.atomic():
        ids = _lock(Product.objects.filter(pk=variant.product_id))
        row = _price_write(variant, currency, amount, compare_at=compare_at)
        _price_ranges_refresh(ids)
    return row


def product_price_set(*, product: Product, amount: Decimal, currency: str) -> None:
    """Set the price of a product that has one variant; its ``compare_at`` stays.

    The price that the product shows already changes nothing, so that a client may send back what it has read. Raises
    ``BadPrice``, ``NotForSale`` or ``VariantNeeded``.
    """
    with transaction.atomic():
        ids = _lock(Product.objects.filter(pk=product.pk))
        if PriceRange.objects.filter(product=product, currency=currency, low=amount).exists():
            return
        _price_write(only_variant(product), currency, amount)
        _price_ranges_refresh(ids)


def _price_write(variant: Variant, currency: str, amount: Decimal, **others: Any) -> VariantPrice:
    if amount < 0 or amount != quantize(amount, currency):
        raise BadPrice(field="price")
    return VariantPrice.objects.update_or_create(
        variant=variant, currency=currency, defaults={"amount": amount, **others}
    )[0]


def price_ranges_refresh(*, product_ids: Iterable[int]) -> None:
    """Derive ``PriceRange`` anew for these products, in a fixed number of statements."""
    with transaction.atomic():
        # Two changes of one product's prices follow each other, so that the later one sees both.
        _price_ranges_refresh(_lock(Product.objects.filter(pk__in=list(product_ids))))


def _price_ranges_refresh(ids: list[int]) -> None:
    found = (
        VariantPrice.objects.filter(variant__product__in=ids, variant__is_active=True)
        .values("variant__product", "currency")
        .annotate(low=Min("amount"), high=Max("amount"))
    )
    PriceRange.objects.filter(product__in=ids).delete()
    PriceRange.objects.bulk_create(
        [
            PriceRange(product_id=row["variant__product"], currency=row["currency"], low=row["low"], high=row["high"])
            for row in found
        ],
        batch_size=500,
    )
    products_touch(product_ids=ids)


def _lock(products: QuerySet[Product]) -> list[int]:
    """Lock ``products`` in id order, before anything that hangs on them is written; their ids.

    The lock leaves foreign keys alone: an order checks its own at its commit, with the stock locked that the editor of
    a product may be waiting for.
    """
    return list(products.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def image_add(*, product: Product, file: Any, alt: str = "", variant: Variant | None = None) -> ProductImage:
    """Attach an uploaded picture behind the present ones. The stored name is ours, not the client's."""
    with transaction.atomic():
        image = ProductImage.objects.create(
            product=product, variant=variant, file=file, alt=alt, position=product.images.count() + 1
        )
        products_touch(product_ids=[product.pk])
    return image


def category_create(*, name: str, description: str = "", parent: Category | None = None) -> Category:
    """Create a category under ``parent``, or at the root.

    Raises ``SlugTaken``, ``CategoryTooDeep``, or ``CategoryNotFound`` when ``parent`` is gone.
    """
    category = Category(name=name, slug=_free_category_slug(name), description=clean_html(description))
    try:
        with transaction.atomic():
            if parent:
                return Category.objects.add_child(parent, instance=category)
            return Category.objects.add_root(instance=category)
    except Category.DoesNotExist as error:
        raise CategoryNotFound from error
    except PathOverflow as error:
        raise CategoryTooDeep(field="parent") from error
    except IntegrityError as error:
        raise SlugTaken from error


def category_update(*, category: Category, **fields: Any) -> Category:
    """Change name, slug or description. Raises ``BadSlug``."""
    _refuse_digits(fields.get("slug", ""))
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    for name, value in fields.items():
        setattr(category, name, value)
    with transaction.atomic():
        category.save(update_fields=list(fields))
        category_touch(category=category)
    return category


def category_touch(*, category: Category) -> None:
    """``products_touch`` for what shows the category's name."""
    products_touch(product_ids=_lock(category.products.all()))


def category_delete(*, category: Category) -> None:
    """Delete an empty category. Raises ``CategoryInUse`` or ``CategoryNotFound``.

    Deleting takes along whatever is below; the lock keeps another category from getting there meanwhile.
    """
    try:
        with transaction.atomic():
            locked = Category.objects.select_for_update().filter(pk=category.pk).first()
            if locked is None:
                raise CategoryNotFound
            if locked.numchild or locked.products.exists():
                raise CategoryInUse
            locked.delete()
    except ProtectedError as error:
        raise CategoryInUse from error


def review_write(*, product: Product, user: User, rating: int, comment: str = "") -> Review:
    """Write ``user``'s review of ``product``, replacing an earlier one."""
    with transaction.atomic():
        review, _ = Review.objects.update_or_create(
            product=product, user=user, defaults={"rating": rating, "comment": comment}
        )
        _rating_refresh(product)
    return review


def review_delete(*, review: Review) -> None:
    with transaction.atomic():
        review.delete()
        _rating_refresh(review.product)


def _rating_refresh(product: Product) -> None:
    _lock(Product.objects.filter(pk=product.pk))
    figures = Review.objects.filter(product=product).aggregate(rating=Avg("rating"), review_count=Count("id"))
    Product.objects.filter(pk=product.pk).update(**figures, updated_at=timezone.now())


def _free_slug(name: str) -> str:
    base = _slug_base(name, 240, "product")
    taken = set(Product.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return _first_free(base, taken)


def _free_category_slug(name: str) -> str:
    base = _slug_base(name, 120, "category")
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return _first_free(base, taken)


def _slug_base(name: str, length: int, kind: str) -> str:
    """Never digits alone: addresses take those for an id."""
    base = slugify(name, allow_unicode=True)[:length]
    return f"{kind}-{base}" if base.isdigit() else base or kind


def _refuse_digits(slug: str) -> None:
    if slug.isdigit():
        raise BadSlug(field="slug")


def _first_free(base: str, taken: set[str]) -> str:
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
