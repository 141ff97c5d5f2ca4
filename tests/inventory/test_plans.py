"""The plans of the statements that lock stock: each locks its rows once, before it changes any."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.services import stock_reserve
from tests.factories import make_product, sole_variant

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]


@pytest.mark.parametrize("joins", [[], ["hashjoin", "mergejoin"], ["hashjoin", "nestloop"], ["mergejoin", "nestloop"]])
def test_an_order_locks_all_its_stock_before_it_takes_any(joins: list[str]) -> None:
    """A join would lock the rows while others are changed already, or again for each row of the other side."""
    wanted = {sole_variant(make_product()).pk: 1 for _ in range(3)}
    make_product()
    with CaptureQueriesContext(connection) as captured:
        stock_reserve(reference="A", quantities=wanted)
    (statement,) = [each["sql"] for each in captured if each["sql"].startswith('UPDATE "inventory_stockitem"')]
    with connection.cursor() as cursor:
        for join in [*joins, "seqscan"] if joins else []:
            cursor.execute(f"SET LOCAL enable_{join} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"InitPlan \d+ .*\n +->  LockRows \(actual rows=3 loops=1\)", plan), plan
    assert "Semi Join" not in plan
    assert "HashAggregate" not in plan
