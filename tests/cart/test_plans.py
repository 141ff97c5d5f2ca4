"""The plans of the statements that every purchase runs: they look rows up, whatever the statistics say."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Product
from catalog.services import tier_set
from tests.factories import make_product, sole_variant

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without statistics"),
]

ITEMS = "/api/v1/cart/items/"
CATALOGUE = ["catalog_product", "catalog_variant", "catalog_variantprice", "catalog_pricetier", "inventory_stockitem"]
GROWING = [*CATALOGUE, "cart_cart", "cart_cartitem", "accounts_user", "accounts_usersession"]


def believe(rows: int, *tables: str) -> None:
    """Make PostgreSQL expect this many rows on each page of the tables, and know nothing about their values."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pg_statistic WHERE starelid::regclass::text = ANY (%s)", [list(tables)])
        cursor.execute(
            "UPDATE pg_class SET relpages = 1, reltuples = %s WHERE oid::regclass::text = ANY (%s)",
            [rows, list(tables)],
        )


def tables_read_whole(request: Callable[[], object]) -> list[str]:
    """Return a line of the plan for each table that a statement of the request reads from its first row to its last."""
    with CaptureQueriesContext(connection) as captured:
        request()
    statements = [query["sql"] for query in captured.captured_queries]
    with connection.cursor() as cursor:
        plans = []
        for statement in statements:
            if statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE")):
                cursor.execute(f"EXPLAIN {statement}")
                plans += [line for (line,) in cursor.fetchall()]
    assert any("Index Scan" in line for line in plans)
    return [line for line in plans if "Seq Scan" in line]


@pytest.fixture
def product(customer_api: APIClient) -> Product:
    """Return a product that is not in the customer's cart, which holds another one."""
    held = make_product()
    customer_api.post(ITEMS, {"product": held.pk})
    # PostgreSQL reads a table without pages for nothing.
    tier_set(variant=sole_variant(held), amount=Decimal(1), currency="USD", min_quantity=900)
    return make_product(stock_left=1000)


@pytest.mark.parametrize("items", [2_000, 20_000, 10_000_000])
@pytest.mark.parametrize("others", [20_000, 10_000_000])
def test_carts_are_read_and_filled_by_lookups(
    customer_api: APIClient, product: Product, items: int, others: int
) -> None:
    believe(others, *GROWING)
    believe(items, "cart_cartitem")
    contract = {"product_id": product.pk, "quantity": 1}
    requests: list[Callable[[], object]] = [
        lambda: customer_api.post(ITEMS, {"product": product.pk}),
        lambda: customer_api.post(ITEMS, {"variant": sole_variant(product).pk}),
        lambda: customer_api.get("/api/v1/cart/"),
        lambda: customer_api.post("/api/orders/cart/add_item/", contract),
    ]
    for request in requests:
        assert tables_read_whole(request) == []
