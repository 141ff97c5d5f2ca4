"""The catalogue over HTTP: who sees what, how it is found, and who may change it."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import AuditEntry, Role, User
from catalog import services
from catalog.html import clean_html, plain_text
from catalog.models import Category, PriceRange, Product
from catalog.selectors import category_get
from catalog.services import category_create, product_update
from tests.conftest import client_of
from tests.factories import book_in, make_product, make_user, sole_variant

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"


def names(client: APIClient, **query: Any) -> list[str]:
    answer = client.get(PRODUCTS, query)
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["results"]]


def picture() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(buffer, "PNG")
    return SimpleUploadedFile("../../evil name.png", buffer.getvalue(), "image/png")


@pytest.fixture
def seller(db: None) -> User:
    return make_user("sonja", role=Role.SELLER)


class TestFinding:
    @pytest.fixture(autouse=True)
    def _catalogue(self) -> None:
        home = category_create(name="Home")
        kitchen = category_create(name="Kitchen", parent=home)
        make_product("Steel Kettle", price="30.00", category=kitchen, brand="Aldo", tags=["tea"])
        make_product("Oak Table", price="250.00", category=home, stock_left=0, description="<p>Seats a kettle too</p>")
        make_product("Mug", price="8.50", category=kitchen, sku="MUG-1")

    def test_in_a_category_and_what_is_below_it(self, anonymous_api: APIClient) -> None:
        assert names(anonymous_api, category="home") == ["Steel Kettle", "Oak Table", "Mug"]
        assert names(anonymous_api, category="Kitchen") == ["Steel Kettle", "Mug"]
        kitchen = Category.objects.get(slug="kitchen")
        assert names(anonymous_api, category=kitchen.pk) == ["Steel Kettle", "Mug"]

    def test_an_unknown_category_is_named(self, anonymous_api: APIClient) -> None:
        answer = anonymous_api.get(PRODUCTS, {"category": "garden"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "?category"

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("kettle", ["Steel Kettle", "Oak Table"]),  # the name counts more than the description
            ("KETTLE steel", ["Steel Kettle"]),
            ("mug-1", ["Mug"]),
            ("aldo tea", ["Steel Kettle"]),
            ("%", []),
            ("_", []),
            ("'; DROP TABLE", []),
            ("", ["Steel Kettle", "Oak Table", "Mug"]),
        ],
    )
    def test_search(self, anonymous_api: APIClient, words: str, found: list[str]) -> None:
        assert names(anonymous_api, search=words) == found

    def test_prices_and_stock(self, anonymous_api: APIClient) -> None:
        assert names(anonymous_api, min_price="8.5", max_price=30) == ["Steel Kettle", "Mug"]
        assert names(anonymous_api, min_price="8.51", max_price=30) == ["Steel Kettle"]
        assert names(anonymous_api, in_stock="false") == ["Oak Table"]
        assert names(anonymous_api, ordering="price") == ["Mug", "Steel Kettle", "Oak Table"]
        assert names(anonymous_api, ordering="-price", in_stock="true") == ["Steel Kettle", "Mug"]

    def test_pages(self, anonymous_api: APIClient) -> None:
        body = anonymous_api.get(PRODUCTS, {"page_size": 2}).json()
        assert (body["count"], len(body["results"]), body["previous"]) == (3, 2, None)
        assert [row["name"] for row in anonymous_api.get(body["next"]).json()["results"]] == ["Mug"]

    def test_by_id_or_slug(self, anonymous_api: APIClient) -> None:
        by_slug = anonymous_api.get(f"{PRODUCTS}steel-kettle/").json()
        assert anonymous_api.get(f"{PRODUCTS}{by_slug['id']}/").json() == by_slug
        assert anonymous_api.get(f"{PRODUCTS}9{'0' * 30}/").status_code == 404

    def test_the_tree(self, anonymous_api: APIClient) -> None:
        tree = anonymous_api.get("/api/v1/categories/").json()
        assert [(row["name"], row["level"], row["parent"]) for row in tree] == [
            ("Home", 1, None),
            ("Kitchen", 2, tree[0]["id"]),
        ]


class TestVariants:
    def test_prices_span_the_variants(self, staff_api: APIClient, anonymous_api: APIClient) -> None:
        product = make_product("Shirt", price="20.00", stock_left=1)
        body = {"options": [{"name": "Size", "value": "L"}], "price": "24.50", "stock": 4, "sku": "SH-L"}
        answer = staff_api.post(f"{PRODUCTS}{product.pk}/variants/", body)
        assert answer.status_code == 201
        shown = anonymous_api.get(f"{PRODUCTS}{product.pk}/").json()
        assert (shown["price"], shown["price_high"], shown["stock"]) == ("20.00", "24.50", 5)
        assert [(row["title"], row["price"], row["stock"]) for row in shown["variants"]] == [
            ("", "20.00", 1),
            ("L", "24.50", 4),
        ]
        assert names(anonymous_api, search="sh-l") == ["Shirt"]
        again = staff_api.post(f"{PRODUCTS}{product.pk}/variants/", body)
        assert (again.status_code, again.json()["code"]) == (409, "variant_exists")
        assert product.variants.count() == 2

    def test_an_inactive_variant_does_not_count(self, anonymous_api: APIClient) -> None:
        product = make_product("Shirt", price="20.00", stock_left=1)
        cheap = services.variant_create(
            product=product, price=Decimal("1.00"), currency="USD", options=[{"name": "Size", "value": "XS"}]
        )
        book_in(cheap, 5)
        product.variants.filter(pk=cheap.pk).update(is_active=False)
        services.price_ranges_refresh(product_ids=[product.pk])
        shown = anonymous_api.get(f"{PRODUCTS}{product.pk}/").json()
        assert (shown["price"], shown["stock"], len(shown["variants"])) == ("20.00", 1, 1)

    def test_a_price_has_no_more_decimals_than_its_currency(self, staff_api: APIClient) -> None:
        product = make_product(price="20.00")
        answer = staff_api.patch(f"{PRODUCTS}{product.pk}/", {"price": "20.005"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_price")
        assert PriceRange.objects.get().low == Decimal("20.00")


class TestVisibility:
    def test_drafts_are_their_sellers_and_staffs(
        self, anonymous_api: APIClient, customer_api: APIClient, staff_api: APIClient, seller: User
    ) -> None:
        draft = make_product("Secret", status="draft", seller=seller)
        address = f"{PRODUCTS}{draft.pk}/"
        found = {
            name: client.get(address).status_code
            for name, client in {
                "anonymous": anonymous_api,
                "customer": customer_api,
                "seller": client_of(seller),
                "staff": staff_api,
            }.items()
        }
        assert found == {"anonymous": 404, "customer": 404, "seller": 200, "staff": 200}
        assert names(anonymous_api) == []
        assert customer_api.post("/api/v1/cart/items/", {"product": draft.pk}).status_code == 404

    def test_sellers_change_what_is_theirs(self, seller: User, customer_api: APIClient) -> None:
        mine, other = make_product("Mine", seller=seller), make_product("Other")
        client = client_of(seller)
        assert client.patch(f"{PRODUCTS}{mine.pk}/", {"price": "11.00", "stock": 7}).json()["stock"] == 7
        assert client.patch(f"{PRODUCTS}{other.pk}/", {"price": "0.01"}).status_code == 403
        assert customer_api.patch(f"{PRODUCTS}{mine.pk}/", {"price": "0.01"}).status_code == 403
        assert client.delete(f"{PRODUCTS}{other.pk}/").status_code == 403
        assert set(PriceRange.objects.values_list("product__name", "low")) == {("Mine", 11), ("Other", 10)}

    def test_prices_stay_put_while_drafted(self, staff_api: APIClient, anonymous_api: APIClient) -> None:
        product = make_product("Lamp")
        staff_api.patch(f"{PRODUCTS}{product.pk}/", {"status": "draft"})
        assert names(anonymous_api) == []
        staff_api.patch(f"{PRODUCTS}{product.pk}/", {"status": "active"})
        assert names(anonymous_api) == ["Lamp"]


class TestReviews:
    def test_write_replace_delete(
        self, customer_api: APIClient, other_api: APIClient, anonymous_api: APIClient
    ) -> None:
        product = make_product()
        address = f"{PRODUCTS}{product.pk}/reviews/"
        customer_api.post(address, {"rating": 1, "comment": "Broke"})
        customer_api.post(address, {"rating": 4, "comment": "Replaced, fine"})
        other_api.post(address, {"rating": 5})
        shown = anonymous_api.get(f"{PRODUCTS}{product.pk}/").json()
        assert (shown["rating"], shown["review_count"]) == ("4.50", 2)
        assert anonymous_api.get(address).json()["results"][1]["comment"] == "Replaced, fine"
        assert other_api.delete(address).status_code == 204
        assert other_api.delete(address).status_code == 404
        assert anonymous_api.get(f"{PRODUCTS}{product.pk}/").json()["rating"] == "4.00"

    @pytest.mark.parametrize("rating", [0, 6, -1, "five", 2.5])
    def test_a_rating_is_one_to_five(self, customer_api: APIClient, rating: Any) -> None:
        product = make_product()
        assert customer_api.post(f"{PRODUCTS}{product.pk}/reviews/", {"rating": rating}).status_code == 400
        assert product.reviews.count() == 0


class TestPictures:
    def test_upload(self, staff_api: APIClient, anonymous_api: APIClient, customer_api: APIClient) -> None:
        product = make_product()
        address = f"{PRODUCTS}{product.pk}/images/"
        assert customer_api.post(address, {"file": picture()}, format="multipart").status_code == 403
        answer = staff_api.post(address, {"file": picture(), "alt": "Front"}, format="multipart")
        assert answer.status_code == 201
        url = anonymous_api.get(f"{PRODUCTS}{product.pk}/").json()["image"]
        assert url == answer.json()["url"]
        assert ".." not in url
        assert "/products/" in url

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("x.png", b"<script>alert(1)</script>"),
            ("x.svg", b"<svg onload='x'/>"),
            ("x.html", b"<html>"),
            ("x.png", b""),
        ],
    )
    def test_what_is_no_picture(self, staff_api: APIClient, name: str, content: bytes) -> None:
        product = make_product()
        upload = SimpleUploadedFile(name, content, "image/png")
        answer = staff_api.post(f"{PRODUCTS}{product.pk}/images/", {"file": upload}, format="multipart")
        assert answer.status_code == 400
        assert product.images.count() == 0


class TestCategories:
    def test_staff_keep_the_tree(self, staff_api: APIClient, customer_api: APIClient) -> None:
        home = staff_api.post("/api/v1/categories/", {"name": "Home"}).json()
        garden = staff_api.post("/api/v1/categories/", {"name": "Garden", "parent": "home"}).json()
        assert garden["parent"] == home["id"]
        assert customer_api.post("/api/v1/categories/", {"name": "X"}).status_code == 403
        assert staff_api.patch("/api/v1/categories/garden/", {"name": "Yard"}).json()["name"] == "Yard"
        assert staff_api.delete("/api/v1/categories/home/").json()["code"] == "category_in_use"
        assert staff_api.delete("/api/v1/categories/garden/").status_code == 204
        assert staff_api.delete("/api/v1/categories/home/").status_code == 204
        assert not Category.objects.exists()

    def test_a_category_whose_products_were_all_deleted_goes(self, staff_api: APIClient) -> None:
        home = staff_api.post("/api/v1/categories/", {"name": "Home"}).json()
        lamp, draft = (make_product(category=Category.objects.get()) for _ in range(2))
        product_update(product=draft, status="draft")
        assert staff_api.delete(f"{PRODUCTS}{lamp.pk}/").status_code == 204
        refused = staff_api.delete("/api/v1/categories/home/").json()
        assert (refused["code"], refused["products"], refused["categories"]) == ("category_in_use", 1, 0)
        lamp.refresh_from_db()
        assert lamp.category_id == home["id"]
        assert staff_api.delete(f"{PRODUCTS}{draft.pk}/").status_code == 204
        assert staff_api.delete("/api/v1/categories/home/").status_code == 204
        assert list(Product.objects.values_list("status", "category")) == [("archived", None)] * 2
        trail = AuditEntry.objects.filter(object_type="catalog.product", object_id=str(lamp.pk)).latest("pk")
        assert trail.changes["category"] == [home["id"], None]

    @pytest.mark.parametrize("is_first", [True, False])
    def test_a_slug_counts_more_than_a_name(self, is_first: bool) -> None:
        make = [lambda: category_create(name="Lamps", slug="light"), lambda: category_create(name="Light", slug="l")]
        for each in make if is_first else reversed(make):
            each()
        assert category_get("LIGHT").name == "Lamps"

    def test_a_category_with_products_stays(self, staff_api: APIClient) -> None:
        make_product(category=category_create(name="Home"))
        assert staff_api.delete("/api/v1/categories/home/").status_code == 409
        assert Category.objects.count() == 1


@pytest.mark.parametrize(
    ("markup", "clean"),
    [
        ("plain", "plain"),
        ("<p>Good</p><script>alert(1)</script>", "<p>Good</p>"),
        ('<a href="javascript:alert(1)" onclick="x">k</a>', '<a rel="noopener noreferrer">k</a>'),
        ('<p style="position:fixed">x</p><iframe src="//evil"></iframe>', "<p>x</p>"),
        ("a < b", "a &lt; b"),
    ],
)
def test_clean_html(markup: str, clean: str) -> None:
    assert clean_html(markup) == clean


def test_plain_text() -> None:
    assert plain_text("<p>Fish &amp; <b>chips</b></p><ul><li>hot</li></ul>") == "Fish & chips hot"


def test_descriptions_are_cleaned_on_the_way_in(staff_api: APIClient) -> None:
    body = {"name": "Kettle", "price": "5.00", "description": "<p>Hot</p><script>alert(1)</script>"}
    assert staff_api.post(PRODUCTS, body).json()["description"] == "<p>Hot</p>"
    product = Product.objects.get()
    staff_api.patch(f"{PRODUCTS}{product.pk}/", {"description": "<img src=x onerror=alert(1)>Cold"})
    assert Product.objects.get().description == "Cold"


def test_names_make_slugs_that_are_free(staff_api: APIClient) -> None:
    slugs = [staff_api.post(PRODUCTS, {"name": "Blue Mug", "price": "1.00"}).json()["slug"] for _ in range(3)]
    assert slugs == ["blue-mug", "blue-mug-2", "blue-mug-3"]
    assert sole_variant(Product.objects.get(slug="blue-mug")).product.seller.username == "stefan"
