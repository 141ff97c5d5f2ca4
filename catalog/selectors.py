"""Reads: which products and categories a caller may see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db.models import Case, F, FilteredRelation, Prefetch, Q, QuerySet, Value, When

from accounts.models import User
from catalog.errors import (
    CategoryNotFound,
    NotForSale,
    ProductDenied,
    ProductNotFound,
    ReviewNotFound,
    VariantNeeded,
    VariantNotFound,
)
from catalog.models import MAX_KEY_LENGTH, Category, Product, ProductImage, ProductStatus, Review, Variant
from catalog.querysets import ProductQuerySet
from utils.slugs import id_of
from utils.text import fold


def products_on_sale() -> ProductQuerySet:
    return Product.objects.on_sale()


def products_visible_to(user: User | AnonymousUser) -> ProductQuerySet:
    """Select products on sale; sellers also see all of their own, staff with ``catalog.view_product`` everybody's."""
    if user.is_staff and user.has_perm("catalog.view_product"):
        return Product.objects.all()
    if user.is_authenticated and user.is_seller:
        return Product.objects.filter(Q(status=ProductStatus.ACTIVE) | Q(seller=user))
    return Product.objects.on_sale()


def products_editable_by(user: User) -> ProductQuerySet:
    """Sellers edit what is theirs unless they are barred, staff with ``catalog.change_product`` everything.

    Whoever is neither any more edits nothing, also of what they once put up.
    """
    if user.is_staff and user.has_perm("catalog.change_product"):
        return Product.objects.all()
    return Product.objects.filter(seller=user) if user.is_seller else Product.objects.none()


def product_to_edit(user: User, *, key: str | int) -> Product:
    """Return the product that ``user`` may change, by id or slug.

    Raises ``ProductDenied`` for one that they see but may not change, else ``ProductNotFound``.
    """
    try:
        return product_get(products_editable_by(user), key=key)
    except ProductNotFound:
        if by_key(products_visible_to(user), key).exists():
            raise ProductDenied from None
        raise


def product_rows(ids: list[int], *, currency: str) -> list[Product]:
    """Products with what a row of a list shows, apart from stock, in two statements: also ``image``."""
    products = list(_shown(ids, currency).defer("search_text", "description"))
    images = main_images(ids)
    for product in products:
        product.image = images.get(product.pk)
    return products


def product_rows_with_pictures(ids: list[int], *, currency: str) -> list[Product]:
    """``product_rows`` for contracts whose lists show descriptions and all pictures: also ``pictures``."""
    products = list(_shown(ids, currency).defer("search_text").prefetch_related("images"))
    for product in products:
        _add_pictures(product)
    return products


def product_details(ids: list[int], *, currency: str) -> list[Product]:
    """Products with everything they show, apart from stock, in three statements: also ``on_offer``, the variants."""
    variants = Prefetch("variants", variants_on_offer(currency=currency), to_attr="on_offer")
    products = list(_shown(ids, currency).defer("search_text").prefetch_related("images", variants))
    for product in products:
        _add_pictures(product)
    return products


def _shown(ids: list[int], currency: str) -> ProductQuerySet:
    return Product.objects.filter(pk__in=ids).select_related("category").priced_in(currency)


def _add_pictures(product: Any) -> None:
    product.pictures = list(product.images.all())
    product.image = product.pictures[0].url if product.pictures else None


def variants_on_offer(*, currency: str) -> QuerySet[Variant]:
    """Active variants with ``currency``, and in it ``price`` and ``compare_at``, ``None`` where there is none."""
    return (
        Variant.objects.filter(is_active=True)
        .annotate(price_in=FilteredRelation("prices", condition=Q(prices__currency=currency)))
        .annotate(price=F("price_in__amount"), compare_at=F("price_in__compare_at"), currency=Value(currency))
    )


def only_variant(product: Product) -> Variant:
    """The variant that is meant when only the product is named. Raises ``NotForSale`` or ``VariantNeeded``."""
    variants = list(product.variants.filter(is_active=True)[:2])
    if not variants:
        raise NotForSale
    if len(variants) > 1:
        raise VariantNeeded(field="variant")
    return variants[0]


def by_key(products: ProductQuerySet, key: str | int) -> ProductQuerySet:
    """Those of ``products`` whose id or slug ``key`` is: one or none. A slug is never a number."""
    pk = id_of(key)
    return products.filter(slug=str(key)) if pk is None else products.filter(pk=pk)


def product_get(products: ProductQuerySet, *, key: str | int) -> Product:
    """By id or slug. Raises ``ProductNotFound``."""
    product = by_key(products, key).first()
    if product is None:
        raise ProductNotFound
    return product


def main_images(product_ids: list[int]) -> dict[int, str]:
    """The address of each product's first picture."""
    rows = ProductImage.objects.filter(product__in=product_ids).order_by("product_id", "position", "id")
    first: dict[int, str] = {}
    for product_id, file, source_url in rows.values_list("product_id", "file", "source_url"):
        if product_id not in first:
            first[product_id] = default_storage.url(file) if file else source_url
    return first


def category_get(key: str | int) -> Category:
    """Find a category by id, slug or name in any spelling; the slug comes first. Raises ``CategoryNotFound``."""
    pk = id_of(key)
    if pk is not None:
        found = Category.objects.filter(pk=pk)
    else:
        text = str(key)
        is_slug = Q(slug=text)
        named = Category.objects.filter(is_slug | Q(name_key=fold(text)[:MAX_KEY_LENGTH]))
        found = named.order_by(Case(When(is_slug, then=0), default=1), "pk")
    category = found.first()
    if category is None:
        raise CategoryNotFound
    return category


def products_below(slug: str) -> ProductQuerySet:
    """What is on sale in the category; nothing when there is no such one."""
    category = Category.objects.filter(slug=slug).first()
    return products_on_sale().below(category) if category else products_on_sale().none()


def newest_in(slugs: Iterable[str], *, count: int) -> dict[str, list[tuple[int, datetime]]]:
    """The versions of the ``count`` newest products on sale in each category; none in one that there is not."""
    shelves = {category.slug: category for category in Category.objects.filter(slug__in=list(slugs))}
    newest = products_on_sale().order_by("-id")
    return {
        slug: list(newest.below(shelves[slug]).values_list("pk", "updated_at")[:count]) if slug in shelves else []
        for slug in slugs
    }


def categories() -> QuerySet[Category]:
    """Every category, parents before their children."""
    return Category.objects.order_by("path")


def category_tree() -> list[Category]:
    """Every category, parents before their children, each with its ``parent_id``, in one statement."""
    tree = list(categories())
    id_of_path = {category.path: category.pk for category in tree}
    for category in tree:
        category.parent_id = id_of_path.get(category.path[: -Category.steplen])
    return tree


def with_parent(category: Category) -> Category:
    """``category`` with its ``parent_id``."""
    parent = Category.objects.get_parent(category)
    category.parent_id = parent.pk if parent else None
    return category


def variant_of(product: Product, variant_id: int) -> Variant:
    """Raises ``VariantNotFound``, also for another product's."""
    found = product.variants.filter(pk=variant_id).first()
    if found is None:
        raise VariantNotFound
    return found


def reviews_of(product: Product | int) -> QuerySet[Review]:
    return Review.objects.filter(product=product).select_related("user")


def review_get(*, product: Product, user: User) -> Review:
    """Raises ``ReviewNotFound``."""
    found = Review.objects.filter(product=product, user=user).first()
    if found is None:
        raise ReviewNotFound
    return found
