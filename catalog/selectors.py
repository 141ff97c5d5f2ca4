"""Read the products, categories and reviews that the caller may see."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db.models import Case, F, FilteredRelation, Prefetch, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import RawSQL

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
from catalog.models import (
    MAX_KEY_LENGTH,
    Category,
    PriceTier,
    Product,
    ProductImage,
    ProductStatus,
    Review,
    Variant,
)
from catalog.querysets import ProductQuerySet
from catalog.unit_prices import tiers_column
from utils.slugs import id_of
from utils.text import fold


def products_on_sale() -> ProductQuerySet:
    """Select the products that the public sees."""
    return Product.objects.on_sale()


def products_visible_to(user: User | AnonymousUser) -> ProductQuerySet:
    """Select the products that ``user`` may see: those on sale, and for sellers all of their own.

    Staff with ``catalog.view_product`` see all products.
    """
    if user.is_staff and user.has_perm("catalog.view_product"):
        return Product.objects.all()
    if user.is_authenticated and user.is_seller:
        return Product.objects.filter(Q(status=ProductStatus.ACTIVE) | Q(seller=user))
    return Product.objects.on_sale()


def sees_only_products_on_sale(user: User | AnonymousUser) -> bool:
    """Return whether ``user`` is a guest or a customer, who see nothing but products on sale."""
    return not user.is_staff and not (user.is_authenticated and user.is_seller)


def products_editable_by(user: User) -> ProductQuerySet:
    """Select the products that ``user`` may edit: for sellers their own, unless they are barred.

    Staff with ``catalog.change_product`` may edit all products. A user who is no longer a seller may edit none, not
    even products that they once put up for sale.
    """
    if user.is_staff and user.has_perm("catalog.change_product"):
        return Product.objects.all()
    return Product.objects.filter(seller=user) if user.is_seller else Product.objects.none()


def product_to_edit(user: User, *, key: str | int) -> Product:
    """Return a product that ``user`` may edit. ``key`` is its id or slug.

    Raise ``ProductDenied`` when they may see the product but not edit it, and ``ProductNotFound`` when they may not see
    it or it does not exist.
    """
    try:
        return product_get(products_editable_by(user), key=key)
    except ProductNotFound:
        if by_key(products_visible_to(user), key).exists():
            raise ProductDenied from None
        raise


def product_rows(ids: list[int], *, currency: str) -> list[Product]:
    """Read what a product list shows of each of these products, apart from stock, in two statements.

    Prices are in ``currency``. ``image`` is the URL of the first picture, or ``None``.
    """
    products = list(_shown(ids, currency).defer("search_text", "description"))
    images = main_images(ids)
    for product in products:
        product.image = images.get(product.pk)
    return products


def product_rows_with_pictures(ids: list[int], *, currency: str) -> list[Product]:
    """Read the same as ``product_rows``, and also the description and ``pictures``.

    It is for storefronts whose lists show descriptions and all pictures.
    """
    products = list(_shown(ids, currency).defer("search_text").prefetch_related("images"))
    for product in products:
        _add_pictures(product)
    return products


def product_details(ids: list[int], *, currency: str) -> list[Product]:
    """Read everything that a product's page shows, apart from stock, in three statements.

    Prices are in ``currency``. ``on_offer`` holds the active variants, ``pictures`` the pictures.
    """
    variants = Prefetch("variants", variants_with_tiers(currency=currency), to_attr="on_offer")
    rows = _shown(ids, currency).defer("search_text")
    products: list[Product] = list(rows.prefetch_related("images", variants))
    for product in products:
        _add_pictures(product)
    return products


def _shown(ids: list[int], currency: str) -> ProductQuerySet:
    return Product.objects.filter(pk__in=ids).select_related("category").priced_in(currency)


def _add_pictures(product: Product) -> None:
    product.pictures = list(product.images.all())
    product.image = product.pictures[0].url if product.pictures else None


def variants_on_offer(*, currency: str) -> QuerySet[Variant]:
    """Select the active variants, and add the columns ``currency``, ``price`` and ``compare_at``.

    ``price`` and ``compare_at`` are amounts in ``currency``, or ``None`` when the variant has none.
    """
    return (
        Variant.objects.filter(is_active=True)
        .annotate(price_in=FilteredRelation("prices", condition=Q(prices__currency=currency)))
        .annotate(price=F("price_in__amount"), compare_at=F("price_in__compare_at"), currency=Value(currency))
    )


def variants_with_tiers(*, currency: str) -> QuerySet[Variant]:
    """Select what ``variants_on_offer`` does, and add the column ``tiers_text``: the tiers that everybody gets.

    ``catalog.unit_prices.tiers_read`` reads it.
    """
    tiers = RawSQL(tiers_column('"catalog_variant"."id"', group="NULL"), [currency], output_field=TextField())  # noqa: S611 - columns
    return variants_on_offer(currency=currency).annotate(tiers_text=tiers)


def shown_group(user: User | AnonymousUser) -> int | None:
    """Return the id of the customer group whose prices lists and pages show to ``user``, or ``None``.

    Staff and sellers see the shop's own prices there, because they edit them and send back what they have read.
    """
    return user.customer_group_id if user.is_authenticated and sees_only_products_on_sale(user) else None


def only_variant(product: Product) -> Variant:
    """Return the only active variant of ``product``.

    Raise ``NotForSale`` when it has none, and ``VariantNeeded`` when it has several.
    """
    variants = list(product.variants.filter(is_active=True)[:2])
    if not variants:
        raise NotForSale
    if len(variants) > 1:
        raise VariantNeeded(field="variant")
    return variants[0]


def by_key(products: ProductQuerySet, key: str | int) -> ProductQuerySet:
    """Filter for the product whose id or slug is ``key``.

    A key of digits is read as an id, because a slug is never a number.
    """
    pk = id_of(key)
    return products.filter(slug=str(key)) if pk is None else products.filter(pk=pk)


def product_get(products: ProductQuerySet, *, key: str | int) -> Product:
    """Return the one of ``products`` whose id or slug is ``key``. Raise ``ProductNotFound`` when there is none."""
    product = by_key(products, key).first()
    if product is None:
        raise ProductNotFound
    return product


def main_images(product_ids: list[int]) -> dict[int, str]:
    """Return the URL of each product's first picture, by product id. Products without a picture are left out."""
    rows = ProductImage.objects.filter(product__in=product_ids).order_by("product_id", "position", "id")
    first: dict[int, str] = {}
    for product_id, file, source_url in rows.values_list("product_id", "file", "source_url"):
        if product_id not in first:
            first[product_id] = default_storage.url(file) if file else source_url
    return first


def category_get(key: str | int) -> Category:
    """Return the category whose id, slug or name is ``key``.

    A slug is preferred to a name. Names match in any spelling (``utils.text.fold``). Raise ``CategoryNotFound`` when
    there is none.
    """
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


def categories_below(category: Category) -> list[int]:
    """Return the ids of ``category`` and of all categories below it."""
    return list(Category.objects.filter(path__startswith=category.path).values_list("pk", flat=True))


def products_below(slug: str) -> ProductQuerySet:
    """Select the products on sale in the category and below it; none when no category has this slug."""
    category = Category.objects.filter(slug=slug).first()
    return products_on_sale().below(category.path) if category else products_on_sale().none()


def newest_in(slugs: Iterable[str], *, count: int) -> dict[str, list[tuple[int, datetime]]]:
    """Read the ``count`` newest products on sale in each category, by the category's slug.

    Each product is a pair of its id and ``updated_at``. A slug that no category has gets an empty list.
    """
    found = {category.slug: category for category in Category.objects.filter(slug__in=list(slugs))}
    newest = products_on_sale().order_by("-id")
    return {
        slug: list(newest.below(found[slug].path).values_list("pk", "updated_at")[:count]) if slug in found else []
        for slug in slugs
    }


def categories() -> QuerySet[Category]:
    """Select all categories, parents before their children."""
    return Category.objects.order_by("path")


def category_tree() -> list[Category]:
    """Read all categories with their ``parent_id``, parents before their children, in one statement."""
    tree = list(categories())
    id_of_path = {category.path: category.pk for category in tree}
    for category in tree:
        category.parent_id = id_of_path.get(category.path[: -Category.steplen])
    return tree


def with_parent(category: Category) -> Category:
    """Set ``parent_id`` on ``category`` (``None`` for a root), and return the category."""
    parent = Category.objects.get_parent(category)
    category.parent_id = parent.pk if parent else None
    return category


def variant_of(product: Product, variant_id: int) -> Variant:
    """Return a variant of ``product``.

    Raise ``VariantNotFound`` when it does not exist or belongs to another product.
    """
    found = product.variants.filter(pk=variant_id).first()
    if found is None:
        raise VariantNotFound
    return found


def tiers_of(variant: Variant) -> QuerySet[PriceTier]:
    """Select the tiers of a variant with their customer groups, by currency, group and quantity."""
    return (
        PriceTier.objects.filter(variant=variant)
        .select_related("customer_group")
        .order_by("currency", F("customer_group__code").asc(nulls_first=True), "min_quantity")
    )


def reviews_of(product: Product | int) -> QuerySet[Review]:
    """Select the reviews of a product with their authors, the newest first."""
    return Review.objects.filter(product=product).select_related("user")


def review_get(*, product: Product, user: User) -> Review:
    """Return the review of ``product`` by ``user``. Raise ``ReviewNotFound`` when there is none."""
    found = Review.objects.filter(product=product, user=user).first()
    if found is None:
        raise ReviewNotFound
    return found
