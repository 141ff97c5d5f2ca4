"""The read model of product lists equals its source after every kind of change, and answers as the source would."""

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from catalog import services
from catalog.models import Category, Product, ProductImage, Variant, VariantPrice
from catalog.services import category_create, review_write
from inventory.listings import listing_faults, listings_are_whole, listings_rebuild
from inventory.models import Listing, StockItem
from inventory.products import variant_create
from inventory.receivers import fill_listings
from tests.admin.shown_forms import act, shown_form
from tests.factories import PASSWORD, book_in, make_product, make_staff, make_user, sole_variant
from tests.support.world import client_with_token
from utils.revisions import revision_now

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"
ORDER = {"address": {"street": "1 Main Street"}}


@pytest.fixture
def shelf() -> Category:
    return category_create(name="Lamps", parent=category_create(name="Home"))


@pytest.fixture
def product(shelf: Category) -> Product:
    return make_product('Lamp "No. 1" \u2028 é', price="10.00", stock_left=2, category=shelf, brand="Lumen", sku="L-1")


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", PASSWORD))
    return client


def faults() -> list[str]:
    return list(listing_faults())


class Shop:
    """Change the product in every way there is."""

    def __init__(self, product: Product, staff: APIClient, customer: APIClient, root: Client, folder: Path) -> None:
        self.product, self.staff, self.customer, self.root, self.folder = product, staff, customer, root, folder
        self.path = f"{PRODUCTS}{product.pk}/"

    def price(self) -> None:
        self.staff.patch(self.path, {"price": "12.50"})

    def name(self) -> None:
        self.staff.patch(self.path, {"name": "Torch", "description": "<p>Bright</p>", "brand": "Other"})

    def price_and_stock(self) -> None:
        self.staff.patch(self.path, {"price": "9.00", "stock": 0, "name": "Torch"})

    def category_renamed(self) -> None:
        self.staff.patch("/api/v1/categories/lamps/", {"name": "Lights"})

    def category_moved(self) -> None:
        shelf = Category.objects.get(slug="lamps")
        Category.objects.move(shelf, category_create(name="Garden"), "sorted-child")

    def category_before_it(self) -> None:
        category_create(name="Aprons")

    def category_changed(self) -> None:
        self.staff.patch(self.path, {"category": category_create(name="Garden").pk})

    def category_taken_away(self) -> None:
        self.staff.patch(self.path, {"category": None})

    def picture(self) -> None:
        content = io.BytesIO()
        Image.new("RGB", (40, 40)).save(content, "PNG")
        file = SimpleUploadedFile("a.png", content.getvalue(), "image/png")
        assert self.staff.post(f"{self.path}images/", {"file": file}, format="multipart").status_code == 201

    def review(self) -> None:
        self.customer.post(f"{self.path}reviews/", {"rating": 4})

    def review_deleted(self) -> None:
        self.customer.post(f"{self.path}reviews/", {"rating": 4})
        self.customer.delete(f"{self.path}reviews/")

    def hidden(self) -> None:
        self.staff.patch(self.path, {"status": "draft"})

    def hidden_and_shown(self) -> None:
        self.staff.patch(self.path, {"status": "draft"})
        book_in(sole_variant(self.product), 3)
        self.staff.patch(self.path, {"status": "active"})

    def deleted(self) -> None:
        self.staff.delete(self.path)

    def new(self) -> None:
        assert self.staff.post(PRODUCTS, {"name": "Candle", "price": "3", "stock": 4}).status_code == 201

    def variant(self) -> None:
        body = {"options": [{"name": "Size", "value": "L"}], "price": "8.00", "stock": 1}
        assert self.staff.post(f"{self.path}variants/", body).status_code == 201

    def sold_out_by_hand(self) -> None:
        self.staff.patch(self.path, {"stock": 0})

    def sold_out_and_back(self) -> None:
        self.staff.patch(self.path, {"stock": 0})
        self.staff.patch(self.path, {"stock": 5})

    def movement(self) -> None:
        item = StockItem.objects.get(variant__product=self.product)
        self.staff.post("/api/v1/inventory/movements/", {"stock_item": item.pk, "quantity": -2, "kind": "adjustment"})

    def ordered(self) -> str:
        self.customer.post("/api/v1/cart/items/", {"product": self.product.pk, "quantity": 2})
        placed = self.customer.post("/api/v1/orders/", ORDER)
        assert placed.status_code == 201, placed.json()
        return placed.json()["number"]

    def ordered_and_cancelled(self) -> None:
        assert self.customer.post(f"/api/v1/orders/{self.ordered()}/cancel/").status_code == 200

    def confirmed_and_cancelled(self) -> None:
        path = f"/api/v1/orders/{self.ordered()}/transition/"
        assert self.staff.post(path, {"status": "confirmed"}).status_code == 200
        assert self.staff.post(path, {"status": "cancelled"}).status_code == 200

    def _admin(self, page: str, pk: int, /, **changes: object) -> None:
        url = reverse(f"admin:catalog_{page}_change", args=[pk])
        answer = self.root.post(url, {**shown_form(self.root, url), **changes})
        assert answer.status_code == 302, answer.context["errors"]

    def admin_variant_off(self) -> None:
        form = shown_form(self.root, reverse("admin:catalog_variant_change", args=[sole_variant(self.product).pk]))
        form.pop("is_active")
        url = reverse("admin:catalog_variant_change", args=[sole_variant(self.product).pk])
        assert self.root.post(url, form).status_code == 302

    def admin_price(self) -> None:
        self._admin("variant", sole_variant(self.product).pk, **{"prices-0-amount": "7.00", "sku": "L-2"})

    def admin_product(self) -> None:
        self._admin("product", self.product.pk, name="Teapot")

    def admin_category(self) -> None:
        self._admin("category", Category.objects.get(slug="lamps").pk, name="Lights")

    def admin_off_sale(self) -> None:
        act(self.root, "catalog_product", "take_off_sale", [self.product.pk])

    def admin_new_with_a_picture(self) -> None:
        url = reverse("admin:catalog_product_add")
        typed = {"name": "Pot", "price": "5", "currency": "USD", "images-0-source_url": "https://example.com/a.png"}
        form = {**shown_form(self.root, url), **typed, "images-0-position": "0", "images-TOTAL_FORMS": "1"}
        assert self.root.post(url, form).status_code == 302

    def import_of_it(self) -> None:
        header = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src\n"
        rows = f"{self.product.slug},Lantern,L-1,shopify,0,4.00,https://x.example/a.jpg\nnew,New,N-1,shopify,3,1.00,\n"
        path = self.folder / "products.csv"
        path.write_text(header + rows)
        call_command("import_products", str(path), stock="set", stdout=io.StringIO(), stderr=io.StringIO())


CHANGES = [name for name in vars(Shop) if not name.startswith("_")]
# The rows are as before: they hold no category's name or path, and what was sold out is back.
LEAVE_ROWS_ALIKE = {
    *("category_moved", "category_before_it", "sold_out_and_back", "ordered_and_cancelled", "confirmed_and_cancelled"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_in_the_rows_and_in_the_revision(
    change: str, product: Product, staff_api: APIClient, customer_api: APIClient, root: Client, tmp_path: Path
) -> None:
    shop = Shop(product, staff_api, customer_api, root, tmp_path)
    before, seen = revision_now(), list(Listing.objects.values())
    getattr(shop, change)()
    assert faults() == []
    assert revision_now() != before
    assert (list(Listing.objects.values()) == seen) is (change in LEAVE_ROWS_ALIKE)
    call_command("verify_read_model", stdout=io.StringIO())


def test_an_ordinary_order_writes_nothing_of_it(product: Product, customer_api: APIClient) -> None:
    before = revision_now()
    customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 1})
    with CaptureQueriesContext(connection) as captured:
        assert customer_api.post("/api/v1/orders/", ORDER).status_code == 201
    assert [query["sql"] for query in captured if "inventory_listing" in query["sql"]] == []
    assert revision_now() == before


def test_what_went_round_the_services_is_found_and_mended(product: Product) -> None:
    make_product("Gone")
    Product.objects.filter(name="Gone").update(status="draft")
    VariantPrice.objects.filter(variant__product=product).update(amount=Decimal(3))
    Listing.objects.filter(product=make_product("Rowless")).delete()
    with pytest.raises(CommandError, match="3 differences"):
        call_command("verify_read_model", stdout=io.StringIO(), stderr=io.StringIO())
    call_command("rebuild_read_model", stdout=io.StringIO())
    assert faults() == []


def test_the_first_migration_and_another_currency_fill_it(product: Product, settings: Any) -> None:
    Listing.objects.all().delete()
    fill_listings()
    assert faults() == []
    for amount, currency in ((Decimal(7), "EUR"), (Decimal(900), "JPY")):
        services.price_set(variant=sole_variant(product), amount=amount, currency=currency)
        settings.DEFAULT_CURRENCY = currency
        assert not listings_are_whole()
        fill_listings()
        assert faults() == []
        (row,) = Client().get(PRODUCTS).json()["results"]
        assert (row["currency"], Decimal(row["price"])) == (currency, amount)


class TestSameAnswers:
    """Staff are answered from the tables. Guests and customers get the same from the read model."""

    QUERIES = (
        *(
            "",
            "category=home",
            "category=lamps",
            "category=Garden",
            "brand=LUMEN",
            "brand=none",
            "sku=P-3",
            "barcode=77",
        ),
        *("min_price=3", "max_price=5", "min_price=2&max_price=4", "in_stock=true", "in_stock=false"),
        *("search=p", "search=lamp", "search=bright lamp", "search=%25", "search=%20", "search=none", "search=lumen"),
        *("updated_after=2020-01-01", "updated_after=2999-01-01", "search=p&ordering=-name", "page_size=1"),
        *("category=home&min_price=2&in_stock=true&ordering=-price&search=p", "page_size=2&ordering=-price,name"),
        *("page=2&page_size=3", "page=last&page_size=3", "page=0", "page=9999", "page=x", "colour=red", "in_stock=7"),
        *(
            "category=none",
            "min_price=x",
            "ordering=colour",
            "search=%00",
            "page=%00",
            "cursor=x",
            "cursor=&page_size=3",
        ),
    )

    @pytest.fixture(autouse=True)
    def catalogue(self, shelf: Category) -> None:
        garden = category_create(name="Garden")
        for number in range(9):
            product = make_product(
                f"Lamp {number}" if number % 3 else f"Pot {number}",
                price=str(1 + number // 2),
                stock_left=number % 4,
                category=[shelf, garden, None][number % 3],
                brand=["Lumen", ""][number % 2],
                sku=f"P-{number}",
                description="bright" if number % 2 else "a lamp's pot",
            )
            if number > 5:
                review_write(product=product, user=make_user(), rating=number - 4)
        Variant.objects.filter(product__name="Lamp 5").update(barcode="77", track_inventory=False)
        VariantPrice.objects.filter(variant__product__name="Lamp 8").delete()
        services.price_ranges_refresh(product_ids=Product.objects.values_list("pk", flat=True))

    @pytest.fixture
    def ask(self, customer_api: APIClient) -> Callable[[str], None]:
        # There is no draft, so staff see what everybody sees.
        staff = client_with_token(make_staff())
        clients = [APIClient(), customer_api]

        def compare(query: str) -> None:
            expected = staff.get(f"{PRODUCTS}?{query}")
            for client in [*clients, *clients]:
                answer = client.get(f"{PRODUCTS}?{query}")
                assert (answer.status_code, answer["Content-Type"]) == (expected.status_code, expected["Content-Type"])
                got, wanted = answer.json(), expected.json()
                for body in (got, wanted):
                    body.pop("request_id", None)
                assert json.dumps(got) == json.dumps(wanted), query

        return compare

    @pytest.mark.parametrize("query", QUERIES)
    def test_of_filters(self, ask: Callable[[str], None], query: str) -> None:
        ask(query)

    @pytest.mark.parametrize("column", ["id", "price", "name", "created_at", "updated_at", "rating"])
    @pytest.mark.parametrize("sign", ["", "-"])
    def test_of_orderings(self, ask: Callable[[str], None], column: str, sign: str) -> None:
        ask(f"ordering={sign}{column}")
        ask(f"ordering={sign}{column}&page=2&page_size=4")
        ask(f"ordering={sign}{column}&in_stock=true&cursor=&page_size=4")

    @pytest.mark.parametrize("column", ["id", "price", "name", "created_at", "rating"])
    @pytest.mark.parametrize("sign", ["", "-"])
    @pytest.mark.parametrize("is_staff", [False, True])
    def test_cursors_go_through_all_rows_and_back(self, column: str, sign: str, is_staff: bool) -> None:
        client = client_with_token(make_staff()) if is_staff else APIClient()
        ordered = client.get(f"{PRODUCTS}?ordering={sign}{column}").json()["results"]
        seen, answer = [], client.get(f"{PRODUCTS}?ordering={sign}{column}&page_size=4&cursor=").json()
        seen += answer["results"]
        while answer["next"]:
            answer = client.get(answer["next"]).json()
            seen += answer["results"]
        assert seen == ordered
        back = client.get(answer["previous"]).json()["results"]
        assert back == ordered[-len(answer["results"]) - 4 : -len(answer["results"])]

    def test_of_pages(self) -> None:
        staff = client_with_token(make_staff())
        lamp = Product.objects.get(name="Lamp 5")
        variant_create(
            product=lamp, price=Decimal(2), stock=3, actor=make_staff(), options=[{"name": "A", "value": "B"}]
        )
        ProductImage.objects.create(product=lamp, source_url="https://example.com/a.png", alt='"x"')
        services.products_touch(product_ids=[lamp.pk])
        for product in Product.objects.filter(status="active"):
            for key in (product.pk, product.slug):
                expected, answer = (client.get(f"{PRODUCTS}{key}/") for client in (staff, APIClient()))
                assert json.dumps(answer.json()) == json.dumps(expected.json())
                assert answer["ETag"].startswith(expected["ETag"].rstrip('"'))


def test_rebuilding_leaves_a_right_model_alone(product: Product) -> None:
    before = list(Listing.objects.values())
    listings_rebuild()
    assert list(Listing.objects.values()) == before
