"""Outlines of lists: the ids of all rows in order, kept by revision."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Category, Product
from catalog.services import category_create
from tests.factories import make_product
from utils.api import outlines

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"
ORDER = {"address": {"street": "1 Main Street"}}


@pytest.fixture
def shelf() -> Category:
    return category_create(name="Lamps", parent=category_create(name="Home"))


@pytest.fixture
def product(shelf: Category) -> Product:
    return make_product('Lamp "No. 1" \u2028 é', price="10.00", stock_left=2, category=shelf, brand="Lumen", sku="L-1")


class TestOutlines:
    """Ask as a customer, because guests may get a kept answer."""

    def test_of_more_than_one_piece(self, customer_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("utils.api.outlines.PIECE", 3)
        names = [f"{'Lamp' if number % 3 else 'Pot'} {number}" for number in range(11)]
        for name in names:
            make_product(name, description="lamp")
        found = [name for name in names if "Lamp" in name] + [name for name in names if "Pot" in name]
        for _ in range(2):  # once from the tables, once from the cache
            for path in (PRODUCTS, "/api/products/"):
                for size in (1, 2, 4, 5, 100):
                    pages = []
                    for number in range(1, -(-11 // size) + 1):
                        answer = customer_api.get(f"{path}?search=lamp&page={number}&page_size={size}").json()
                        assert answer["count"] == 11
                        pages += [row["name"] for row in answer["results"]]
                    assert pages == found

    def test_a_page_of_any_list_takes_two_statements(self, product: Product, customer_api: APIClient) -> None:
        for query in ("", "?search=lamp", "?category=home&min_price=1&ordering=-price", "?in_stock=true&page=1"):
            customer_api.get(f"{PRODUCTS}{query}")
            with CaptureQueriesContext(connection) as captured:
                assert customer_api.get(f"{PRODUCTS}{query}").json()["count"] == 1
            assert len(captured) == 2, query

    def test_a_process_asks_the_cache_once_a_minute(
        self, product: Product, customer_api: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, now = Mock(wraps=outlines.cache), [1000.0]
        monkeypatch.setattr(outlines, "cache", asked)
        monkeypatch.setattr(outlines.time, "monotonic", lambda: now[0])
        for seconds, times in ((0, 1), (59, 1), (2, 2), (1, 2)):
            now[0] += seconds
            assert customer_api.get(PRODUCTS).json()["count"] == 1
            assert asked.get.call_count == times, seconds
        make_product("Torch")
        assert customer_api.get(PRODUCTS).json()["count"] == 2

    @pytest.mark.parametrize("rubbish", [None, 7, "x", [], ["x"], [5, "x"], [True], [-3, 1, 2], {"a": 1}, [[1], 2]])
    def test_rubbish_in_the_cache_costs_nothing_but_time(
        self, product: Product, customer_api: APIClient, monkeypatch: pytest.MonkeyPatch, rubbish: Any
    ) -> None:
        expected = [customer_api.get(path).json() for path in (PRODUCTS, "/api/products/")]

        class Rubbish:
            def get(self, key: str) -> Any:
                return rubbish

            def set(self, *args: Any, **kwargs: Any) -> None:
                """Keep nothing."""

        outlines.recent.clear()
        monkeypatch.setattr(outlines, "cache", Rubbish())
        assert [customer_api.get(path).json() for path in (PRODUCTS, "/api/products/")] == expected
