"""Products with variants, bought through the published contracts, which know products only."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import AuditEntry
from catalog.models import Product, Variant, VariantPrice
from catalog.services import price_set, product_update, variant_create
from inventory.services import stock_count
from orders.models import Order, OrderLine
from tests.factories import book_in, make_product
from tests.support.rows import all_rows, changed
from tests.support.shared import shared_file
from tests.support.shop_with_mpesa import daraja as daraja
from tests.support.storefronts.aamarpay_shop import PAYMENT

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/products/"
ADDRESS = {"street": "1 Main Street", "city": "Springfield"}


def in_sizes(*stock: int | None) -> tuple[Product, list[Variant]]:
    """Make a shirt in sizes that cost 10, 11, 12 …; a size whose stock is ``None`` is not counted."""
    product = make_product("Shirt", price="10.00", stock_left=stock[0] or 0)
    product.variants.update(options=[{"name": "Size", "value": "0"}])
    for size, left in list(enumerate(stock))[1:]:
        options = [{"name": "Size", "value": str(size)}]
        variant = variant_create(
            product=product, price=Decimal(10 + size), currency="USD", options=options, position=size
        )
        if left is None:
            Variant.objects.filter(pk=variant.pk).update(track_inventory=False)
        else:
            book_in(variant, left)
    return product, list(product.variants.all())


def shown(api: APIClient, product: Product) -> tuple[Any, ...]:
    row = api.get(f"{PRODUCTS}{product.pk}/").json()
    return row["variant"], row["price"], row["stock"], row["in_stock"]


class TestWhichOne:
    def test_the_first_in_stock(self, anonymous_api: APIClient) -> None:
        product, (_, second, _) = in_sizes(0, 4, 7)
        assert shown(anonymous_api, product) == (second.pk, "11.00", 4, True)

    def test_the_order_of_the_product_counts(self, anonymous_api: APIClient) -> None:
        product, (first, second) = in_sizes(3, 4)
        Variant.objects.filter(pk=first.pk).update(position=9)
        assert shown(anonymous_api, product) == (second.pk, "11.00", 4, True)

    def test_the_chosen_one(self, anonymous_api: APIClient) -> None:
        product, (*_, last) = in_sizes(3, 4, 5)
        product_update(product=product, default_variant=last)
        assert shown(anonymous_api, product) == (last.pk, "12.00", 5, True)

    def test_the_chosen_one_only_while_it_can_be_bought(self, anonymous_api: APIClient) -> None:
        product, (first, *_, last) = in_sizes(3, 4, 0)
        product_update(product=product, default_variant=last)
        assert shown(anonymous_api, product) == (first.pk, "10.00", 3, True)
        Variant.objects.filter(pk=first.pk).update(is_active=False)
        assert shown(anonymous_api, product)[:2] == (last.pk - 1, "11.00")

    def test_when_all_are_sold_out_the_first_or_the_chosen_one_is_shown(self, anonymous_api: APIClient) -> None:
        product, (first, last) = in_sizes(0, 0)
        assert shown(anonymous_api, product) == (first.pk, "10.00", 0, False)
        product_update(product=product, default_variant=last)
        assert shown(anonymous_api, product) == (last.pk, "11.00", 0, False)

    def test_a_variant_whose_stock_is_not_counted_is_always_in_stock(self, anonymous_api: APIClient) -> None:
        product, (_, service) = in_sizes(0, None)
        assert shown(anonymous_api, product) == (service.pk, "11.00", 0, True)

    def test_one_without_a_price_comes_last(self, anonymous_api: APIClient) -> None:
        product, (first, second) = in_sizes(5, 0)
        first.prices.all().delete()
        assert shown(anonymous_api, product) == (second.pk, "11.00", 0, False)

    def test_a_product_without_an_active_variant_shows_none(self, anonymous_api: APIClient) -> None:
        product, _ = in_sizes(1, 1)
        product.variants.update(is_active=False)
        assert shown(anonymous_api, product)[0::2] == (None, 0)

    def test_stock_that_sells_out_moves_it_at_once(self, anonymous_api: APIClient, staff: Any) -> None:
        product, (first, second) = in_sizes(1, 1)
        assert shown(anonymous_api, product)[0] == first.pk
        stock_count(variant=first, counted=0, actor=staff)
        assert shown(anonymous_api, product)[0] == second.pk


class TestLists:
    def test_a_list_reads_default_variants_with_three_statements_at_most(
        self, anonymous_api: APIClient, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(5):
            in_sizes(0, 1, 2)
        anonymous_api.get(PRODUCTS)
        with django_assert_max_num_queries(3):
            assert {row["price"] for row in anonymous_api.get(PRODUCTS).json()["results"]} == {"11.00"}

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("min_price=11", ["12.00", "11.00"]),
            ("max_price=11", ["11.00", "10.00"]),
            ("ordering=price", ["10.00", "11.00", "12.00"]),
            ("ordering=-price", ["12.00", "11.00", "10.00"]),
        ],
    )
    def test_filters_look_at_the_price_that_is_shown(
        self, anonymous_api: APIClient, asked: str, found: list[str]
    ) -> None:
        for stock in [(0, 0, 1), (0, 1, 1), (1, 1, 1)]:
            in_sizes(*stock)
        rows = anonymous_api.get(f"{PRODUCTS}?{asked}").json()["results"]
        assert [row["price"] for row in rows] == found


class TestStaff:
    def test_what_was_read_may_be_sent_back(self, staff_api: APIClient) -> None:
        product, (_, second) = in_sizes(0, 4)
        read = staff_api.get(f"{PRODUCTS}{product.pk}/").json()
        kept = {name: read[name] for name in ("price", "stock", "category")}
        before = all_rows()
        answer = staff_api.put(f"{PRODUCTS}{product.pk}/", kept | {"name": "Blouse"})
        assert (answer.status_code, answer.json()["name"], answer.json()["variant"]) == (200, "Blouse", second.pk)
        row = f"catalog_product {product.pk}"
        columns = [f"{row}: {column}" for column in ("name", "search_text", "updated_at")]
        logged = AuditEntry.objects.latest("pk")
        listing = f"inventory_listing {product.listings.get().pk}"
        columns += [f"{listing}: {column}" for column in ("card", "name", "page", "updated_at")]
        assert changed(before, all_rows()) == [f"accounts_auditentry {logged.pk}: added", *columns]

    def test_what_was_read_may_be_sent_back_where_stock_is_not_counted(self, staff_api: APIClient) -> None:
        product, (_, service) = in_sizes(0, None)
        read = staff_api.get(f"{PRODUCTS}{product.pk}/").json()
        kept = {name: read[name] for name in ("price", "stock", "category")}
        assert (read["variant"], read["stock"]) == (service.pk, 0)
        assert staff_api.put(f"{PRODUCTS}{product.pk}/", kept | {"name": "Blouse"}).status_code == 200

    @pytest.mark.parametrize("change", [{"price": "9.00"}, {"stock": 9}])
    def test_a_new_price_or_stock_needs_a_variant(self, staff_api: APIClient, change: dict) -> None:
        product, _ = in_sizes(1, 4)
        before = all_rows()
        answer = staff_api.put(f"{PRODUCTS}{product.pk}/", change)
        assert (answer.status_code, answer.json()["code"]) == (400, "variant_needed")
        assert changed(before, all_rows()) == []

    def test_the_admin_offers_only_the_products_own(self, admin_client: Any) -> None:
        product, variants = in_sizes(1, 1)
        make_product("Another")
        page = admin_client.get(f"/admin/catalog/product/{product.pk}/change/")
        field = page.context["adminform"].form.fields["default_variant"]
        assert [str(pk) for pk, _ in field.choices] == ["", *(str(variant.pk) for variant in variants)]


# ------------------------------------------------------------------------------------------------------------- buying

Row = dict[str, Any]
Bought = list[tuple[str, str]]


def buy_through_000(api: APIClient, products: list[Row]) -> Bought:
    for product in products:
        assert api.post("/api/product_cart/", {"product": product["id"], "quantity": 1}).status_code == 201
    cart = api.get("/api/product_cart/").json()
    body = PAYMENT | {"currency": "BDT", "identification": {"cart_id": cart["id"]}}
    answer = api.post("/api/aamar_pay_payment_request/", body, format="json")
    assert answer.status_code == 200, answer.json()
    return [(item["name"], item["price"]) for item in cart["items"]]


def buy_through_001(api: APIClient, products: list[Row]) -> Bought:
    items = [{"product": product["id"], "quantity": 1} for product in products]
    answer = api.post("/api/orders/create/", ADDRESS | {"order_items": items}, format="json")
    assert answer.status_code == 201, answer.json()
    return [(item["product_name"], item["price"]) for item in answer.json()["items"]]


def buy_through_002(api: APIClient, products: list[Row]) -> Bought:
    order = [{"product": product["id"], "number": 1} for product in products]
    answer = api.post("/cashout/", {"order": order, "mpesa_number": "0712345678"}, format="json")
    assert answer.status_code == 201, answer.json()
    return [(item["name"], item["price"]) for item in answer.json()["items"]]


def buy_through_004(api: APIClient, products: list[Row]) -> Bought:
    for product in products:
        assert api.post("/api/orders/cart/add_item/", {"product_id": product["id"], "quantity": 1}).status_code == 201
    body = {"shipping_address": "1 Main Street", "phone_number": "+254712345678"}
    answer = api.post("/api/orders/", body, format="json")
    assert answer.status_code == 201, answer.json()
    return [(item["product_name"], item["price"]) for item in answer.json()["items"]]


Buy = Callable[[APIClient, list[Row]], Bought]
THROUGH: dict[str, tuple[str, str, Buy]] = {
    "000": ("aamarpay_shop", PRODUCTS, buy_through_000),
    "001": ("", PRODUCTS, buy_through_001),
    "002": ("daraja", "/product/search/", buy_through_002),
    "004": ("", PRODUCTS, buy_through_004),
}


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Callable[[], None]:
    settings.MEDIA_ROOT = tmp_path
    return lambda: call_command("load_demo", stdout=io.StringIO())


@pytest.fixture
def imported() -> Callable[[], None]:
    file = shared_file("data/shopify/gatsby_starter_products.csv")
    return lambda: call_command("import_products", str(file), stdout=io.StringIO(), stderr=io.StringIO())


def in_stock(api: APIClient, path: str) -> Iterator[Row]:
    """Walk the contract's list, page by page."""
    while path:
        answer = api.get(path).json()
        path = "" if isinstance(answer, list) else answer["next"]
        yield from (row for row in (answer if isinstance(answer, list) else answer["results"]) if row["in_stock"])


@pytest.mark.parametrize("catalogue", ["demo", "imported"])
@pytest.mark.parametrize("contract", THROUGH)
def test_everything_in_stock_is_bought_at_the_price_shown(
    contract: str, catalogue: str, request: Any, customer_api: APIClient
) -> None:
    fixture, path, buy = THROUGH[contract]
    load = request.getfixturevalue(catalogue)
    if fixture:
        request.getfixturevalue(fixture)
    load()
    if contract == "002":
        _price_in_whole_shillings()
    rows = list(in_stock(customer_api, path))
    shown = {str(Variant.objects.get(pk=row["variant"])): row["price"] for row in rows}
    assert len(shown) == len(rows) > 10
    bought = [line for first in range(0, len(rows), 50) for line in buy(customer_api, rows[first : first + 50])]
    assert dict(bought) == shown
    assert OrderLine.objects.count() == len(rows)
    assert {line.full_name for line in OrderLine.objects.all()} == set(shown)
    assert Order.objects.count() == -(-len(rows) // 50)


def _price_in_whole_shillings() -> None:
    for price in VariantPrice.objects.all():
        price_set(variant=price.variant, amount=price.amount.to_integral_value(), currency=price.currency)


class TestNamedVariants:
    @pytest.mark.parametrize("contract", THROUGH)
    def test_the_named_one_is_bought(self, contract: str, request: Any, customer_api: APIClient) -> None:
        fixture, _, _ = THROUGH[contract]
        if fixture:
            request.getfixturevalue(fixture)
        product, (_, named) = in_sizes(3, 3)
        for variant in product.variants.all():
            price_set(variant=variant, amount=Decimal(20 + variant.position), currency=settings.DEFAULT_CURRENCY)
        bought = NAMED[contract](customer_api, {"variant": named.pk}, product.pk)
        assert (bought["variant"], bought["price"]) == (named.pk, "21.00")

    @pytest.mark.parametrize("contract", THROUGH)
    def test_another_products_is_refused(self, contract: str, request: Any, customer_api: APIClient) -> None:
        product, _ = in_sizes(3, 3)
        stranger = make_product("Another").variants.get()
        before = all_rows()
        for unknown in (stranger.pk, 999_999):
            answer = SEND[contract](customer_api, {"variant": unknown}, product.pk)
            assert (answer.status_code, answer.json()["code"]) == (404, "variant_not_found")
        assert changed(before, all_rows()) == []


def _send_001(api: APIClient, named: dict, product: int) -> Any:
    items = [{"product": product, "quantity": 1, **named}]
    return api.post("/api/orders/create/", ADDRESS | {"order_items": items}, format="json")


def _send_002(api: APIClient, named: dict, product: int) -> Any:
    order = [{"product": product, "number": 1, **named}]
    return api.post("/cashout/", {"order": order, "mpesa_number": "0712345678"}, format="json")


SEND: dict[str, Callable[[APIClient, dict, int], Any]] = {
    "000": lambda api, named, product: api.post("/api/product_cart/", {"product": product, **named}),
    "001": _send_001,
    "002": _send_002,
    "004": lambda api, named, product: api.post("/api/orders/cart/add_item/", {"product_id": product, **named}),
}


def _item_of_000(api: APIClient, named: dict, product: int) -> Row:
    assert SEND["000"](api, named, product).status_code == 201
    return api.get("/api/product_cart/").json()["items"][0]


def _item_of_004(api: APIClient, named: dict, product: int) -> Row:
    (item,) = SEND["004"](api, named, product).json()["items"]
    return {"variant": item["product"]["variant"], "price": item["price"]}


NAMED: dict[str, Callable[[APIClient, dict, int], Row]] = {
    "000": _item_of_000,
    "001": lambda api, named, product: _send_001(api, named, product).json()["items"][0],
    "002": lambda api, named, product: _send_002(api, named, product).json()["items"][0],
    "004": _item_of_004,
}
