"""Slugs of products and categories: in any script, never hidden by an id or a route, and each once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections
from rest_framework.test import APIClient

from catalog import services
from catalog.errors import BadSlug, SlugTaken
from catalog.models import Category, Product
from catalog.services import category_create, category_update, product_create, product_update
from tests.factories import make_product

pytestmark = pytest.mark.django_db

PRODUCTS, CATEGORIES = "/api/v1/products/", "/api/v1/categories/"
NAMES = ["কাপড়", "हिन्दी किताब", "ผ้าไหม", "Кружка", "Café", "2024", "٢٠٢٤", "Search", "low-stock", "İSTANBUL"]
BAD_SLUGS = ["2048", "٢٠٢٤", "search", "Low-Stock", "two words", "a/b"]

needs_row_locks = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.mark.parametrize("name", NAMES)
class TestAnyName:
    def test_a_product_is_found_by_its_slug(self, staff_api: APIClient, name: str) -> None:
        made = staff_api.post(PRODUCTS, {"name": name, "price": "1.00"}).json()
        for form in ("NFC", "NFD"):
            address = f"{PRODUCTS}{quote(normalize(form, made['slug'].upper()))}/"
            assert staff_api.get(address).json()["id"] == made["id"]
            assert staff_api.get(f"{address}reviews/").status_code == 200
        assert staff_api.get(f"{PRODUCTS}low-stock/").json()["results"]

    def test_a_category_is_found_by_its_slug(self, staff_api: APIClient, name: str) -> None:
        made = staff_api.post(CATEGORIES, {"name": name}).json()
        for form in ("NFC", "NFD"):
            address = f"{CATEGORIES}{quote(normalize(form, made['slug']))}/"
            assert staff_api.get(address).json()["id"] == made["id"]
            assert staff_api.get(PRODUCTS, {"category": normalize(form, made["slug"])}).json()["count"] == 0


@pytest.mark.parametrize("slug", BAD_SLUGS)
class TestRefused:
    def test_by_the_services(self, slug: str) -> None:
        product, category = make_product("Kettle"), category_create(name="Books")
        for attempt in (
            lambda: product_create(name="Game", price=Decimal(1), currency="USD", slug=slug),
            lambda: product_update(product=product, slug=slug),
            lambda: category_create(name="Games", slug=slug),
            lambda: category_update(category=category, slug=slug),
            lambda: services.category_ensure(slug=slug),
        ):
            with pytest.raises(BadSlug) as refused:
                attempt()
            assert refused.value.field == "slug"
        assert (Product.objects.get().slug, Category.objects.get().slug) == ("kettle", "books")


def test_a_slug_that_differs_only_in_spelling_is_taken() -> None:
    make_product("Café")
    product = make_product("Kettle")
    with pytest.raises(SlugTaken):
        product_update(product=product, slug=normalize("NFD", "CAFÉ"))


def test_a_taken_slug_of_a_category() -> None:
    category_create(name="Books")
    with pytest.raises(SlugTaken):
        category_update(category=category_create(name="Games"), slug="books")


def test_a_slug_that_somebody_takes_meanwhile_gets_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    make_product("Mug")
    made = iter(["mug", "mug-2"])
    monkeypatch.setattr("catalog.services.slugs.free_slug", lambda name: next(made))
    assert make_product("Mug").slug == "mug-2"
    monkeypatch.setattr("catalog.services.slugs.free_slug", lambda name: "mug")
    with pytest.raises(SlugTaken):
        make_product("Mug")


def test_another_broken_rule_is_not_called_a_taken_slug(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(**fields: Any) -> None:
        raise IntegrityError("another rule")

    monkeypatch.setattr("catalog.services.products.price_set", break_off)
    with pytest.raises(IntegrityError, match="another rule"):
        make_product("Mug")


@needs_row_locks
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["product", "category"])
def test_eight_of_one_name_at_once(kind: str) -> None:
    start = threading.Barrier(8)

    def make(number: int) -> str:
        start.wait()
        try:
            return (make_product("Mug") if kind == "product" else category_create(name="Mug")).slug
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(make, range(8)))
    assert sorted(made) == ["mug", *(f"mug-{number}" for number in range(2, 9))]


class TestMigration:
    def test_rows_from_before_get_another_name(self) -> None:
        old = ["2024", "product-2024", "search", "Blue-Mug", "blue-mug", "mug", "a--b_", "٢", "7" * 255]
        products = [make_product() for _ in old]
        shelves = [category_create(name=f"Shelf {number}") for number in range(3)]
        lamp = make_product("Lamp", category=shelves[0])
        _put_in(products, old)
        _put_in(shelves, ["1984", "Low-Stock", "shelf"])
        _rename()
        assert list(Product.objects.exclude(pk=lamp.pk).order_by("pk").values_list("slug", flat=True)) == [
            "product-2024-2",
            "product-2024",
            "product-search",
            "blue-mug-2",
            "blue-mug",
            "mug",
            "a--b_",
            "product-٢",
            "product-" + "7" * 240,
        ]
        assert list(Category.objects.order_by("pk").values_list("slug", flat=True)) == [
            "category-1984",
            "category-low-stock",
            "shelf",
        ]
        assert Product.objects.get(slug="mug").updated_at == products[5].updated_at
        assert Product.objects.get(slug="product-search").updated_at > products[2].updated_at
        assert Product.objects.get(pk=lamp.pk).updated_at > lamp.updated_at
        before = list(Product.objects.order_by("pk").values())
        _rename()
        assert list(Product.objects.order_by("pk").values()) == before


def _put_in(rows: list[Product] | list[Category], slugs: list[str]) -> None:
    """Store slugs as they were stored before: the field would give them their one spelling."""
    with connection.cursor() as cursor:
        for row, slug in zip(rows, slugs, strict=True):
            row.refresh_from_db()
            cursor.execute(f"UPDATE {row._meta.db_table} SET slug = %s WHERE id = %s", [slug, row.pk])


def _rename() -> None:
    import_module("catalog.migrations.0009_slugs").rename(apps, None)
