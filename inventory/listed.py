"""Read the texts of the read model, with the stock and the categories' names of this moment.

The statements are written by hand: building them with the ORM takes longer than running them.
"""

import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.errors import ProductNotFound
from inventory.cards import CATEGORY, HOLE, json_text
from inventory.group_prices import group_prices, show_to_group
from inventory.models import Listing
from inventory.querysets import ListingQuerySet
from utils.slugs import id_of
from utils.sql import JSON_OBJECT, fetch, one_of

# A sum for each variant inside of the sum for the product: each is one look into an index, whatever the planner
# believes about the tables.
_ROWS = """
SELECT l.product_id, l.card, l.in_stock, c.id, c.name, c.slug,
  (SELECT CAST(SUM((SELECT SUM(s.on_hand - s.reserved) FROM inventory_stockitem s WHERE s.variant_id = v.id)) AS bigint)
   FROM catalog_variant v WHERE v.product_id = l.product_id AND v.is_active AND v.track_inventory)
FROM inventory_listing l LEFT JOIN catalog_category c ON c.id = l.category_id
WHERE l.currency = %s AND l.product_id {among}
"""
_PAGE = """
SELECT l.product_id, l.page, l.in_stock, c.id, c.name, c.slug, l.updated_at,
  (SELECT CAST({object}(v.id, (SELECT SUM(s.on_hand - s.reserved) FROM inventory_stockitem s WHERE s.variant_id = v.id))
    AS text)
   FROM catalog_variant v WHERE v.product_id = l.product_id AND v.is_active AND v.track_inventory)
FROM inventory_listing l LEFT JOIN catalog_category c ON c.id = l.category_id
WHERE l.currency = %s AND l.product_id = {product}
"""
_BY_SLUG = "(SELECT id FROM catalog_product WHERE slug = %s)"


def listings(*, currency: str) -> ListingQuerySet:
    """Select the rows with prices in ``currency``, in the order of their products' ids."""
    return Listing.objects.filter(currency=currency).order_by("product_id")


class ListedRows(NamedTuple):
    """Hold rows of a list as a JSON array, with the ids of their products and of these products' categories."""

    text: str
    shown: list[tuple[int, int | None]]


def rows_of(product_ids: Collection[int], *, currency: str, group: int | None = None) -> ListedRows:
    """Return the rows of these products, in the given order, without those that are off sale.

    They show the prices in ``currency`` of everybody, or of the members of the customer group whose id is ``group``.
    """
    if not product_ids:
        return ListedRows("[]", [])
    among, ids = one_of(product_ids)
    found = {row[0]: row for row in map(tuple, fetch(_ROWS.format(among=among), currency, ids))}
    rows = [found[pk] for pk in product_ids if pk in found]
    texts = [_row_text(row) for row in rows]
    if group is not None and rows:
        texts = _shown_to_group([row[0] for row in rows], texts, currency, group)
    return ListedRows(f"[{','.join(texts)}]", [(row[0], row[3]) for row in rows])


def _shown_to_group(product_ids: list[int], texts: list[str], currency: str, group: int) -> list[str]:
    """Return the texts of products with the prices of a customer group."""
    prices = group_prices(product_ids, currency=currency, group=group)
    shown = [json.loads(text) for text in texts]
    for pk, product in zip(product_ids, shown, strict=True):
        show_to_group(product, prices[pk], currency=currency)
    return [json_text(product) for product in shown]


class Page(NamedTuple):
    """Hold the page of one product as JSON text, with what its version is made of."""

    product_id: int
    category_id: int | None
    updated_at: datetime
    text: str


def page_of(key: str | int, *, currency: str, group: int | None = None) -> Page:
    """Return the page of a product on sale, by its id or slug. Raise ``ProductNotFound`` when there is none.

    ``currency`` and ``group`` are those of ``rows_of``.
    """
    pk = id_of(key)
    statement = _PAGE.format(object=JSON_OBJECT, product=_BY_SLUG if pk is None else "%s")
    found = fetch(statement, currency, str(key) if pk is None else pk)
    if not found:
        raise ProductNotFound
    product_id, text, in_stock, *category, updated_at, pieces = found[0]
    parts = text.split(HOLE)
    parts[1::2], stock = _fillings(parts[1::2], _category_text(*category), json.loads(pieces or "{}"))
    end = f'"stock":{stock},"in_stock":{_boolean(in_stock)}'
    whole = f"{''.join(parts)},{end}}}"
    if group is not None:
        (whole,) = _shown_to_group([product_id], [whole], currency, group)
    return Page(product_id, category[0], _moment(updated_at), whole)


def _fillings(holes: list[str], category: str, pieces: dict[str, int | None]) -> tuple[list[str], int]:
    """Return what to fill into the holes of a page, and the sum of the variants' pieces among it."""
    counts = {name: pieces.get(name) or 0 for name in holes if name != "category"}
    return [category if name == "category" else str(counts[name]) for name in holes], sum(counts.values())


def _moment(value: datetime | str) -> datetime:
    """Return a moment as PostgreSQL gives it; SQLite gives a text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(f"{value}+00:00")


def _row_text(row: tuple[Any, ...]) -> str:
    _, card, in_stock, *category, stock = row
    shown = card.replace(CATEGORY, _category_text(*category))
    return f'{shown},"stock":{stock or 0},"in_stock":{_boolean(in_stock)}}}'


def _boolean(value: object) -> str:
    return "true" if value else "false"


@lru_cache
def _category_text(pk: int | None, name: str, slug: str) -> str:
    return "null" if pk is None else f'{{"id":{pk},"name":{json_text(name)},"slug":{json_text(slug)}}}'
