"""Two people count the same stock at the same moment."""

import time
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Variant
from inventory import services as stock
from inventory.models import StockMovement
from inventory.selectors import discrepancies
from tests.concurrency.test_payments import all_at_once
from tests.factories import balance, make_product, sole_variant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("concurrency"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: there is no race"),
]


@pytest.fixture
def variant(monkeypatch: pytest.MonkeyPatch) -> Variant:
    """Make ten pieces, and slow counts down, so that another one can come between the reading and the writing."""
    variant = sole_variant(make_product(stock_left=10))
    adjust = stock.stock_adjust

    def slowly(**fields: Any) -> StockMovement:
        time.sleep(0.3)
        return adjust(**fields)

    monkeypatch.setattr(stock, "stock_adjust", slowly)
    return variant


def test_the_difference_is_booked_once(variant: Variant) -> None:
    answers = all_at_once(*[lambda: stock.stock_count(variant=variant, counted=7)] * 2)
    assert answers == [None, None]
    assert balance(variant.product) == (7, 0)
    assert list(StockMovement.objects.order_by("id").values_list("quantity", flat=True)) == [10, -3]
    assert discrepancies() == []


def test_a_count_waits_for_a_sale_and_a_sale_for_a_count(variant: Variant) -> None:
    """Accept both results: the count came before the sale, or after it."""

    @transaction.atomic
    def sell() -> None:
        stock.stock_reserve(reference="A", quantities={variant.pk: 1})

    answers = all_at_once(lambda: stock.stock_count(variant=variant, counted=7), sell)
    assert answers == [None, None]
    assert balance(variant.product) in {(8, 1), (7, 1)}
    assert discrepancies() == []
