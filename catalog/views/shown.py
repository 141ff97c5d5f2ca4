"""Names of what an answer shows (``Surrogate-Key``), by which a CDN forgets all answers that show something."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

Row = dict[str, Any]


def one_product(row: Row) -> Iterator[str]:
    """Name the product of a page, and its category."""
    return _products([row])


def products(data: Any) -> Iterator[str]:
    """Name the products of a list, and their categories. The list is a page, or a plain array."""
    return _products(data if isinstance(data, list) else data["results"])


def groups_of_products(data: dict[str, list[Row]]) -> Iterator[str]:
    """Name the products of several lists, and their categories."""
    return _products(chain.from_iterable(data.values()))


def one_category(row: Row) -> Iterator[str]:
    """Name the category of a page."""
    return _categories([row])


def categories(data: Any) -> Iterator[str]:
    """Name the categories of a list, which is a page, or a plain array."""
    return _categories(data if isinstance(data, list) else data["results"])


def reviews(data: Any) -> Iterator[str]:
    """Name what a list of reviews is about."""
    return iter(["reviews"])


def _products(rows: Iterable[Row]) -> Iterator[str]:
    yield "products"
    yield "categories"
    for row in rows:
        yield f"product-{row['id']}"
        category = row["category"]["id"] if isinstance(row["category"], dict) else row["category"]
        if isinstance(category, int):  # one contract shows the slug
            yield f"category-{category}"


def _categories(rows: Iterable[Row]) -> Iterator[str]:
    yield "categories"
    for row in rows:
        yield f"category-{row['id']}"
