"""Write products, their variants and their pictures."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Unpack

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import update_audited
from accounts.models import User
from catalog.errors import BadPayoutPhone, QuotaReached, VariantExists
from catalog.fields import ProductChanges, ProductFields, VariantFields
from catalog.html import clean_html, plain_text
from catalog.models import MAX_KEY_LENGTH, Product, ProductImage, ProductStatus, Variant
from catalog.services.prices import price_set
from catalog.services.slugs import good_slug, insert_with_free_slug, slug_claimed
from catalog.services.versions import lock_products, products_touch
from catalog.versions import product_tag
from utils.phones import kenyan_mobile
from utils.text import fold
from utils.versions import Versions, require_version

_SEARCHED_DESCRIPTION = 1000
PICTURES_OF_PRODUCT = 250


def search_values(product: Product, skus: Iterable[str]) -> dict[str, str]:
    """Return the values of the columns that ``ProductQuerySet.search`` and the filter by brand read.

    The texts are folded (``utils.text.fold``). The first line of ``search_text`` is the name.
    """
    words = [product.brand, product.product_type, *product.tags, *skus]
    words.append(plain_text(product.description)[:_SEARCHED_DESCRIPTION])
    lines = [fold(product.name), *filter(None, map(fold, words)), ""]
    return {"search_text": "\n".join(lines), "brand_key": fold(product.brand)[:MAX_KEY_LENGTH]}


def _index(product: Product, skus: Iterable[str]) -> list[str]:
    """Set the columns of ``search_values`` on ``product``, and return their names."""
    values = search_values(product, skus)
    for name, value in values.items():
        setattr(product, name, value)
    return list(values)


def product_create(
    *,
    name: str,
    price: Decimal,
    currency: str,
    description: str = "",
    sku: str = "",
    slug: str = "",
    **fields: Unpack[ProductFields],
) -> Product:
    """Create a product with one variant that costs ``price`` per piece, in ``currency``.

    ``fields`` may hold brand, product_type, tags, category, seller, payout_phone and status. Without ``slug`` a free
    one is derived from the name. Raise ``SlugTaken`` or ``BadSlug`` when the slug can't be used, ``BadPayoutPhone``
    when ``payout_phone`` is not a mobile number in Kenya, and ``BadPrice`` when the price is negative or has too many
    decimals.
    """
    _require_payable(fields.get("payout_phone", ""))
    product = Product(name=name, description=clean_html(description), **fields)
    _index(product, [sku])

    def insert() -> None:
        product.save(force_insert=True)
        variant = Variant.objects.create(product=product, sku=sku)
        price_set(variant=variant, amount=price, currency=currency)

    if slug:
        product.slug = good_slug(slug)
        with slug_claimed(product):
            insert()
    else:
        insert_with_free_slug(product, insert)
    return product


def product_update(*, product: Product, expected: Versions = None, **fields: Unpack[ProductChanges]) -> Product:
    """Change a product's name, description, brand, product_type, tags, category, payout_phone, status or slug.

    The row is locked and read again first, because the search columns are computed from columns that another request
    may just have changed. ``expected`` are the versions that the caller may change (``catalog.versions``). Raise
    ``VersionChanged`` when the product has another version, ``SlugTaken`` or ``BadSlug`` when the slug can't be used,
    and ``BadPayoutPhone`` when ``payout_phone`` is not a mobile number in Kenya.
    """
    _require_payable(fields.get("payout_phone", ""))
    if "slug" in fields:
        fields["slug"] = good_slug(fields["slug"])
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    with slug_claimed(product):
        product.refresh_from_db(from_queryset=Product.objects.select_for_update(no_key=True))
        require_version(product_tag(product.pk, product.updated_at), expected)
        for name, value in fields.items():
            setattr(product, name, value)
        searched = _index(product, product.variants.values_list("sku", flat=True))
        product.save(update_fields=[*fields, *searched, "updated_at"])
    return product


def _require_payable(phone: str) -> None:
    """Raise ``BadPayoutPhone`` unless ``phone`` is empty or a mobile number in Kenya: M-Pesa pays sellers to it."""
    if phone and not kenyan_mobile(phone):
        raise BadPayoutPhone(field="payout_phone")


def product_submit(*, product: Product, actor: User) -> None:
    """Take a product off sale until staff approve it, if ``actor`` is a seller who awaits their approval.

    Call it after ``actor`` has added or changed the product. Products that are not on sale stay as they are.
    """
    if actor.is_staff or not actor.awaits_approval:
        return
    on_sale = Product.objects.filter(pk=product.pk, status=ProductStatus.ACTIVE)
    if update_audited(on_sale, status=ProductStatus.PENDING, updated_at=timezone.now()):
        product.status = ProductStatus.PENDING


def products_approve(*, seller_id: int) -> None:
    """Put on sale the products of a seller that wait for staff."""
    _move_waiting(seller_id, to=ProductStatus.ACTIVE)


def products_withdraw(*, seller_id: int) -> None:
    """Archive the products of a seller that wait for staff."""
    _move_waiting(seller_id, to=ProductStatus.ARCHIVED)


def _move_waiting(seller_id: int, *, to: ProductStatus) -> None:
    with transaction.atomic():
        waiting = lock_products(Product.objects.filter(seller=seller_id, status=ProductStatus.PENDING))
        rows = Product.objects.filter(pk__in=waiting, status=ProductStatus.PENDING)
        update_audited(rows, status=to, updated_at=timezone.now())


def product_archive(*, product: Product) -> None:
    """Take a product off sale for good. It is never deleted, because orders point to it."""
    rows = Product.objects.filter(pk=product.pk)
    update_audited(rows, status=ProductStatus.ARCHIVED, updated_at=timezone.now())


def variant_create(
    *,
    product: Product,
    price: Decimal,
    currency: str,
    options: list[dict[str, str]],
    sku: str = "",
    **fields: Unpack[VariantFields],
) -> Variant:
    """Add a variant that costs ``price`` per piece, in ``currency``.

    ``options`` are pairs such as ``{"name": "Size", "value": "M"}``. ``fields`` may hold barcode, weight_grams,
    track_inventory and position. Raise ``BadPrice``, or ``VariantExists`` when the product has these options already.
    """
    try:
        with transaction.atomic():
            variant = Variant.objects.create(product=product, options=options, sku=sku, **fields)
            price_set(variant=variant, amount=price, currency=currency)
            product_update(product=product)
    except IntegrityError as error:
        raise VariantExists from error
    return variant


def image_add(*, product: Product, file: File, alt: str = "", variant: Variant | None = None) -> ProductImage:
    """Attach an uploaded picture after the product's other pictures.

    The shop chooses the name of the stored file, not the client. Raise ``QuotaReached`` when the product has as many
    pictures as it may.
    """
    with transaction.atomic():
        position = product.images.count() + 1
        if position > PICTURES_OF_PRODUCT:
            raise QuotaReached(what="A product can have at most {limit} pictures.", limit=PICTURES_OF_PRODUCT)
        image = ProductImage.objects.create(product=product, variant=variant, file=file, alt=alt, position=position)
        products_touch(product_ids=[product.pk])
    return image


def images_add(*, product: Product, files: Iterable[File]) -> list[ProductImage]:
    """Attach all of these uploaded pictures, or none. Raise ``QuotaReached`` as ``image_add`` does."""
    with transaction.atomic():
        return [image_add(product=product, file=file) for file in files]
