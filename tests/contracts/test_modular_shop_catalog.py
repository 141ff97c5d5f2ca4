"""Document 003, ``/catalog/``: every request of it, in its own order; its flow, and what a front end may do."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Category, Product
from catalog.services import category_create
from tests.factories import balance, make_product, make_staff
from tests.support.modular_shop_client import said
from tests.support.rows import all_rows, changed
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db

PRODUCTS, CATEGORIES = "/catalog/products/", "/catalog/categories/"
SHOWN = {"id", "name", "description", "price", "stock", "category", "images", "image", "rating", "ratings", "in_stock"}


@pytest.fixture
def admin(staff: User) -> APIClient:
    return APIClient(headers=bearer(staff))


@pytest.fixture
def electronics() -> Category:
    return category_create(name="Electronics")


@pytest.fixture
def laptop(electronics: Category) -> Product:
    return make_product("Gaming Laptop", price="1299.99", stock_left=50, category=electronics)


class TestProducts:
    def names(self, query: str = "") -> list[str]:
        body = APIClient().get(f"{PRODUCTS}{query}").json()
        assert set(body) == {"count", "next", "previous", "results"}
        return [row["name"] for row in body["results"]]

    def test_list_and_search(self, laptop: Product, electronics: Category) -> None:
        make_product("Novel", price="45.00", stock_left=0)
        assert self.names() == ["Gaming Laptop", "Novel"]
        assert self.names("?search=laptop") == ["Gaming Laptop"]
        assert self.names(f"?category={electronics.pk}") == ["Gaming Laptop"]
        assert self.names("?category=Electronics") == ["Gaming Laptop"]
        assert self.names("?min_price=40&max_price=50") == ["Novel"]
        assert self.names("?in_stock=true") == ["Gaming Laptop"]
        assert self.names("?ordering=price") == ["Novel", "Gaming Laptop"]
        assert self.names("?page=2&page_size=1") == ["Novel"]

    @pytest.mark.parametrize("query", ["?min_price=cheap", "?in_stock=maybe", "?max_price=NaN", "?nothing=1"])
    def test_a_bad_filter_is_refused(self, query: str) -> None:
        assert APIClient().get(f"{PRODUCTS}{query}").status_code == 400

    def test_details(self, laptop: Product) -> None:
        body = APIClient().get(f"{PRODUCTS}{laptop.pk}/").json()
        assert set(body) >= SHOWN
        assert (body["price"], body["stock"], body["in_stock"]) == ("1299.99", 50, True)
        assert body["category"] == laptop.category_id
        assert APIClient().get(f"{PRODUCTS}4711/").status_code == 404

    @pytest.mark.parametrize("format", ["json", "multipart"])
    def test_create(self, admin: APIClient, electronics: Category, format: str) -> None:
        body = {"name": "Lamp", "description": "Bright", "price": "9.50", "stock": 5, "category": electronics.pk}
        answer = admin.post(PRODUCTS, body, format=format)
        assert answer.status_code == 201
        assert answer.json().keys() >= SHOWN
        assert {name: answer.json()[name] for name in body} == body
        assert balance(Product.objects.get()) == (5, 0)

    def test_put_holds_the_whole_product(self, admin: APIClient, laptop: Product) -> None:
        path = f"{PRODUCTS}{laptop.pk}/"
        before = all_rows()
        answer = admin.put(path, {"name": "Laptop"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/price")
        assert changed(before, all_rows()) == []
        answer = admin.put(path, {"name": "Laptop", "price": 999, "stock": 45})
        assert answer.status_code == 200
        assert (answer.json()["name"], answer.json()["price"], answer.json()["stock"]) == ("Laptop", "999.00", 45)

    def test_patch_holds_a_part(self, admin: APIClient, laptop: Product) -> None:
        answer = admin.patch(f"{PRODUCTS}{laptop.pk}/", {"price": "1199.99"})
        assert answer.status_code == 200
        assert (answer.json()["name"], answer.json()["price"], answer.json()["stock"]) == (
            "Gaming Laptop",
            "1199.99",
            50,
        )

    def test_delete_takes_off_sale_and_keeps_the_row(self, admin: APIClient, laptop: Product) -> None:
        assert admin.delete(f"{PRODUCTS}{laptop.pk}/").status_code == 204
        assert self.names() == []
        assert APIClient().get(f"{PRODUCTS}{laptop.pk}/").status_code == 404
        laptop.refresh_from_db()
        assert laptop.status == "archived"

    @pytest.mark.parametrize(
        "body", [{"price": -1}, {"price": "1.234"}, {"stock": -1}, {"category": 4711}, {"name": ""}, {"price": "NaN"}]
    )
    def test_what_can_not_be_is_refused(self, admin: APIClient, laptop: Product, body: dict[str, Any]) -> None:
        before = all_rows()
        good = {"name": "Lamp", "price": "9.50"}
        assert admin.post(PRODUCTS, good | body).status_code == 400
        assert admin.put(f"{PRODUCTS}{laptop.pk}/", good | body).status_code == 400
        assert admin.patch(f"{PRODUCTS}{laptop.pk}/", body).status_code == 400
        assert changed(before, all_rows()) == []


class TestCategories:
    def test_list_and_details(self, electronics: Category) -> None:
        body = APIClient().get(CATEGORIES).json()
        assert set(body) == {"count", "next", "previous", "results"}
        shown = {"id": electronics.pk, "name": "Electronics", "description": "", "slug": "electronics"}
        assert body["results"] == [shown]
        assert APIClient().get(f"{CATEGORIES}{electronics.pk}/").json() == shown
        assert said(APIClient().get(f"{CATEGORIES}4711/")) == (404, "category_not_found")

    def test_create(self, admin: APIClient) -> None:
        answer = admin.post(CATEGORIES, {"name": "Phones", "description": "Smart ones"})
        assert (answer.status_code, answer.json()["slug"]) == (201, "phones")
        assert Category.objects.get().description == "Smart ones"

    def test_put_holds_the_whole_category(self, admin: APIClient, electronics: Category) -> None:
        path = f"{CATEGORIES}{electronics.pk}/"
        assert admin.put(path, {"description": "Devices"}).status_code == 400
        answer = admin.put(path, {"name": "Devices", "description": "All of them"})
        assert (answer.status_code, answer.json()["name"]) == (200, "Devices")
        assert APIClient().get(path).json() == answer.json()

    def test_patch_holds_a_part(self, admin: APIClient, electronics: Category) -> None:
        answer = admin.patch(f"{CATEGORIES}{electronics.pk}/", {"description": "Devices"})
        assert (answer.status_code, answer.json()["name"]) == (200, "Electronics")
        electronics.refresh_from_db()
        assert electronics.description == "Devices"

    def test_delete(self, admin: APIClient, electronics: Category) -> None:
        assert admin.delete(f"{CATEGORIES}{electronics.pk}/").status_code == 204
        assert said(admin.delete(f"{CATEGORIES}{electronics.pk}/")) == (404, "category_not_found")
        assert not Category.objects.exists()

    def test_one_whose_last_product_was_deleted(self, admin: APIClient, laptop: Product) -> None:
        assert admin.delete(f"{PRODUCTS}{laptop.pk}/").status_code == 204
        assert admin.delete(f"{CATEGORIES}{laptop.category_id}/").status_code == 204
        laptop.refresh_from_db()
        assert (laptop.status, laptop.category) == ("archived", None)

    def test_one_in_use_stays(self, admin: APIClient, laptop: Product) -> None:
        before = all_rows()
        assert said(admin.delete(f"{CATEGORIES}{laptop.category_id}/")) == (409, "category_in_use")
        assert changed(before, all_rows()) == []


WRITES = [
    ("POST", PRODUCTS, "catalog.add_product"),
    ("PUT", PRODUCTS + "{product}/", "catalog.change_product"),
    ("PATCH", PRODUCTS + "{product}/", "catalog.change_product"),
    ("DELETE", PRODUCTS + "{product}/", "catalog.change_product"),
    ("POST", CATEGORIES, "catalog.add_category"),
    ("PUT", CATEGORIES + "{category}/", "catalog.change_category"),
    ("PATCH", CATEGORIES + "{category}/", "catalog.change_category"),
    ("DELETE", CATEGORIES + "{category}/", "catalog.delete_category"),
]


@pytest.mark.parametrize(("method", "path", "right"), WRITES)
def test_only_staff_with_the_right_write(
    laptop: Product, customer: User, other_customer: User, method: str, path: str, right: str
) -> None:
    clerk = make_staff("clerk", groups=["finance"])
    assert not clerk.has_perm(right)
    other_customer.role = "seller"
    other_customer.save()
    clients = {
        401: [APIClient()],
        403: [APIClient(headers=bearer(user)) for user in (customer, other_customer, clerk)],
    }
    address = path.format(product=laptop.pk, category=laptop.category_id)
    before = all_rows()
    for status, refused in clients.items():
        for client in refused:
            answer = client.generic(method, address, '{"name": "X", "price": 1}', content_type="application/json")
            assert answer.status_code == status
    assert changed(before, all_rows()) == []


@pytest.mark.parametrize(("method", "path", "right"), WRITES)
def test_a_cookie_alone_writes_nothing(staff: User, laptop: Product, method: str, path: str, right: str) -> None:
    """Any page on the web can make a browser send it."""
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(staff)
    before = all_rows()
    address = path.format(product=laptop.pk, category=laptop.category_id)
    answer = browser.generic(method, address, '{"name": "X", "price": 1}', content_type="application/json")
    assert answer.status_code == 403
    assert changed(before, all_rows()) == []
