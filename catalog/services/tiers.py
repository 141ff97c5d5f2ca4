"""Write the prices of customer groups and of quantities (``catalog.unit_prices``)."""

from decimal import Decimal

from django.db import transaction

from accounts.models import CustomerGroup
from catalog.errors import BadPrice, QuotaReached, TierNotFound, TierOfOnePiece
from catalog.models import PriceTier, Product, Variant
from catalog.services.versions import lock_products, products_touch
from utils.money import quantize

TIERS_OF_VARIANT = 100


def tier_set(
    *, variant: Variant, amount: Decimal, currency: str, min_quantity: int = 1, group: CustomerGroup | None = None
) -> tuple[PriceTier, bool]:
    """Set what one piece costs in ``currency`` from ``min_quantity`` pieces on; return the tier, and whether it is new.

    ``group`` is the customer group that gets this price, or ``None`` for everybody. Raise ``BadPrice`` when ``amount``
    is negative or has more decimals than the currency, ``TierOfOnePiece`` for everybody's first piece, and
    ``QuotaReached`` when the variant has as many tiers as it may.
    """
    if amount < 0 or amount != quantize(amount, currency):
        raise BadPrice(field="amount")
    if group is None and min_quantity < 2:
        raise TierOfOnePiece
    with transaction.atomic():
        lock_products(Product.objects.filter(pk=variant.product_id))
        tiers = PriceTier.objects.filter(variant=variant)
        if (
            tiers.count() >= TIERS_OF_VARIANT
            and not tiers.filter(currency=currency, customer_group=group, min_quantity=min_quantity).exists()
        ):
            raise QuotaReached(what="A variant can have at most {limit} tiers.", limit=TIERS_OF_VARIANT)
        tier, is_new = PriceTier.objects.update_or_create(
            variant=variant,
            currency=currency,
            customer_group=group,
            min_quantity=min_quantity,
            defaults={"amount": amount},
        )
        _tell(tier)
    return tier, is_new


def tier_delete(*, variant: Variant, tier_id: int) -> None:
    """Delete a tier of ``variant``. Raise ``TierNotFound`` when it has none with this id."""
    with transaction.atomic():
        lock_products(Product.objects.filter(pk=variant.product_id))
        tier = PriceTier.objects.filter(variant=variant, pk=tier_id).select_related("variant").first()
        if tier is None:
            raise TierNotFound
        tier.delete()
        _tell(tier)


def _tell(tier: PriceTier) -> None:
    """Mark the product as changed, unless only a customer group sees the tier: its prices are read anew each time."""
    if tier.customer_group_id is None:
        products_touch(product_ids=[tier.variant.product_id])
