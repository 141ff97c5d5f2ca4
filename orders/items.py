"""Read what an order copies of the variants that a customer wants, at today's prices."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from catalog.models import Variant, VariantPrice
from catalog.unit_prices import GROUP_OF_USER, tiers_column, tiers_read, unit_price
from utils.sql import ModelColumns
from utils.trips import send


class ItemToOrder(NamedTuple):
    """Hold how many pieces of a variant are wanted, and what an order copies of it.

    ``variant`` and ``product`` are ids. ``title`` joins the variant's options. ``is_counted`` tells whether its pieces
    are counted. ``unit_price`` is what the buyer pays for one of these pieces, or ``None`` when they can no longer be
    bought. ``category`` is the path of the product's category, empty without one.
    """

    variant: int
    quantity: int
    product: int
    product_name: str
    title: str
    sku: str
    is_counted: bool
    unit_price: Decimal | None
    category: str
    weight_grams: int

    @property
    def full_name(self) -> str:
        """Return the product's name with the variant's title, such as ``Shirt (M / Red)``."""
        return f"{self.product_name} ({self.title})" if self.title else self.product_name


class ItemsToOrder(NamedTuple):
    """Hold what a customer wants to order, and whether the shop has promotions and tax rates that may apply to it."""

    items: list[ItemToOrder]
    has_promotions: bool
    has_taxes: bool


def items_of_cart(cart_id: int, *, currency: str, buyer: int | None) -> Callable[[], ItemsToOrder]:
    """Ask for what a cart holds, in the order in which it was put there, at the prices in ``currency``.

    ``buyer`` is the id of the user who orders it, and gets the prices of the user's customer group; ``None`` for a
    guest. Return a function that reads the answer, so that it may be asked for in ``utils.trips.one_trip``.
    """
    rows = send(_ON_POSTGRES if connection.vendor == "postgresql" else _ON_SQLITE, [currency, buyer, currency, cart_id])
    return lambda: _items_to_order(rows())


def _items_to_order(rows: list[tuple[Any, ...]]) -> ItemsToOrder:
    has_promotions, has_taxes = rows[0][:2] if rows else (False, False)
    items = [_item_to_order(islice(row, 2, None)) for row in rows]
    return ItemsToOrder(items, bool(has_promotions), bool(has_taxes))


def _item_to_order(row: Iterator[Any]) -> ItemToOrder:
    variant, quantity, product, name = islice(row, 4)
    sku, options, weight_grams, is_counted = _VARIANT.values(row)
    (amount,), (is_buyable, category, tiers) = _PRICE.values(row), row
    price = amount if is_buyable else None
    return ItemToOrder(
        variant=variant,
        quantity=quantity,
        product=product,
        product_name=name,
        title=" / ".join(option["value"] for option in options),
        sku=sku,
        is_counted=is_counted,
        unit_price=unit_price(price, tiers_read(tiers), quantity=quantity),
        category=category or "",
        weight_grams=weight_grams or 0,
    )


_VARIANT = ModelColumns(Variant, "sku", "options", "weight_grams", "track_inventory")
_PRICE = ModelColumns(VariantPrice, "amount")
_COPIED = f"""
"product"."id", "product"."name", {_VARIANT.of('"variant"')}, {_PRICE.of('"price"')},
"variant"."is_active" AND "product"."status" = 'active', "category"."path",
{tiers_column('"variant"."id"', group=GROUP_OF_USER)}
"""
_JOINED = """
JOIN "catalog_product" "product" ON "product"."id" = "variant"."product_id"
LEFT JOIN "catalog_variantprice" "price" ON "price"."variant_id" = "variant"."id" AND "price"."currency" = %s
LEFT JOIN "catalog_category" "category" ON "category"."id" = "product"."category_id"
"""
_HAS = """
EXISTS (SELECT 1 FROM "orders_promotion" WHERE "is_active"), EXISTS (SELECT 1 FROM "orders_taxrate"),
"item"."variant_id", "item"."quantity"
""".strip()
_OF_CART = """WHERE "item"."cart_id" = %s ORDER BY "item"."id\""""
_ON_SQLITE = f"""
SELECT {_HAS}, {_COPIED} FROM "cart_cartitem" "item"
JOIN "catalog_variant" "variant" ON "variant"."id" = "item"."variant_id" {_JOINED} {_OF_CART}
"""  # noqa: S608 - no value is part of the text
# Looked up item by item. A join would leave PostgreSQL free to read the whole catalogue for a cart of two items, when
# its statistics tell of larger carts.
_ON_POSTGRES = f"""
SELECT {_HAS}, "found".* FROM "cart_cartitem" "item" CROSS JOIN LATERAL (
    SELECT {_COPIED} FROM "catalog_variant" "variant" {_JOINED} WHERE "variant"."id" = "item"."variant_id" OFFSET 0
) "found" {_OF_CART}
"""  # noqa: S608 - no value is part of the text
