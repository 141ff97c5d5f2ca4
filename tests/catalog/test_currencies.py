"""A customer chooses the currency: of lists and pages, of filters and orderings, and of a new cart."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cart.models import Cart
from catalog import services
from catalog.filters import ProductFilter
from catalog.models import PriceRange, Product, VariantPrice
from inventory.listings import listing_faults, listings_are_whole
from inventory.models import Listing
from inventory.receivers import fill_listings
from orders.models import Order
from storefronts.joint.products import ShopProductFilter
from tests.factories import make_product, make_staff, make_user, sole_variant
from tests.support.world import client_with_token
from utils.checks import currencies_are_real

pytestmark = pytest.mark.django_db

PRODUCTS, CART, ITEMS, ORDERS = "/api/v1/products/", "/api/v1/cart/", "/api/v1/cart/items/", "/api/v1/orders/"
ADDRESS = {"address": {"street": "1 Main Street"}}
EUR, JPY = {"X-Currency": "EUR"}, {"X-Currency": "JPY"}


@pytest.fixture(autouse=True)
def _currencies(settings: Any) -> None:
    settings.CURRENCIES = ["EUR", "JPY"]


def priced(name: str, usd: str, eur: str = "", jpy: str = "") -> Product:
    product = make_product(name, price=usd, stock_left=5)
    for currency, amount in (("EUR", eur), ("JPY", jpy)):
        if amount:
            services.price_set(variant=sole_variant(product), amount=Decimal(amount), currency=currency)
    return product


@pytest.fixture
def lamp(_currencies: None) -> Product:
    return priced("Lamp", "10.00", eur="9.00", jpy="1500")


@pytest.fixture
def chair(_currencies: None) -> Product:
    """Return a product that has no price in EUR."""
    return priced("Chair", "5.00", jpy="900")


def shown(api: APIClient, query: str = "", **headers: str) -> list[tuple[str, str | None, str]]:
    answer = api.get(f"{PRODUCTS}{query}", headers=headers)
    assert answer.status_code == 200, answer.json()
    return [(row["name"], row["price"], row["currency"]) for row in answer.json()["results"]]


class TestReading:
    def test_a_list_in_the_currency_that_was_asked_for(
        self, anonymous_api: APIClient, customer_api: APIClient, lamp: Product, chair: Product
    ) -> None:
        for api in (anonymous_api, customer_api, client_with_token(make_staff()), anonymous_api):
            assert shown(api) == [("Lamp", "10.00", "USD"), ("Chair", "5.00", "USD")]
            assert shown(api, **EUR) == [("Lamp", "9.00", "EUR"), ("Chair", None, "EUR")]
            assert shown(api, "?currency=JPY") == [("Lamp", "1500", "JPY"), ("Chair", "900", "JPY")]
            assert shown(api, "?currency=jpy", **EUR) == [("Lamp", "1500", "JPY"), ("Chair", "900", "JPY")]
            assert shown(api, "?currency=usd&cursor=", **EUR) == [("Lamp", "10.00", "USD"), ("Chair", "5.00", "USD")]

    def test_a_page(self, anonymous_api: APIClient, customer_api: APIClient, lamp: Product, chair: Product) -> None:
        for api in (anonymous_api, customer_api, client_with_token(make_staff()), anonymous_api):
            page = api.get(f"{PRODUCTS}{lamp.pk}/", headers=JPY).json()
            assert [page["price"], page["currency"], page["variants"][0]["price"]] == ["1500", "JPY", "1500"]
            page = api.get(f"{PRODUCTS}{chair.slug}/?currency=EUR").json()
            assert [page["price"], page["price_high"], page["variants"][0]["price"]] == [None, None, None]

    @pytest.mark.parametrize(
        "query",
        [
            "?ordering=price",
            "?ordering=-price",
            "?min_price=800",
            "?max_price=1000",
            "?search=a&ordering=price&max_price=9",
            "?cursor=&ordering=-price",
        ],
    )
    @pytest.mark.parametrize("currency", ["USD", "EUR", "JPY"])
    def test_filters_and_orderings_go_by_it_alike_for_all(
        self, anonymous_api: APIClient, lamp: Product, chair: Product, query: str, currency: str
    ) -> None:
        priced("Pencil", "20.00", eur="0.50")
        answers = [
            api.get(f"{PRODUCTS}{query}", headers={"X-Currency": currency}).json()
            for api in (anonymous_api, client_with_token(make_staff()))
        ]
        assert json.dumps(answers[0]) == json.dumps(answers[1])
        expected = VariantPrice.objects.filter(currency=currency)
        if "ordering" in query:
            prices = [Decimal(row["price"]) for row in answers[0]["results"] if row["price"]]
            assert prices == sorted(prices, reverse="-" in query)
        if "min_price" in query:
            assert answers[0]["count"] == expected.filter(amount__gte=800).count()

    @pytest.mark.parametrize("code", ["GBP", "US", "nonsense", "€"])
    def test_one_that_is_not_offered(self, anonymous_api: APIClient, lamp: Product, code: str) -> None:
        assert shown(anonymous_api) == [("Lamp", "10.00", "USD")]  # an answer that is kept is none to this
        for api in (anonymous_api, client_with_token(make_staff())):
            for path in (PRODUCTS, f"{PRODUCTS}{lamp.pk}/"):
                answers = [api.get(path, {"currency": code})]
                if code.isascii():
                    answers.append(api.get(path, headers={"X-Currency": code}))
                for answer in answers:
                    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_currency")

    def test_each_currency_has_kept_answers_of_its_own(self, anonymous_api: APIClient, lamp: Product) -> None:
        for _ in range(3):
            for currency, price in (("USD", "10.00"), ("EUR", "9.00"), ("JPY", "1500")):
                answer = anonymous_api.get(PRODUCTS, headers={"X-Currency": currency})
                assert [row["price"] for row in answer.json()["results"]] == [price]
                assert "X-Currency" in answer["Vary"].split(", ")

    def test_contracts_know_the_shops_own_only(self, anonymous_api: APIClient, lamp: Product) -> None:
        for path in ("/api/products/", "/catalog/products/"):
            assert b'"10.00"' in anonymous_api.get(path, headers=EUR).content
            [error] = anonymous_api.get(f"{path}?currency=EUR").json()["errors"]
            assert (error["pointer"], error["code"]) == ("?currency", "unknown_parameter")

    def test_answers_to_writes_show_what_was_written(self, lamp: Product) -> None:
        staff = client_with_token(make_staff())
        answer = staff.patch(f"{PRODUCTS}{lamp.pk}/", {"price": "11.00"}, headers=EUR).json()
        assert (answer["price"], answer["currency"]) == ("11.00", "USD")

    def test_browsers_may_send_the_header(self, anonymous_api: APIClient, settings: Any) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
        asks = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
        answer = anonymous_api.options(PRODUCTS, headers={**asks, "Access-Control-Request-Headers": "x-currency"})
        assert "x-currency" in answer["Access-Control-Allow-Headers"]


class TestBuying:
    def test_a_new_cart_takes_the_currency_and_keeps_it(
        self, anonymous_api: APIClient, customer_api: APIClient, lamp: Product
    ) -> None:
        assert customer_api.get(CART, headers=EUR).json()["currency"] == "EUR"  # an empty cart, which is not stored
        assert not Cart.objects.exists()
        for api in (anonymous_api, customer_api):
            cart = api.post(ITEMS, {"product": lamp.pk}, headers=EUR).json()
            assert (cart["currency"], cart["total"]) == ("EUR", "9.00")
            mine = {"X-Cart-Token": cart["token"] or ""}
            cart = api.post(ITEMS, {"product": lamp.pk}, headers={**mine, **JPY}).json()
            assert (cart["currency"], cart["total"]) == ("EUR", "18.00")
            assert api.get(CART, headers={**mine, **JPY}).json()["currency"] == "EUR"

    def test_what_has_no_price_in_it_can_not_be_bought(self, customer_api: APIClient, chair: Product) -> None:
        answer = customer_api.post(ITEMS, {"product": chair.pk}, headers=EUR)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_for_sale")
        body = {**ADDRESS, "items": [{"product": chair.pk, "quantity": 1}]}
        answer = customer_api.post(ORDERS, body, headers=EUR)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_for_sale")
        assert not Cart.objects.exists()
        assert not Order.objects.exists()

    def test_a_cart_changes_its_currency(
        self, anonymous_api: APIClient, customer_api: APIClient, lamp: Product, chair: Product
    ) -> None:
        for api in (anonymous_api, customer_api):
            token = api.post(ITEMS, {"product": lamp.pk}).json()["token"]
            mine = {"X-Cart-Token": token or ""}
            api.post(ITEMS, {"product": chair.pk}, headers=mine)
            cart = api.patch(CART, {"currency": "eur"}, headers=mine).json()
            assert (cart["currency"], cart["total"]) == ("EUR", "9.00")
            assert [(line["name"], line["unit_price"]) for line in cart["items"]] == [("Lamp", "9.00"), ("Chair", None)]
            assert api.get(CART, headers=mine).json() == cart
            cart = api.patch(CART, {"currency": "JPY"}, headers=mine).json()
            assert (cart["currency"], cart["total"], cart["item_count"]) == ("JPY", "2400", 2)

    def test_an_order_is_in_the_carts_currency(self, customer_api: APIClient, lamp: Product, chair: Product) -> None:
        customer_api.post(ITEMS, {"product": lamp.pk, "quantity": 2})
        customer_api.post(ITEMS, {"product": chair.pk})
        customer_api.patch(CART, {"currency": "EUR"})
        answer = customer_api.post(ORDERS, ADDRESS)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_for_sale")
        assert not Order.objects.exists()
        customer_api.delete(f"{ITEMS}{sole_variant(chair).pk}/")
        assert customer_api.post(f"{ORDERS}quote/", {}).json()["totals"]["currency"] == "EUR"
        placed = customer_api.post(ORDERS, ADDRESS).json()
        assert (placed["currency"], placed["total"]) == ("EUR", "18.00")

    def test_an_order_of_items_is_in_the_currency_that_was_asked_for(
        self, customer_api: APIClient, lamp: Product
    ) -> None:
        body = {**ADDRESS, "items": [{"product": lamp.pk, "quantity": 2}]}
        placed = customer_api.post(ORDERS, body, headers=JPY).json()
        assert (placed["currency"], placed["total"]) == ("JPY", "3000")

    def test_patch_opens_a_cart(self, anonymous_api: APIClient, customer_api: APIClient, lamp: Product) -> None:
        for api in (anonymous_api, customer_api):
            cart = api.patch(CART, {"currency": "EUR"}).json()
            assert (cart["currency"], cart["items"]) == ("EUR", [])
            mine = {"X-Cart-Token": cart["token"] or ""}
            assert api.post(ITEMS, {"product": lamp.pk}, headers=mine).json()["total"] == "9.00"

    def test_an_ordered_cart_keeps_its_currency(self, anonymous_api: APIClient, lamp: Product) -> None:
        token = anonymous_api.post(ITEMS, {"product": lamp.pk}).json()["token"]
        Cart.objects.update(status="ordered")
        answer = anonymous_api.patch(CART, {"currency": "EUR"}, headers={"X-Cart-Token": token})
        assert (answer.status_code, answer.json()["code"]) == (404, "cart_not_found")
        assert Cart.objects.get().currency == "USD"

    @pytest.mark.parametrize("currency", ["GBP", "", "e"])
    def test_one_that_is_not_offered_changes_nothing(
        self, customer_api: APIClient, lamp: Product, currency: str
    ) -> None:
        customer_api.post(ITEMS, {"product": lamp.pk})
        assert customer_api.patch(CART, {"currency": currency}).status_code == 400
        headers = {"X-Currency": currency or "x"}
        body = {**ADDRESS, "items": [{"product": lamp.pk, "quantity": 1}]}
        for answer in (
            customer_api.get(CART, headers=headers),
            customer_api.post(ITEMS, {"product": lamp.pk}, headers=headers),
            customer_api.post(ORDERS, body, headers=headers),
        ):
            assert (answer.status_code, answer.json()["code"]) == (400, "unknown_currency")
        cart = customer_api.get(CART).json()
        assert (cart["currency"], cart["item_count"], Order.objects.count()) == ("USD", 1, 0)

    def test_a_sold_out_product_is_so_in_every_currency(
        self, customer_api: APIClient, anonymous_api: APIClient, lamp: Product
    ) -> None:
        body = {**ADDRESS, "items": [{"product": lamp.pk, "quantity": 5}]}
        number = customer_api.post(ORDERS, body).json()["number"]
        for headers in ({}, EUR, JPY):
            (row,) = anonymous_api.get(PRODUCTS, headers=headers).json()["results"]
            assert row["in_stock"] is False
        assert list(listing_faults()) == []
        customer_api.post(f"{ORDERS}{number}/cancel/")
        assert shown(anonymous_api, "?in_stock=true&currency=EUR") == [("Lamp", "9.00", "EUR")]
        assert list(listing_faults()) == []


class TestRows:
    def test_each_offered_currency_has_its_rows(self, lamp: Product, chair: Product, settings: Any) -> None:
        assert Listing.objects.filter(product=lamp).count() == 3
        assert listings_are_whole()
        Listing.objects.filter(product=chair, currency="EUR").delete()
        assert list(listing_faults()) == [f"product {chair.pk}: it has no row in EUR"]
        assert not listings_are_whole()
        fill_listings()
        assert list(listing_faults()) == []

    def test_a_currency_that_comes_or_goes(
        self, lamp: Product, chair: Product, settings: Any, anonymous_api: APIClient
    ) -> None:
        settings.CURRENCIES = ["EUR"]
        assert not listings_are_whole()
        fill_listings()
        assert set(Listing.objects.values_list("currency", flat=True)) == {"USD", "EUR"}
        assert list(listing_faults()) == []
        settings.CURRENCIES = ["JPY", "USD", "EUR"]
        fill_listings()
        assert listings_are_whole()
        assert list(listing_faults()) == []
        assert shown(anonymous_api, "?currency=JPY") == [("Lamp", "1500", "JPY"), ("Chair", "900", "JPY")]

    def test_a_product_that_leaves_the_shop_leaves_every_list(self, lamp: Product) -> None:
        services.product_archive(product=lamp)
        assert not Listing.objects.exists()

    def test_each_change_of_a_price_is_in_its_rows(self, lamp: Product) -> None:
        services.price_set(variant=sole_variant(lamp), amount=Decimal("8.50"), currency="EUR")
        assert list(listing_faults()) == []
        assert Listing.objects.get(product=lamp, currency="EUR").price == Decimal("8.50")
        VariantPrice.objects.filter(variant__product=lamp, currency="EUR").delete()
        services.price_ranges_refresh(product_ids=[lamp.pk])
        assert list(listing_faults()) == []
        assert not PriceRange.objects.filter(product=lamp, currency="EUR").exists()


class TestSettings:
    def test_only_real_currencies(self, settings: Any) -> None:
        assert currencies_are_real() == []
        settings.CURRENCIES = ["EUR", "EURO"]
        (error,) = currencies_are_real()
        assert error.id == "shop.E001"
        assert error.msg.startswith("CURRENCIES: 'EURO'")

    def test_by_default_the_shop_has_its_own_only(
        self, settings: Any, anonymous_api: APIClient, client: Client
    ) -> None:
        settings.CURRENCIES = []
        make_product("Lamp")
        assert Listing.objects.count() == 1
        assert shown(anonymous_api, "?currency=USD", **{"X-Currency": "USD"}) == [("Lamp", "10.00", "USD")]
        assert anonymous_api.get(PRODUCTS, headers=EUR).status_code == 400

    def test_members_of_a_group_see_their_price_in_it(self, lamp: Product, settings: Any) -> None:
        from accounts.models import CustomerGroup

        group = CustomerGroup.objects.create(name="Resellers", code="resellers")
        services.tier_set(variant=sole_variant(lamp), amount=Decimal("7.00"), currency="EUR", group=group)
        api = client_with_token(make_user(customer_group=group))
        assert shown(api, **EUR) == [("Lamp", "7.00", "EUR")]
        assert shown(api) == [("Lamp", "10.00", "USD")]
        assert api.post(ITEMS, {"product": lamp.pk}, headers=EUR).json()["total"] == "7.00"


def test_each_set_of_filters_has_a_form_of_its_own() -> None:
    """The contracts' filters lack the currency, whichever list was asked for first."""
    kinds = (ProductFilter, ShopProductFilter)
    fields = [kind(queryset=Product.objects.none()).get_form_class().base_fields for kind in kinds]
    assert ["currency" in names for names in fields] == [True, False]
