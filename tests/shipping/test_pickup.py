"""What is collected from the shop, and when what is sent would arrive."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from shipping.models import ShippingMethod
from shipping.services import working_days_after
from tests.shipping.methods import ORDERS, QUOTE, STREET, method, nothing_is_ordered, quoted, rate, zone
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db


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
