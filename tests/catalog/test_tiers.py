"""Prices of customer groups and of quantities: one rule for lists, pages, carts, quotes and orders."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import CustomerGroup, User
from catalog import services
from catalog.models import PriceTier, Product
from catalog.unit_prices import Tier, tiers_shown, unit_price
from inventory.listings import listing_faults
from inventory.products import variant_create
from orders.models import OrderLine
from tests.factories import make_product, make_staff, make_user, sole_variant
from tests.support.world import client_with_token
from utils.revisions import revision_now

pytestmark = pytest.mark.django_db

PRODUCTS, ITEMS, ORDERS = "/api/v1/products/", "/api/v1/cart/items/", "/api/v1/orders/"
ADDRESS = {"address": {"street": "1 Main Street"}}


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Lamp", price="10.00", stock_left=500)


@pytest.fixture
def resellers(db: None) -> CustomerGroup:
    return CustomerGroup.objects.create(name="Resellers", code="resellers")


@pytest.fixture
def member(resellers: CustomerGroup) -> APIClient:
    return client_with_token(make_user("rosa", customer_group=resellers))


@pytest.fixture
def tier(product: Product) -> Callable[..., PriceTier]:
    def make(amount: str, min_quantity: int = 1, **fields: Any) -> PriceTier:
        variant = fields.pop("variant", None) or sole_variant(product)
        fields = {"currency": "USD", "variant": variant, **fields}
        return services.tier_set(amount=Decimal(amount), min_quantity=min_quantity, **fields)[0]

    return make


def put(api: APIClient, product: Product, quantity: int) -> dict[str, Any]:
    """Put pieces into the cart, and return its only line as the answer and the next reading show it."""
    answer = api.post(ITEMS, {"product": product.pk, "quantity": quantity})
    assert answer.status_code == 201, answer.json()
    (line,) = answer.json()["items"]
    token = answer.json()["token"]
    headers = {"X-Cart-Token": token} if token else {}
    assert api.get("/api/v1/cart/", headers=headers).json() == answer.json()
    return line


def page(api: APIClient, product: Product) -> tuple[str, list[dict[str, Any]]]:
    (variant,) = api.get(f"{PRODUCTS}{product.pk}/").json()["variants"]
    return variant["price"], variant["tiers"]


class TestRule:
    TIERS = (Tier(10, Decimal(8)), Tier(1, Decimal(9)), Tier(5, Decimal(20)))

    @pytest.mark.parametrize(("quantity", "price"), [(1, 9), (4, 9), (5, 9), (9, 9), (10, 8), (999, 8)])
    def test_the_lowest_that_fits(self, quantity: int, price: int) -> None:
        assert unit_price(Decimal(10), self.TIERS, quantity=quantity) == price

    def test_the_price_itself_may_be_the_lowest(self) -> None:
        assert unit_price(Decimal(3), self.TIERS, quantity=10) == 3

    def test_without_a_price_tiers_sell_nothing(self) -> None:
        assert unit_price(None, self.TIERS, quantity=10) is None
        assert tiers_shown(None, self.TIERS) == []

    def test_only_what_makes_a_piece_cheaper_is_shown(self) -> None:
        assert tiers_shown(Decimal(10), self.TIERS) == [Tier(10, Decimal(8))]
        assert tiers_shown(Decimal(8), self.TIERS) == []


class TestBuying:
    def test_a_cart_follows_the_number_of_pieces(
        self, customer_api: APIClient, product: Product, tier: Callable[..., PriceTier]
    ) -> None:
        tier("8.00", 10)
        assert put(customer_api, product, 9)["unit_price"] == "10.00"
        line = put(customer_api, product, 1)
        assert (line["unit_price"], line["total"]) == ("8.00", "80.00")
        path = f"{ITEMS}{sole_variant(product).pk}/"
        (line,) = customer_api.patch(path, {"quantity": 2}).json()["items"]
        assert (line["unit_price"], line["total"]) == ("10.00", "20.00")

    def test_a_guest_gets_what_everybody_gets(
        self, anonymous_api: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        tier("8.00", 10)
        tier("1.00", group=resellers)
        assert put(anonymous_api, product, 10)["unit_price"] == "8.00"

    def test_a_group_has_prices_of_its_own(
        self,
        member: APIClient,
        customer_api: APIClient,
        product: Product,
        tier: Callable[..., PriceTier],
        resellers: CustomerGroup,
    ) -> None:
        tier("9.00", group=resellers)
        tier("7.50", 20, group=resellers)
        tier("8.00", 10)
        tier("1.00", group=CustomerGroup.objects.create(name="Friends", code="friends"))
        assert put(member, product, 1)["unit_price"] == "9.00"
        assert put(member, product, 9)["unit_price"] == "8.00"
        assert put(member, product, 10)["unit_price"] == "7.50"
        assert put(customer_api, product, 20)["unit_price"] == "8.00"

    def test_neither_another_currency_nor_another_variant_counts(
        self, customer_api: APIClient, product: Product, tier: Callable[..., PriceTier]
    ) -> None:
        tier("1.00", 2, currency="EUR")
        tier("1.00", 2, variant=sole_variant(make_product()))
        assert put(customer_api, product, 2)["unit_price"] == "10.00"

    @pytest.mark.parametrize("from_cart", [True, False])
    def test_quote_and_order_charge_what_the_cart_shows(
        self,
        member: APIClient,
        product: Product,
        tier: Callable[..., PriceTier],
        resellers: CustomerGroup,
        from_cart: bool,
    ) -> None:
        tier("7.50", 20, group=resellers)
        tier("8.00", 10)
        body: dict[str, Any] = {**ADDRESS, "expected_total": "150.00"}
        if from_cart:
            assert put(member, product, 20)["total"] == "150.00"
            assert member.post(f"{ORDERS}quote/", {}).json()["totals"]["total"] == "150.00"
        else:
            body["items"] = [{"product": product.pk, "quantity": 20}]
        placed = member.post(ORDERS, body)
        assert placed.status_code == 201, placed.json()
        line = OrderLine.objects.get()
        assert (line.unit_price, line.total) == (Decimal("7.50"), 150)

    def test_an_order_whose_tier_has_changed_is_refused(
        self, customer_api: APIClient, product: Product, tier: Callable[..., PriceTier]
    ) -> None:
        shown = tier("8.00", 10)
        put(customer_api, product, 10)
        services.tier_delete(variant=shown.variant, tier_id=shown.pk)
        answer = customer_api.post(ORDERS, {**ADDRESS, "expected_total": "80.00"})
        assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
        assert not OrderLine.objects.exists()

    def test_who_leaves_the_group_pays_what_everybody_pays(
        self, member: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        tier("9.00", group=resellers)
        put(member, product, 1)
        User.objects.filter(username="rosa").update(customer_group=None)
        assert member.get("/api/v1/cart/").json()["total"] == "10.00"
        assert member.post(ORDERS, ADDRESS).json()["total"] == "10.00"


class TestReading:
    def test_a_page_shows_the_tiers_of_everybody(
        self, anonymous_api: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        assert page(anonymous_api, product) == ("10.00", [])
        tier("9.00", group=resellers)
        tier("12.00", 5)
        tier("7.00", 50)
        tier("8.00", 10)
        expected = [{"min_quantity": 10, "unit_price": "8.00"}, {"min_quantity": 50, "unit_price": "7.00"}]
        assert page(anonymous_api, product) == ("10.00", expected)
        assert page(client_with_token(make_staff()), product) == ("10.00", expected)
        assert list(listing_faults()) == []

    def test_each_change_is_in_the_rows_and_in_the_revision_of_guests(
        self, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        for group, is_seen in ((None, True), (resellers, False)):
            for amount in ("8.00", "7.00"):
                before = revision_now()
                kept = tier(amount, 10, group=group)
                assert list(listing_faults()) == []
                assert (revision_now() != before) is is_seen
            before = revision_now()
            services.tier_delete(variant=sole_variant(product), tier_id=kept.pk)
            assert list(listing_faults()) == []
            assert (revision_now() != before) is is_seen

    def test_a_member_sees_the_groups(
        self, member: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        tier("9.00", group=resellers)
        tier("7.00", 50, group=resellers)
        tier("8.00", 10)
        expected = [{"min_quantity": 10, "unit_price": "8.00"}, {"min_quantity": 50, "unit_price": "7.00"}]
        assert page(member, product) == ("9.00", expected)
        whole = member.get(f"{PRODUCTS}{product.slug}/").json()
        assert (whole["price"], whole["price_high"]) == ("9.00", "9.00")
        (row,) = member.get(PRODUCTS).json()["results"]
        assert (row["price"], row["price_high"]) == ("9.00", "9.00")

    def test_apart_from_prices_a_member_sees_what_everybody_sees(
        self,
        member: APIClient,
        customer_api: APIClient,
        product: Product,
        tier: Callable[..., PriceTier],
        resellers: CustomerGroup,
    ) -> None:
        tier("9.00", group=resellers)
        make_product("Chair \u2028 é")
        for path in (PRODUCTS, f"{PRODUCTS}{product.pk}/", f"{PRODUCTS}?page_size=1&cursor=", f"{PRODUCTS}?search=no"):
            mine, theirs = member.get(path), customer_api.get(path)
            assert mine["Content-Type"] == theirs["Content-Type"]
            assert mine.content.replace(b'"9.00"', b'"10.00"') == theirs.content

    def test_a_range_of_prices(
        self, member: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        large = variant_create(
            product=product, price=Decimal(12), actor=make_staff(), options=[{"name": "Size", "value": "L"}]
        )
        tier("6.00", variant=large, group=resellers)
        (row,) = member.get(PRODUCTS).json()["results"]
        assert (row["price"], row["price_high"]) == ("6.00", "10.00")

    @pytest.mark.parametrize("signs_in_with", ["token", "cookie"])
    def test_kept_answers_never_hold_group_prices(
        self,
        anonymous_api: APIClient,
        member: APIClient,
        product: Product,
        tier: Callable[..., PriceTier],
        resellers: CustomerGroup,
        signs_in_with: str,
    ) -> None:
        tier("9.00", group=resellers)
        client: Any = member
        if signs_in_with == "cookie":
            client = Client()
            client.force_login(User.objects.get(username="rosa"))
        for path in (PRODUCTS, f"{PRODUCTS}{product.pk}/", "/api/products/", "/catalog/products/"):
            for _ in range(3):
                assert b'"9.00"' in client.get(path).content, path
                assert b'"9.00"' not in anonymous_api.get(path).content, path

    def test_staff_and_sellers_see_the_prices_that_they_edit(
        self, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        tier("9.00", group=resellers)
        for who in (make_staff(customer_group=resellers), make_user(role="seller", customer_group=resellers)):
            api = client_with_token(who)
            assert api.get(PRODUCTS).json()["results"][0]["price"] == "10.00"
            assert page(api, product)[0] == "10.00"

    def test_filters_and_orderings_go_by_the_price_of_everybody(
        self, member: APIClient, product: Product, tier: Callable[..., PriceTier], resellers: CustomerGroup
    ) -> None:
        tier("1.00", group=resellers)
        make_product("Pencil", price="2.00")
        rows = member.get(f"{PRODUCTS}?ordering=price&min_price=2").json()["results"]
        assert [(row["name"], row["price"]) for row in rows] == [("Pencil", "2.00"), ("Lamp", "1.00")]

    def test_a_members_page_costs_one_statement_more(
        self, member: APIClient, customer_api: APIClient, product: Product, resellers: CustomerGroup
    ) -> None:
        def statements(api: APIClient, path: str) -> int:
            api.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert api.get(path).status_code == 200
            return len(captured)

        plain = client_with_token(make_user())
        put(member, product, 1)
        put(plain, product, 1)
        for path in (PRODUCTS, f"{PRODUCTS}{product.pk}/"):
            assert statements(member, path) == statements(plain, path) + 1
        for path in ("/api/v1/cart/", "/api/products/", "/catalog/products/"):
            assert statements(member, path) == statements(plain, path)
