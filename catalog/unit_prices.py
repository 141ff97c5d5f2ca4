"""The rule for what one piece of a variant costs, in lists, pages, carts and orders alike.

One piece costs the lowest of the variant's price and of the tiers that fit: those in the same currency, for everybody
or for the buyer's customer group, from the ordered number of pieces or fewer on. A variant without a price in a
currency is not sold in it, whatever tiers it has.

A statement selects ``tiers_column`` beside the price, ``tiers_read`` reads it, and ``unit_price`` applies the rule.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from utils.money import display
from utils.sql import JOIN_TEXTS

# The customer group of a user, in place of a group in ``tiers_column``; the parameter is the user's id, or None.
GROUP_OF_USER = "(SELECT customer_group_id FROM accounts_user WHERE id = %s)"


class Tier(NamedTuple):
    """Hold what one piece costs from ``min_quantity`` pieces on."""

    min_quantity: int
    unit_price: Decimal


def tiers_column(variant: str, *, group: str = "%s") -> str:
    """Return the column that holds a variant's tiers as text; it is empty (NULL) for most variants.

    ``variant`` is the SQL of the variant's id, and ``group`` that of the id of the buyer's customer group, which may be
    NULL. The parameters are the currency and those of ``group``.
    """
    return f"""(
        SELECT {JOIN_TEXTS}(min_quantity || ':' || amount, ' ') FROM catalog_pricetier
        WHERE variant_id = {variant} AND currency = %s AND (customer_group_id IS NULL OR customer_group_id = {group})
    )"""  # noqa: S608 - columns


def tiers_read(text: str | None) -> tuple[Tier, ...]:
    """Return the tiers that ``tiers_column`` holds, in no order."""
    if not text:
        return ()
    pairs = (pair.split(":") for pair in text.split(" "))
    return tuple(Tier(int(quantity), Decimal(amount)) for quantity, amount in pairs)


def unit_price(price: Decimal | None, tiers: Collection[Tier], *, quantity: int) -> Decimal | None:
    """Return what one of ``quantity`` pieces costs, or ``None`` when the variant has no ``price``."""
    if price is None or not tiers:
        return price
    return min([price, *(tier.unit_price for tier in tiers if tier.min_quantity <= quantity)])


def tiers_shown(price: Decimal | None, tiers: Collection[Tier]) -> list[Tier]:
    """Return the tiers to show beside the price of one piece: those at which a piece gets cheaper, in their order."""
    lowest = unit_price(price, tiers, quantity=1)
    shown: list[Tier] = []
    for tier in sorted(tiers):
        if lowest is not None and tier.unit_price < lowest:
            lowest = tier.unit_price
            shown.append(tier)
    return shown


def tiers_data(price: Decimal | None, tiers: Collection[Tier], *, currency: str) -> list[dict[str, int | str]]:
    """Return ``tiers_shown`` as the API shows them, with prices in ``currency``."""
    return [
        {"min_quantity": tier.min_quantity, "unit_price": display(tier.unit_price, currency)}
        for tier in tiers_shown(price, tiers)
    ]
