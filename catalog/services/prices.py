"""Write prices, and the price ranges computed from them."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Min

from catalog.errors import BadPrice
from catalog.models import PriceRange, Product, Variant, VariantPrice
from catalog.selectors import only_variant
from catalog.services.versions import lock_products, products_touch
from utils.money import quantize


def price_set(*, variant: Variant, amount: Decimal, currency: str, compare_at: Decimal | None = None) -> VariantPrice:
    """Set what one piece of ``variant`` costs in ``currency``; ``compare_at`` is the higher price that it had before.

    Raise ``BadPrice`` when ``amount`` is negative or has more decimals than the currency.
    """
    with transaction.atomic():
        ids = lock_products(Product.objects.filter(pk=variant.product_id))
        row = _price_write(variant, currency, amount, compare_at=compare_at)
        _price_ranges_refresh(ids)
    return row


def product_price_set(*, product: Product, amount: Decimal, currency: str) -> None:
    """Set the price per piece of a product that has one variant; its ``compare_at`` stays.

    When the product already has this price, nothing is changed or checked, so that a client may send back what it has
    read. Raise ``BadPrice``, ``NotForSale`` when the product has no active variant, or ``VariantNeeded`` when it has
    several.
    """
    with transaction.atomic():
        ids = lock_products(Product.objects.filter(pk=product.pk))
        if PriceRange.objects.filter(product=product, currency=currency, low=amount).exists():
            return
        _price_write(only_variant(product), currency, amount)
        _price_ranges_refresh(ids)


def _price_write(variant: Variant, currency: str, amount: Decimal, **others: Decimal | None) -> VariantPrice:
    if amount < 0 or amount != quantize(amount, currency):
        raise BadPrice(field="price")
    return VariantPrice.objects.update_or_create(
        variant=variant, currency=currency, defaults={"amount": amount, **others}
    )[0]


def price_ranges_refresh(*, product_ids: Iterable[int]) -> None:
    """Compute the price ranges of these products again, in a fixed number of statements."""
    with transaction.atomic():
        # With the lock, two changes of one product's prices run one after the other, and the later one sees both.
        _price_ranges_refresh(lock_products(Product.objects.filter(pk__in=list(product_ids))))


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
