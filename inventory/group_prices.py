"""Show the members of a customer group their own prices, over what lists and pages show to everybody."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.models import VariantPrice
from catalog.unit_prices import Tier, tiers_column, tiers_data, tiers_read, unit_price
from utils.money import display
from utils.sql import ModelColumns, fetch, one_of

_PRICE = ModelColumns(VariantPrice, "amount")
_PRICES = f"""
SELECT variant.product_id, variant.id,
    (SELECT amount FROM catalog_variantprice WHERE variant_id = variant.id AND currency = %s),
    {tiers_column("variant.id")}
FROM "catalog_variant" AS variant WHERE variant.is_active AND variant.product_id {{among}}
"""  # noqa: S608 - columns


class GroupPrice(NamedTuple):
    """Hold the price of a variant, and the tiers that the members of a group may get."""

    variant: int
    price: Decimal | None
    tiers: tuple[Tier, ...]


def group_prices(product_ids: Collection[int], *, currency: str, group: int) -> dict[int, list[GroupPrice]]:
    """Read the prices of the active variants of these products for a customer group, by product id, in one statement.

    ``group`` is the group's id.
    """
    among, ids = one_of(product_ids)
    found: dict[int, list[GroupPrice]] = {pk: [] for pk in product_ids}
    for row in fetch(_PRICES.format(among=among), currency, currency, group, ids):
        product, variant = next(row), next(row)
        (price,) = _PRICE.values(row)
        found[product].append(GroupPrice(variant, price, tiers_read(next(row))))
    return found


def show_to_group(shown: dict[str, Any], prices: list[GroupPrice], *, currency: str) -> None:
    """Put the prices of one piece, and the tiers, of a group's member into what a list or page shows of a product.

    ``shown`` is the product as JSON holds it. ``prices`` are those of its variants.
    """
    of_variant = {price.variant: price for price in prices}
    lowest = [unit_price(price.price, price.tiers, quantity=1) for price in prices]
    amounts = [amount for amount in lowest if amount is not None]
    if amounts:
        shown["price"], shown["price_high"] = display(min(amounts), currency), display(max(amounts), currency)
    for variant in shown.get("variants", ()):
        price = of_variant.get(variant["id"])
        if price is None or price.price is None:
            continue
        variant["price"] = display(unit_price(price.price, price.tiers, quantity=1) or Decimal(0), currency)
        variant["tiers"] = tiers_data(price.price, price.tiers, currency=currency)
