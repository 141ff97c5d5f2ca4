"""What sending costs, and where to, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from rest_framework.test import APIClient

from shipping.services import address_create
from tests.shipping.methods import QUOTE, STREET, method, quoted, rate, zone

pytestmark = pytest.mark.django_db


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
