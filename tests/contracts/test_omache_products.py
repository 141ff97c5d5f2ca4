"""Document 002: the front page, products by search and by category, and offering one."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Role, User
from catalog.models import Product
from catalog.services import category_create, category_ensure
from storefronts.omache.categories import CATEGORIES, GROUPS
from tests.factories import balance, make_product, make_user
from tests.flows.test_bad_addresses import PAGING
from tests.support.omache_till import customers_sell as customers_sell
from tests.support.omache_till import picture, pointers, told
from tests.support.problems import flaw
from tests.support.query_counts import statements
from tests.support.rows import all_rows, changed
from tests.support.tries import Tries
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LISTING = {
    "name": "Gaming mouse",
    "image": "",
    "description": "Six buttons",
    "category": "gaming",
    "item_number": "12",
    "price": "2500",
    "payment_mpesa_number": "0712345678",
}


@pytest.fixture
def seller(customer: User) -> APIClient:
    return client_with_token(customer)


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


class TestTheFrontPage:
    def test_programs_get_the_six_groups(self, anonymous_api: APIClient) -> None:
        for name in CATEGORIES:
            make_product(f"A thing of {name}", category=category_ensure(slug=name))
        body = anonymous_api.get("/").json()
        assert list(body) == ["electronics", "fashions", "kitchen", "computing", "gaming", "phonestablet"]
        shown = {group: names(rows) for group, rows in body.items()}
        assert shown == {group: [f"A thing of {name}"] for group, name in GROUPS.items()}

    def test_programs_get_the_six_groups_of_an_empty_shop_too(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.get("/").json() == {group: [] for group in GROUPS}

    def test_the_newest_twelve_of_a_group_and_what_is_below_it(self, anonymous_api: APIClient) -> None:
        gaming = category_ensure(slug="gaming")
        mice = category_create(name="Mice", parent=gaming)
        for number in range(13):
            make_product(f"Thing {number}", category=mice if number == 12 else gaming)
        make_product("Not on sale", category=gaming, status="draft")
        assert names(anonymous_api.get("/").json()["gaming"]) == [f"Thing {number}" for number in range(12, 0, -1)]

    def test_browsers_get_the_shop_window(self, anonymous_api: APIClient) -> None:
        page = anonymous_api.get("/", HTTP_ACCEPT=BROWSER)
        assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
        for address in ("/swagger/", "/redoc/", "/admin/"):
            assert f'href="{address}"' in page.content.decode()

    @pytest.mark.parametrize("accept", [BROWSER, "*/*", "application/json"])
    def test_head_answers_the_headers_without_a_body(self, anonymous_api: APIClient, accept: str) -> None:
        page, head = (ask("/", HTTP_ACCEPT=accept) for ask in (anonymous_api.get, anonymous_api.head))
        assert (head.status_code, head["Content-Type"], head.content) == (200, page["Content-Type"], b"")

    @pytest.mark.parametrize("accept", [BROWSER, "*/*"])
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_a_method_other_than_get_is_refused(self, anonymous_api: APIClient, method: str, accept: str) -> None:
        answer = getattr(anonymous_api, method)("/", HTTP_ACCEPT=accept)
        assert (flaw(answer), answer.status_code, answer["Allow"]) == ("", 405, "GET, HEAD, OPTIONS")

    def test_a_bad_token_keeps_nobody_from_reading(self, anonymous_api: APIClient) -> None:
        for accept in (BROWSER, "*/*"):
            answer = anonymous_api.get("/", HTTP_ACCEPT=accept, headers={"Authorization": "Bearer nonsense"})
            assert answer.status_code == 200


class TestLists:
    def test_search(self, anonymous_api: APIClient) -> None:
        for name in ("Gaming mouse", "Mouse trap", "Gaming chair"):
            make_product(name)
        for words, found in {
            "mouse": ["Gaming mouse", "Mouse trap"],
            "gaming mouse": ["Gaming mouse"],
            "x": [],
        }.items():
            assert names(anonymous_api.get("/product/search/", {"search": words}).json()) == found
        assert len(anonymous_api.get("/product/search/").json()) == 3

    @pytest.mark.parametrize("name", [*CATEGORIES, "phonestablet"])
    def test_each_category(self, anonymous_api: APIClient, name: str) -> None:
        assert anonymous_api.get(f"/product/{name}/").json() == []
        product = make_product("Thing", category=category_ensure(slug=GROUPS.get(name, name)))
        make_product("Elsewhere", category=category_create(name="Elsewhere"))
        (row,) = anonymous_api.get(f"/product/{name}/").json()
        assert (row["id"], row["category"]) == (product.pk, GROUPS.get(name, name))

    @pytest.mark.parametrize("name", ["Phones", "PHONES", "PhonesTablet"])
    def test_letters_of_either_case(self, anonymous_api: APIClient, seller: APIClient, name: str) -> None:
        answer = seller.post("/create/", LISTING | {"category": name})
        assert (answer.status_code, answer.json()["category"]) == (201, "phones")
        assert names(anonymous_api.get(f"/product/{name}/").json()) == ["Gaming mouse"]

    @pytest.mark.parametrize("name", ["cars", "1", "gaming;"])
    def test_an_unknown_category(self, anonymous_api: APIClient, name: str) -> None:
        """Also one that the shop has, but the document has not."""
        category_create(name="cars")
        assert told(anonymous_api.get(f"/product/{name}/"))[0] == 404

    def test_a_row(self, anonymous_api: APIClient) -> None:
        product = make_product("Mouse", price="2500.00", stock_left=3, category=category_ensure(slug="gaming"))
        (row,) = anonymous_api.get("/product/gaming/").json()
        assert set(row) >= {"id", "name", "description", "price", "stock", "category", "images", "image", "rating"}
        assert (row["id"], row["price"], row["category"], row["in_stock"]) == (product.pk, "2500.00", "gaming", True)
        assert row["item_number"] == row["stock"] == 3

    def test_long_ones_go_on_page_by_page(self, anonymous_api: APIClient) -> None:
        for number in range(5):
            make_product(f"Thing {number}")
        first = anonymous_api.get("/product/search/", {"page_size": "2", "search": "thing"})
        assert (names(first.json()), first["X-Total-Count"]) == (["Thing 0", "Thing 1"], "5")
        address = first["Link"].removeprefix("<").partition(">")[0]
        assert first["Link"] == f'<{address}>; rel="next"'
        middle = anonymous_api.get(address)
        assert names(middle.json()) == ["Thing 2", "Thing 3"]
        assert ['rel="next"' in middle["Link"], 'rel="prev"' in middle["Link"]] == [True, True]

    @pytest.mark.parametrize("path", ["/product/search/", "/product/gaming/", "/track/order/"])
    def test_bad_pages(self, seller: APIClient, path: str) -> None:
        tries = Tries(seller, "GET", path)
        for query, status in PAGING.items():
            tries.must_answer(query[:80], status, query=query)
        tries.assert_flawless()


@pytest.mark.parametrize("path", ["/", "/product/kitchen/"])
def test_many_products_cost_as_many_statements_as_few(anonymous_api: APIClient, path: str) -> None:
    def counted(per_category: int) -> list[int]:
        for name in CATEGORIES:
            for _ in range(per_category):
                make_product(category=category_ensure(slug=name))
        cache.clear()
        return [len(statements(lambda: anonymous_api.get(path))) for _ in range(2)]

    few = counted(1)
    assert few[0] <= 1 + 1 + len(GROUPS) + 3  # the first one reads the revision
    assert few[1] == 1
    assert counted(11) == few


class TestCreate:
    @pytest.fixture(autouse=True)
    def media(self, settings: Any, tmp_path: Path) -> Path:
        settings.MEDIA_ROOT = str(tmp_path)
        return tmp_path

    @pytest.mark.parametrize("kind", ["json", "multipart"])
    def test_the_documents_body(self, seller: APIClient, customer: User, kind: str) -> None:
        answer = seller.post("/create/", LISTING, format=kind)
        body, product = answer.json(), Product.objects.get()
        assert (answer.status_code, body["id"], body["category"]) == (201, product.pk, "gaming")
        assert (body["name"], body["price"], body["item_number"], body["stock"]) == ("Gaming mouse", "2500.00", 12, 12)
        assert (product.seller, product.payout_phone, balance(product)) == (customer, "+254712345678", (12, 0))
        assert names(seller.get("/product/gaming/").json()) == ["Gaming mouse"]

    def test_as_a_form(self, seller: APIClient) -> None:
        form = "name=Mouse&category=gaming&price=2500&item_number=2"
        answer = seller.post("/create/", form, content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.json()["item_number"]) == (201, 2)

    def test_with_a_picture(self, seller: APIClient, anonymous_api: APIClient) -> None:
        answer = seller.post("/create/", LISTING | {"image": picture()}, format="multipart")
        image = answer.json()["image"]
        assert (answer.status_code, image.endswith(".png")) == (201, True)
        assert [each["image"] for each in answer.json()["images"]] == [image]
        assert anonymous_api.get("/product/gaming/").json()[0]["image"] == image

    @pytest.mark.parametrize("name", CATEGORIES)
    def test_each_category_is_there_at_once(self, seller: APIClient, name: str) -> None:
        for _ in range(2):
            assert seller.post("/create/", LISTING | {"category": name}).status_code == 201
        assert len(seller.get(f"/product/{name}/").json()) == 2

    @pytest.mark.parametrize(
        "change",
        [
            {"category": "cars"},
            {"category": ""},
            {"price": "-1"},
            {"price": "free"},
            {"item_number": "-1"},
            {"item_number": "1.5"},
            {"item_number": ""},
            {"item_number": None},
            {"name": ""},
            {"image": "text"},
            {"payment_mpesa_number": "0" * 33},
        ],
    )
    def test_refused(self, seller: APIClient, media: Path, change: dict) -> None:
        before = all_rows()
        answer = seller.post("/create/", LISTING | change, format="json")
        assert (told(answer), pointers(answer)) == ((400, "invalid"), [f"/{next(iter(change))}"])
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("kind", ["json", "multipart"])
    @pytest.mark.parametrize("said", [{}, {"item_number": ""}])
    def test_how_many_there_are_has_to_be_said(self, seller: APIClient, kind: str, said: dict) -> None:
        before = all_rows()
        body = {name: value for name, value in LISTING.items() if name != "item_number"}
        answer = seller.post("/create/", body | said, format=kind)
        assert (told(answer), pointers(answer)) == ((400, "invalid"), ["/item_number"])
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("phone", ["12345", "+1 555 0100", "0812345678", "my phone"])
    def test_a_phone_that_no_seller_can_be_paid_on(self, seller: APIClient, phone: str) -> None:
        before = all_rows()
        answer = seller.post("/create/", LISTING | {"payment_mpesa_number": phone})
        assert (told(answer), pointers(answer)) == ((400, "bad_payout_phone"), ["/payment_mpesa_number"])
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(
        ("phone", "kept"),
        [("", ""), ("+254 712 345 678", "+254712345678"), ("0112345678", "+254112345678")],
    )
    def test_a_phone_that_a_seller_can_be_paid_on(self, seller: APIClient, phone: str, kept: str) -> None:
        assert seller.post("/create/", LISTING | {"payment_mpesa_number": phone}).status_code == 201
        assert Product.objects.get().payout_phone == kept

    def test_a_refused_picture_leaves_nothing(self, seller: APIClient, media: Path) -> None:
        before = all_rows()
        broken = SimpleUploadedFile("a.png", picture().read()[:20])
        assert told(seller.post("/create/", LISTING | {"image": broken}, format="multipart")) == (400, "invalid")
        assert changed(before, all_rows()) == []
        assert not [path for path in media.rglob("*") if path.is_file()]

    def test_it_is_ones_own_whatever_the_body_says(self, seller: APIClient, customer: User) -> None:
        other = make_user("oskar", role=Role.SELLER)
        claims = {"seller": other.pk, "created_by": other.pk, "id": 4711, "status": "draft", "currency": "KES"}
        assert seller.post("/create/", LISTING | claims, format="json").status_code == 201
        product = Product.objects.get()
        assert (product.seller, product.status, product.pk == 4711) == (customer, "active", False)

    def test_whoever_sells_is_a_seller_and_changes_nobody_elses(self, seller: APIClient, customer: User) -> None:
        theirs = make_product("Lamp", seller=make_user("oskar", role=Role.SELLER))
        assert seller.post("/create/", LISTING).status_code == 201
        customer.refresh_from_db()
        assert (customer.role, customer.is_staff) == ("seller", False)
        mine = Product.objects.get(seller=customer)
        assert seller.patch(f"/api/v1/products/{mine.pk}/", {"price": "2400"}).status_code == 200
        before = all_rows()
        assert seller.patch(f"/api/v1/products/{theirs.pk}/", {"price": "1"}).status_code == 403
        assert seller.delete(f"/api/v1/products/{theirs.pk}/").status_code == 403
        assert changed(before, all_rows()) == []

    def test_somebody_has_to_be_signed_in(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.post("/create/", LISTING).status_code == 401
        assert not Product.objects.exists()

    def test_where_the_seller_is_paid_is_shown_to_nobody_else(self, seller: APIClient, other_api: APIClient) -> None:
        seller.post("/create/", LISTING)
        product = Product.objects.get()
        assert product.payout_phone == "+254712345678"
        pages = [
            other_api.get("/"),
            other_api.get("/product/gaming/"),
            other_api.get("/product/search/"),
            other_api.post("/cart/", [product.pk], format="json"),
            other_api.get("/api/v1/products/"),
            other_api.get(f"/api/v1/products/{product.pk}/"),
            other_api.get("/api/products/"),
            other_api.get(f"/api/products/{product.pk}/"),
            other_api.get(f"/catalog/products/{product.pk}/"),
        ]
        assert [page.status_code for page in pages] == [200] * len(pages)
        assert [b"712345678" in page.content or b"payout" in page.content for page in pages] == [False] * len(pages)
