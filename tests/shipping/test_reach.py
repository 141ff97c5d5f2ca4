"""What can't be sent somewhere is told before it is paid, and what contracts send has its place."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from orders.models import Order
from tests.conftest import client_of
from tests.factories import make_product, make_user
from tests.shipping.methods import ORDERS, QUOTE, STREET, method, nothing_is_ordered, quoted, rate, zone
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db


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
