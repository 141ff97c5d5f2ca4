"""What sending costs, where to, and when it would arrive, over HTTP."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from rest_framework.test import APIClient

from cart.models import Cart
from orders.models import Order
from shipping.models import Shipment, ShippingMethod, ShippingRate, ShippingZone
from shipping.services import address_create, working_days_after
from tests.conftest import client_of
from tests.factories import balance, make_product, make_user
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"
QUOTE = f"{ORDERS}quote/"
STREET = "1 Main Street"


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.SHOP_COUNTRY = ""


def method(code: str, **fields: Any) -> ShippingMethod:
    return ShippingMethod.objects.create(name=code.title(), code=code, **{"position": 1, **fields})


def zone(name: str, *places: dict[str, str], position: int = 0) -> ShippingZone:
    made = ShippingZone.objects.create(name=name, position=position)
    for place in places:
        made.places.create(**place)
    return made


def rate(by: ShippingMethod, price: str, zone: ShippingZone | None = None, **fields: Any) -> ShippingRate:
    return by.rates.create(price=price, zone=zone, **{"currency": "USD", **fields})


@pytest.fixture
def fill(customer_api: APIClient) -> Callable[..., Any]:
    def put(price: str = "20.00", *, quantity: int = 1, weight: int | None = None) -> Any:
        product = make_product(price=price, stock_left=100)
        product.variants.update(weight_grams=weight)
        answer = customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": quantity})
        assert answer.status_code == 201
        return product

    return put


def quoted(api: APIClient, **body: Any) -> dict[str, str]:
    """Return the price of each method that is offered, by its code."""
    answer = api.post(QUOTE, body, format="json")
    assert answer.status_code == 200, answer.content
    return {each["code"]: each["price"] for each in answer.json()["shipping_methods"]}


class TestZones:
    def test_a_shop_without_methods_charges_nothing_anywhere(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        zone("Kenya", {"country": "KE"})
        answer = customer_api.post(QUOTE, {"country": "DE"}, format="json").json()
        assert (answer["shipping_methods"], answer["totals"]["total"]) == ([], "20.00")

    def test_one_rate_is_for_everywhere(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post"), "5")
        for where in ({}, {"country": "DE"}, {"country": "Atlantis"}, {"postal_code": "1"}):
            assert quoted(customer_api, **where) == {"post": "5.00"}

    def test_the_most_exact_zone_wins(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        post = method("post")
        rate(post, "50")
        rate(post, "4", zone("Kingdom", {"country": "GB"}))
        rate(post, "6", zone("Scotland", {"country": "GB", "region": "Scotland"}, position=9))
        rate(post, "9", zone("North", {"country": "GB", "postcode_from": "BT*"}, position=9))
        rate(post, "7", zone("Isles", {"country": "GB", "postcode_from": "KW15", "postcode_to": "KW17"}, position=9))
        for price, where in {
            "50.00": {"country": "DE"},
            "4.00": {"country": "GB", "postal_code": "SW1A 1AA"},
            "6.00": {"country": "United Kingdom", "state": "SCOTLAND", "postal_code": "EH1 1AA"},
            "9.00": {"country": "UK", "state": "Scotland", "postal_code": "bt1 5gs"},
            "7.00": {"country": "gbr", "postal_code": "KW17 2AA"},
        }.items():
            assert quoted(customer_api, **where) == {"post": price}

    def test_among_equally_exact_zones_the_first_one_wins(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        post = method("post")
        rate(post, "8", zone("Europe", {"country": "FR"}, {"country": "DE"}, position=2))
        rate(post, "3", zone("Home", {"country": "DE"}, position=1))
        assert quoted(customer_api, country="DE") == {"post": "3.00"}
        assert quoted(customer_api, country="FR") == {"post": "8.00"}

    def test_each_method_has_zones_of_its_own(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        kenya = zone("Kenya", {"country": "KE"})
        rate(method("post"), "5")
        rate(method("bike", position=2), "2", kenya)
        assert quoted(customer_api, country="KE") == {"post": "5.00", "bike": "2.00"}
        assert quoted(customer_api, country="UG") == {"post": "5.00"}

    def test_a_rate_in_another_currency_does_not_count(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        post = method("post")
        rate(post, "5")
        rate(post, "500", zone("Kenya", {"country": "KE"}), currency="KES")
        assert quoted(customer_api, country="KE") == {"post": "5.00"}

    def test_an_address_without_a_country_is_in_the_shops_own(
        self, customer_api: APIClient, fill: Callable, settings: Any
    ) -> None:
        fill()
        post = method("post")
        rate(post, "2", zone("Nairobi", {"country": "KE", "postcode_from": "00*"}))
        rate(post, "20")
        assert quoted(customer_api, postal_code="00100") == {"post": "20.00"}
        settings.SHOP_COUNTRY = "KE"
        assert quoted(customer_api, postal_code="00100") == {"post": "2.00"}
        assert quoted(customer_api, postal_code="80100") == {"post": "20.00"}
        assert quoted(customer_api, country="Atlantis", postal_code="00100") == {"post": "20.00"}

    def test_where_may_be_an_address_or_one_of_the_book(
        self, customer_api: APIClient, other_customer: Any, fill: Callable
    ) -> None:
        fill()
        post = method("post")
        rate(post, "2", zone("Kenya", {"country": "KE"}))
        rate(post, "20")
        mine = customer_api.post("/api/v1/addresses/", {"street": STREET, "country": "Kenya"}).json()["id"]
        theirs = address_create(user=other_customer, street=STREET, country="KE").number
        assert quoted(customer_api, address_id=mine) == {"post": "2.00"}
        assert quoted(customer_api, address={"country": "KE"}) == {"post": "2.00"}
        assert customer_api.post(QUOTE, {"address_id": theirs}).status_code == 404
        for body in (
            {"address_id": mine, "country": "KE"},
            {"address": {"street": STREET}, "address_id": mine},
            {"address": {"country": "KE"}, "postal_code": "1"},
        ):
            answer = customer_api.post(QUOTE, body, format="json")
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "")


class TestTiers:
    @pytest.mark.parametrize(
        ("basis", "cart", "price"),
        [
            ("weight", {"weight": 999}, "3.00"),
            ("weight", {"weight": 500, "quantity": 2}, "6.00"),
            ("weight", {"weight": 1000}, "6.00"),
            ("weight", {"weight": None}, "3.00"),
            ("price", {"price": "999.99"}, "3.00"),
            ("price", {"price": "1000.00"}, "6.00"),
            ("pieces", {"quantity": 2}, "3.00"),
        ],
    )
    def test_the_highest_edge_that_is_reached_applies(
        self, customer_api: APIClient, fill: Callable, basis: str, cart: dict, price: str
    ) -> None:
        fill(**cart)
        post = method("post")
        rate(post, "6", basis=basis, from_value=1000)
        rate(post, "9", basis=basis, from_value=5000)
        rate(post, "3", basis=basis)
        assert quoted(customer_api) == {"post": price}

    def test_pieces_of_all_lines_count(self, customer_api: APIClient, fill: Callable) -> None:
        fill(quantity=2)
        fill(quantity=3)
        post = method("post")
        rate(post, "3", basis="pieces", from_value=1)
        rate(post, "6", basis="pieces", from_value=5)
        assert quoted(customer_api) == {"post": "6.00"}

    def test_below_the_lowest_edge_a_method_is_not_offered(self, customer_api: APIClient, fill: Callable) -> None:
        fill(weight=400)
        rate(method("post"), "3")
        rate(method("freight", position=2), "90", basis="weight", from_value=30000)
        assert quoted(customer_api) == {"post": "3.00"}
        answer = customer_api.post(QUOTE, {"shipping_method": "freight"})
        assert (answer.status_code, answer.json()["code"]) == (400, "shipping_method_unknown")

    def test_a_zones_own_rates_are_not_mixed_with_those_for_elsewhere(
        self, customer_api: APIClient, fill: Callable
    ) -> None:
        fill(weight=400)
        post, parcel = method("post"), method("parcel", position=2)
        rate(post, "3")
        rate(post, "9", zone("Kenya", {"country": "KE"}), basis="weight", from_value=1000)
        rate(parcel, "7")
        assert quoted(customer_api, country="KE") == {"parcel": "7.00"}

    def test_free_from_counts_for_each_rate(self, customer_api: APIClient, fill: Callable) -> None:
        fill("60.00", weight=400)
        post = method("post")
        rate(post, "9", zone("Kenya", {"country": "KE"}), basis="weight", free_from=60)
        rate(post, "19", free_from="60.01")
        assert quoted(customer_api, country="KE") == {"post": "0.00"}
        assert quoted(customer_api, country="UG") == {"post": "19.00"}


def nothing_is_ordered(product: Any) -> bool:
    is_open = set(Cart.objects.values_list("status", flat=True)) == {"open"}
    rows = (Order, Shipment, OutboxEvent)
    return balance(product) == (100, 0) and is_open and not any(model.objects.exists() for model in rows)


class TestNotDeliverable:
    def test_a_place_that_no_method_reaches_is_told_before_it_is_paid(
        self, customer_api: APIClient, fill: Callable
    ) -> None:
        product = fill()
        rate(method("post"), "5", zone("Kenya", {"country": "KE"}))
        OutboxEvent.objects.all().delete()
        where = {"country": "Germany", "postal_code": "10115"}
        quote = customer_api.post(QUOTE, where, format="json")
        order = customer_api.post(ORDERS, {"address": {"street": STREET, **where}}, format="json")
        for answer in (quote, order):
            said = answer.json()
            assert (answer.status_code, said["code"]) == (409, "not_deliverable")
            assert (said["country"], said["postal_code"]) == ("DE", "10115")
            assert said["detail"] == "We don't send this order to DE 10115."
            assert "max_weight_grams" not in said
        assert nothing_is_ordered(product)

    def test_without_a_country_it_is_asked_for(self, customer_api: APIClient, fill: Callable) -> None:
        product = fill()
        rate(method("post"), "5", zone("Kenya", {"country": "KE"}))
        OutboxEvent.objects.all().delete()
        answer = customer_api.post(ORDERS, {"address": {"street": STREET}}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_deliverable")
        assert "without knowing its country" in answer.json()["detail"]
        assert nothing_is_ordered(product)

    def test_what_is_too_heavy_is_told_with_the_limit(self, customer_api: APIClient, fill: Callable) -> None:
        product = fill(weight=16000, quantity=2)
        rate(method("letter", max_weight_grams=500), "1")
        rate(method("post", max_weight_grams=31500), "5")
        rate(method("sack", max_weight_grams=70000), "5", zone("Kenya", {"country": "KE"}))
        OutboxEvent.objects.all().delete()
        answer = customer_api.post(ORDERS, {"address": {"street": STREET, "country": "UG"}}, format="json")
        said = answer.json()
        assert (answer.status_code, said["code"]) == (409, "not_deliverable")
        assert (said["weight_grams"], said["max_weight_grams"]) == (32000, 31500)
        assert said["detail"] == "This order weighs 32000 g, and we send at most 31500 g to UG."
        assert nothing_is_ordered(product)
        assert quoted(customer_api, country="KE") == {"sack": "5.00"}

    def test_the_heaviest_that_a_method_takes_is_taken(self, customer_api: APIClient, fill: Callable) -> None:
        fill(weight=31500)
        rate(method("post", max_weight_grams=31500), "5")
        assert quoted(customer_api) == {"post": "5.00"}

    def test_methods_without_a_rate_in_the_currency_reach_nobody(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post"), "5", currency="EUR")
        assert customer_api.post(QUOTE, {"country": "DE"}, format="json").json()["code"] == "not_deliverable"

    def test_inactive_methods_are_none(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post", is_active=False), "5", zone("Kenya", {"country": "KE"}))
        assert quoted(customer_api, country="DE") == {}

    def test_the_payment_methods_of_a_cart_are_told_without_shipping(
        self, customer_api: APIClient, fill: Callable
    ) -> None:
        fill()
        rate(method("post"), "5", zone("Kenya", {"country": "KE"}))
        assert customer_api.get("/api/v1/payments/methods/").status_code == 200


class TestPickup:
    @pytest.fixture
    def store(self) -> ShippingMethod:
        store = method("store", position=0, is_pickup=True, pickup_address="Moi Avenue 1, Nairobi")
        rate(store, "0")
        return store

    def test_what_is_collected_needs_no_address(
        self, customer_api: APIClient, fill: Callable, store: ShippingMethod
    ) -> None:
        fill()
        rate(method("post"), "5")
        answer = customer_api.post(ORDERS, {"shipping_method": "store"}, format="json")
        assert answer.status_code == 201, answer.content
        parcel = answer.json()["shipment"]
        assert (parcel["method"], parcel["pickup_address"]) == ("Store", "Moi Avenue 1, Nairobi")
        assert (parcel["street"], answer.json()["shipping_total"]) == ("", "0.00")
        ShippingMethod.objects.update(pickup_address="Elsewhere")
        assert customer_api.get(f"{ORDERS}{answer.json()['id']}/").json()["shipment"] == parcel

    def test_a_name_and_a_phone_are_enough(self, customer_api: APIClient, fill: Callable, store: Any) -> None:
        fill()
        body = {"shipping_method": "store", "address": {"name": "Carla", "phone": "+254712345678"}}
        answer = customer_api.post(ORDERS, body, format="json")
        assert (answer.status_code, answer.json()["shipment"]["name"]) == (201, "Carla")

    @pytest.mark.parametrize("code", ["post", "", "balloon", None])
    @pytest.mark.parametrize("address", [{"city": "Nairobi"}, None])
    def test_what_is_delivered_needs_a_street(
        self, customer_api: APIClient, fill: Callable, store: Any, code: str | None, address: dict | None
    ) -> None:
        product = fill()
        rate(method("post"), "5")
        OutboxEvent.objects.all().delete()
        body = {"shipping_method": code, "address": address}
        answer = customer_api.post(ORDERS, {name: value for name, value in body.items() if value is not None})
        pointer = "/address/street" if address else ""
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
        assert nothing_is_ordered(product)

    def test_goods_are_delivered_unless_the_pickup_is_named(
        self, customer_api: APIClient, fill: Callable, store: Any
    ) -> None:
        product = fill()
        rate(method("post"), "5", zone("Kenya", {"country": "KE"}))
        OutboxEvent.objects.all().delete()
        assert quoted(customer_api, country="KE") == {"store": "0.00", "post": "5.00"}
        quote = customer_api.post(QUOTE, {"country": "KE"}, format="json").json()
        assert quote["totals"]["shipping"] == "5.00"

        body = {"address": {"street": STREET, "country": "DE"}}
        answer = customer_api.post(ORDERS, body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "pickup_not_named")
        assert answer.json()["shipping_methods"] == ["store"]
        assert nothing_is_ordered(product)
        assert quoted(customer_api, country="DE") == {"store": "0.00"}
        assert customer_api.post(ORDERS, {**body, "shipping_method": "store"}, format="json").status_code == 201

    def test_a_pickup_has_an_address(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            method("store", is_pickup=True)


class TestDelivery:
    def test_quotes_tell_how_many_days_it_takes(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post", min_days=2, max_days=4), "5")
        (quote,) = customer_api.post(QUOTE, {}).json()["shipping_methods"]
        assert (quote["min_days"], quote["max_days"], quote["is_pickup"]) == (2, 4, False)

    def test_the_parcel_keeps_the_days_of_its_order(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post", min_days=1, max_days=3), "5")
        with time_machine.travel("2026-11-26T12:00:00Z"):  # a Thursday
            placed = customer_api.post(ORDERS, {"address": {"street": STREET}}, format="json").json()
        parcel = placed["shipment"]
        assert (parcel["estimated_from"], parcel["estimated_to"]) == ("2026-11-27", "2026-12-01")
        ShippingMethod.objects.update(min_days=9, max_days=9)
        assert customer_api.get(f"{ORDERS}{placed['id']}/").json()["shipment"] == parcel

    def test_the_day_is_the_shops_own(self, customer_api: APIClient, fill: Callable, settings: Any) -> None:
        settings.TIME_ZONE = "Asia/Dhaka"
        fill()
        rate(method("post", min_days=0, max_days=1), "5")
        with time_machine.travel("2026-11-25T20:00:00Z"):  # Thursday already
            parcel = customer_api.post(ORDERS, {"address": {"street": STREET}}, format="json").json()["shipment"]
        assert (parcel["estimated_from"], parcel["estimated_to"]) == ("2026-11-26", "2026-11-27")

    def test_without_an_estimate_no_day_is_told(self, customer_api: APIClient, fill: Callable) -> None:
        fill()
        rate(method("post"), "5")
        parcel = customer_api.post(ORDERS, {"address": {"street": STREET}}, format="json").json()["shipment"]
        assert (parcel["estimated_from"], parcel["estimated_to"]) == (None, None)

    @pytest.mark.parametrize("days", [{"min_days": 3, "max_days": 2}, {"min_days": 3}, {"max_days": 3}])
    def test_both_numbers_of_days_are_given_in_their_order(self, days: dict[str, int]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            method("post", **days)

    @pytest.mark.parametrize(
        ("day", "count", "after"),
        [
            ("2026-11-26", 0, "2026-11-26"),
            ("2026-11-26", 1, "2026-11-27"),
            ("2026-11-26", 2, "2026-11-30"),
            ("2026-11-26", 5, "2026-12-03"),
            ("2026-11-26", 6, "2026-12-04"),
            ("2026-11-27", 1, "2026-11-30"),
            ("2026-11-28", 0, "2026-11-30"),
            ("2026-11-29", 0, "2026-11-30"),
            ("2026-11-28", 1, "2026-11-30"),
            ("2026-11-29", 1, "2026-11-30"),
            ("2026-11-28", 5, "2026-12-04"),
            ("2026-11-28", 6, "2026-12-07"),
            ("2026-11-30", 4, "2026-12-04"),
            ("2026-11-30", 5, "2026-12-07"),
        ],
    )
    def test_weekends_are_no_working_days(self, day: str, count: int, after: str) -> None:
        assert working_days_after(date.fromisoformat(day), count) == date.fromisoformat(after)


class TestRates:
    @pytest.mark.parametrize("zoned", [False, True])
    def test_a_lower_edge_stands_once(self, zoned: bool) -> None:
        post, kenya = method("post"), zone("Kenya", {"country": "KE"}) if zoned else None
        rate(post, "5", kenya, basis="weight", from_value=1000)
        rate(post, "5", kenya, basis="weight", from_value=2000)
        with pytest.raises(IntegrityError), transaction.atomic():
            rate(post, "6", kenya, basis="weight", from_value=1000)

    @pytest.mark.parametrize("edge", [{"from_value": 1}, {"basis": "weight", "from_value": -1}])
    def test_a_flat_rate_begins_at_nothing(self, edge: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            rate(method("post"), "5", **edge)

    def test_a_zone_with_rates_stays(self) -> None:
        kenya = zone("Kenya", {"country": "KE"})
        rate(method("post"), "5", kenya)
        with pytest.raises(ProtectedError):
            kenya.delete()


def test_many_zones_cost_no_more_statements(
    customer_api: APIClient, fill: Callable, django_assert_num_queries: Callable
) -> None:
    fill()
    post = method("post")
    rate(post, "5")
    with django_assert_num_queries(3) as captured:
        quoted(customer_api, country="DE")
    for number in range(20):
        made = zone(f"Zone {number}", {"country": "DE", "postcode_from": f"{number}*"}, {"country": "FR"})
        for edge in (0, 1000, 2000):
            rate(post, "5", made, basis="weight", from_value=edge)
    with django_assert_num_queries(len(captured)):
        assert quoted(customer_api, country="DE", postal_code="10115") == {"post": "5.00"}


class TestContracts:
    """Contracts send a country as free text, or none at all."""

    @pytest.mark.parametrize(("country", "price"), [("bangladesh", "2.00"), ("BD", "2.00"), ("Atlantis", "20.00")])
    def test_a_country_in_free_text_has_its_zone(self, country: str, price: str) -> None:
        user = make_user()
        api = client_of(user)
        product = make_product(price="20.00")
        post = method("post")
        rate(post, "2", zone("Home", {"country": "BD"}))
        rate(post, "20")
        body = {
            "street": STREET,
            "country": country,
            "order_items": [{"product": product.pk, "quantity": 1}],
        }
        answer = api.post("/api/orders/create/", body, format="json")
        assert answer.status_code == 201, answer.content
        assert Order.objects.get().shipping_total == Decimal(price)

    def test_a_line_of_text_is_sent_within_the_shops_country(self, settings: Any) -> None:
        user = make_user()
        api = client_of(user)
        product = make_product(price="20.00")
        rate(method("post"), "2", zone("Home", {"country": "BD"}))
        assert api.post("/api/v1/cart/items/", {"product": product.pk}).status_code == 201
        body = {"shipping_address": STREET, "phone_number": "+1234567890"}
        refused = api.post("/api/orders/", body, format="json")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_deliverable")
        assert not Order.objects.exists()
        settings.SHOP_COUNTRY = "BD"
        assert api.post("/api/orders/", body, format="json").status_code == 201
        assert Order.objects.get().shipping_total == Decimal("2.00")
