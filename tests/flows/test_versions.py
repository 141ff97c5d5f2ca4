"""``If-Match`` refuses to change what somebody else has changed since; two writes at the same moment both count."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from catalog.models import Product
from catalog.services import category_create, price_set, products
from tests.factories import make_product, sole_variant
from tests.support.rows import all_rows, changed

pytestmark = pytest.mark.django_db


def a_product(api: APIClient) -> tuple[str, dict, dict]:
    return f"/api/v1/products/{make_product('Lamp').pk}/", {"name": "Torch"}, {"description": "Bright"}


def a_category(api: APIClient) -> tuple[str, dict, dict]:
    category = category_create(name="Home")
    make_product(category=category)
    return f"/api/v1/categories/{category.pk}/", {"name": "House"}, {"description": "All"}


def a_profile(api: APIClient) -> tuple[str, dict, dict]:
    return "/api/v1/auth/me/", {"first_name": "Ann"}, {"city": "Nairobi"}


def an_address(api: APIClient) -> tuple[str, dict, dict]:
    made = api.post("/api/v1/addresses/", {"street": "1 Main Street", "is_default": True}).json()
    return f"/api/v1/addresses/{made['id']}/", {"city": "Nairobi"}, {"is_default": False}


@pytest.mark.parametrize("make", [a_product, a_category, a_profile, an_address])
class TestIfMatch:
    def test_what_was_read_may_be_changed(self, make: Callable, staff_api: APIClient) -> None:
        path, change, other = make(staff_api)
        tag = staff_api.get(path).headers["ETag"]
        first = staff_api.patch(path, change, headers={"If-Match": tag})
        assert (first.status_code, first.headers["ETag"] == tag) == (200, False)
        assert staff_api.get(path).headers["ETag"] == first.headers["ETag"]
        assert staff_api.patch(path, other, headers={"If-Match": first.headers["ETag"]}).status_code == 200

    def test_what_was_changed_since_may_not(self, make: Callable, staff_api: APIClient) -> None:
        path, change, other = make(staff_api)
        tag = staff_api.get(path).headers["ETag"]
        staff_api.patch(path, change)
        before = all_rows()
        for stale in (tag, f"W/{tag}", f'"x", {tag}', "nonsense", '""'):
            answer = staff_api.patch(path, other, headers={"If-Match": stale})
            assert (answer.status_code, answer.json()["code"]) == (412, "version_changed")
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("header", [{}, {"If-Match": "*"}])
    def test_who_does_not_ask_changes_it(self, make: Callable, staff_api: APIClient, header: dict) -> None:
        path, change, other = make(staff_api)
        staff_api.patch(path, change)
        assert staff_api.patch(path, other, headers=header).status_code == 200

    def test_a_proxy_that_compresses_weakens_it(self, make: Callable, staff_api: APIClient) -> None:
        path, change, _ = make(staff_api)
        weak = f"W/{staff_api.get(path).headers['ETag']}"
        assert staff_api.patch(path, change, headers={"If-Match": f'"other", {weak}'}).status_code == 200


def test_prices_and_stock_too(staff_api: APIClient) -> None:
    product = make_product("Lamp", price="10.00", stock_left=3)
    path = f"/api/v1/products/{product.pk}/"
    tag = staff_api.get(path).headers["ETag"]
    price_set(variant=sole_variant(product), amount=Decimal("12.00"), currency="USD")
    before = all_rows()
    for change in ({"price": "9.00"}, {"stock": 7}, {}):
        assert staff_api.patch(path, change, headers={"If-Match": tag}).status_code == 412
    assert changed(before, all_rows()) == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: there is no race")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def change_both(self, monkeypatch: pytest.MonkeyPatch) -> Product:
        """Change the name and the description at once, each read before the other is written."""
        product = make_product("Lamp")
        read, index = threading.Barrier(2), products._index

        def index_and_wait(row: Product, skus: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                read.wait(timeout=1)
            return index(row, skus)

        def change(fields: dict[str, str]) -> None:
            try:
                products.product_update(product=Product.objects.get(pk=product.pk), **fields)
            finally:
                connection.close()

        monkeypatch.setattr(products, "_index", index_and_wait)
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(change, [{"name": "Torch"}, {"description": "Bright"}]))
        product.refresh_from_db()
        return product

    def test_searches_find_both(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.change_both(monkeypatch).search_text
        assert ("torch" in found, "bright" in found) == (True, True)

    def test_without_the_lock_one_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lose a change as a negative control, without the lock."""
        monkeypatch.setattr(Product, "refresh_from_db", lambda product, **kwargs: None)
        product = self.change_both(monkeypatch)
        found = Product.objects.get(pk=product.pk).search_text
        assert ("torch" in found, "bright" in found) != (True, True)
