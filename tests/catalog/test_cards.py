"""What is shown is what is true, although it comes from the cache: after each change the next read has it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from catalog import services
from catalog.models import Product, VariantPrice
from catalog.services import category_create
from catalog.views import cards
from tests.factories import make_product, sole_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return make_product("Lamp", price="10.00", stock_left=5, category=category_create(name="Home"))


@pytest.fixture
def shown(product: Product, anonymous_api: APIClient) -> Callable[[], list[dict[str, Any]]]:
    """Show the product as the list, the page and document 004 do; read once, so that all of it is cached."""

    def read() -> list[dict[str, Any]]:
        return [
            anonymous_api.get("/api/v1/products/").json()["results"][0],
            anonymous_api.get(f"/api/v1/products/{product.pk}/").json(),
            anonymous_api.get("/api/products/").json()["results"][0],
            anonymous_api.get(f"/api/products/{product.pk}/").json(),
        ]

    read()
    return read


def test_a_second_read_comes_from_the_cache(
    product: Product, shown: Callable, django_assert_max_num_queries: Callable, anonymous_api: APIClient
) -> None:
    with django_assert_max_num_queries(2):
        anonymous_api.get(f"/api/v1/products/{product.pk}/")
    with django_assert_max_num_queries(3):
        anonymous_api.get("/api/v1/products/")


def test_a_price(product: Product, shown: Callable) -> None:
    services.price_set(variant=sole_variant(product), amount=Decimal("12.50"), currency="USD")
    assert {row["price"] for row in shown()} == {"12.50"}


def test_a_name(product: Product, shown: Callable, staff_api: APIClient) -> None:
    staff_api.patch(f"/api/v1/products/{product.pk}/", {"name": "Torch"})
    assert {row["name"] for row in shown()} == {"Torch"}


def test_stock(product: Product, shown: Callable, customer_api: APIClient) -> None:
    customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 5})
    customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}})
    assert {(row["stock"], row["in_stock"]) for row in shown()} == {(0, False)}


def test_a_category(product: Product, shown: Callable, staff_api: APIClient) -> None:
    staff_api.patch("/api/v1/categories/home/", {"name": "House"})
    v1_row, page, row_004, page_004 = shown()
    assert {v1_row["category"]["name"], page["category"]["name"]} == {"House"}
    assert {row_004["category_name"], page_004["category_name"]} == {"House"}


def test_a_rating(product: Product, shown: Callable, customer_api: APIClient) -> None:
    customer_api.post(f"/api/v1/products/{product.pk}/reviews/", {"rating": 4})
    assert {row["rating"] for row in shown()} == {"4.00"}


def test_a_variant(product: Product, shown: Callable, staff_api: APIClient) -> None:
    body = {"options": [{"name": "Size", "value": "L"}], "price": "8.00", "stock": 1}
    staff_api.post(f"/api/v1/products/{product.pk}/variants/", body)
    *own, listed, page = [(row["price"], row["stock"]) for row in shown()]
    assert set(own) == {("8.00", 6)}
    assert {listed, page} == {("10.00", 5)}  # of the default variant


def test_taken_off_sale(product: Product, shown: Callable, anonymous_api: APIClient) -> None:
    services.product_archive(product=product)
    assert anonymous_api.get(f"/api/v1/products/{product.pk}/").status_code == 404
    assert anonymous_api.get("/api/v1/products/").json()["count"] == 0


def test_a_change_that_is_rolled_back_shows_nothing_new(product: Product, shown: Callable) -> None:
    before = shown()
    with pytest.raises(RuntimeError), transaction.atomic():
        services.price_set(variant=sole_variant(product), amount=Decimal("1.00"), currency="USD")
        raise RuntimeError
    assert shown() == before


def test_staff_and_strangers_share_cards_without_a_leak(
    product: Product, shown: Callable, staff_api: APIClient, anonymous_api: APIClient
) -> None:
    draft = make_product("Secret", status="draft")
    assert staff_api.get(f"/api/v1/products/{draft.pk}/").status_code == 200
    assert staff_api.get("/api/v1/products/").json()["count"] == 2
    assert anonymous_api.get(f"/api/v1/products/{draft.pk}/").status_code == 404
    assert [row["name"] for row in anonymous_api.get("/api/v1/products/").json()["results"]] == ["Lamp"]


def test_without_a_cache_the_shop_shows_the_same(
    product: Product, shown: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shown()

    class Broken:
        """Behave as the Redis cache does while Redis is down: find nothing and store nothing."""

        def get_many(self, keys: Any) -> None:
            return None

        def set_many(self, values: Any, timeout: int) -> None:
            return None

    monkeypatch.setattr(cards, "cache", Broken())
    assert shown() == before


def test_orders_ignore_the_cache(product: Product, shown: Callable, customer_api: APIClient) -> None:
    """A poisoned card changes what is shown, never what is paid."""
    VariantPrice.objects.update(amount=Decimal("99.00"))  # behind the services' back: cards are stale now
    assert {row["price"] for row in shown()[:2]} == {"10.00"}
    customer_api.post("/api/v1/cart/items/", {"product": product.pk})
    placed = customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}})
    assert placed.json()["total"] == "99.00"


def test_a_very_large_card_is_not_kept(anonymous_api: APIClient, django_assert_num_queries: Any) -> None:
    path = f"/api/products/{make_product(description='word ' * 9_000).pk}/"
    made_anew = {"Accept": "application/json;q=0.9"}  # no answer is kept for it
    answers = [anonymous_api.get(path, headers=made_anew).json() for _ in range(2)]
    assert answers[0] == answers[1]
    with django_assert_num_queries(5):
        anonymous_api.get(path, headers=made_anew)
