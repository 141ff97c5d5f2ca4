"""Promotions and their codes, over HTTP: what staff set up, what customers pay, and how often a promotion is used."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import category_create, product_update
from orders import privacy
from orders.jobs import expire
from orders.models import Order, Promotion, PromotionUse, TaxRate
from tests.conftest import client_of
from tests.factories import make_product, make_user, sole_variant
from tests.orders.conftest import PROMOTIONS, Promote

pytestmark = pytest.mark.django_db

ORDERS, CODES, EXPLAIN = "/api/v1/orders/", "/api/v1/cart/codes/", "/api/v1/cart/explain/"
ADDRESS = {"street": "1 Main Street", "city": "Springfield"}


def fill(client: APIClient, *, price: str = "20.00", quantity: int = 1, **fields: Any) -> Any:
    product = make_product("Lamp", price=price, stock_left=1000, **fields)
    answer = client.post("/api/v1/cart/items/", {"product": product.pk, "quantity": quantity})
    assert answer.status_code == 201, answer.content
    return product


def order(client: APIClient, **fields: Any) -> Any:
    return client.post(ORDERS, {"address": ADDRESS, "payment_method": "cash_on_delivery", **fields})


def uses() -> int:
    """Return how many uses are counted, having compared the counts with the orders that hold them."""
    for promotion in Promotion.objects.all():
        held = PromotionUse.objects.filter(promotion=promotion, released_at=None)
        assert promotion.uses == held.exclude(order__status="cancelled").count() == held.count()
    return sum(Promotion.objects.values_list("uses", flat=True))


class TestWhatCustomersPay:
    def test_an_automatic_promotion(self, customer_api: APIClient, promote: Promote) -> None:
        promote()
        fill(customer_api, quantity=2)
        placed = order(customer_api).json()
        assert (placed["subtotal"], placed["discount_total"], placed["total"]) == ("40.00", "4.00", "36.00")
        assert placed["payment"]["amount"] == "36.00"
        assert (placed["lines"][0]["total"], placed["lines"][0]["discount"], placed["lines"][0]["paid"]) == (
            "40.00",
            "4.00",
            "36.00",
        )
        assert uses() == 1

    def test_the_explanation_of_a_cart_and_of_its_order_are_the_same(
        self, customer_api: APIClient, promote: Promote
    ) -> None:
        promote(name="Welcome", code="HELLO")
        TaxRate.objects.create(name="VAT", country="DE", percentage=Decimal(19))
        fill(customer_api)
        customer_api.post(CODES, {"code": "hello"})
        asked = customer_api.get(EXPLAIN, {"country": "DE"}).json()
        placed = order(customer_api, address={**ADDRESS, "country": "DE"}).json()
        told = customer_api.get(f"{ORDERS}{placed['id']}/explain/").json()
        assert [
            (step["kind"], step["label"], step["base"], step["amount"], step["included"]) for step in told["steps"]
        ] == [
            ("line", "1 x Lamp", "20.00", "20.00", None),
            ("promotion", "Welcome (HELLO)", "20.00", "-2.00", None),
            ("tax", "VAT 19 %", "18.00", "0.00", "2.87"),
        ]
        assert told["steps"] == asked["totals"]["steps"]
        assert (told["total"], told["tax"], asked["totals"]["total"]) == ("18.00", "2.87", "18.00")

    def test_what_was_explained_stays_when_the_rules_change(
        self, customer_api: APIClient, staff_api: APIClient, promote: Promote
    ) -> None:
        promotion = promote()
        fill(customer_api)
        number = order(customer_api).json()["id"]
        before = customer_api.get(f"{ORDERS}{number}/explain/").json()
        staff_api.patch(f"{PROMOTIONS}{promotion['id']}/", {"value": "50", "name": "Half"})
        assert customer_api.get(f"{ORDERS}{number}/explain/").json() == before

    def test_an_order_without_steps_is_explained_by_its_lines(self, customer_api: APIClient) -> None:
        fill(customer_api)
        number = order(customer_api).json()["id"]
        Order.objects.update(steps=[])
        steps = customer_api.get(f"{ORDERS}{number}/explain/").json()["steps"]
        assert [(step["label"], step["amount"]) for step in steps] == [("1 x Lamp", "20.00")]

    def test_items_of_a_category_and_below_it(self, customer_api: APIClient, promote: Promote) -> None:
        lighting = category_create(name="Lighting")
        lamps = category_create(name="Lamps", parent=lighting)
        promote(scope="items", categories=[lighting.pk], value="50")
        product_update(product=fill(customer_api, price="10.00"), category=lamps)
        fill(customer_api, price="7.00")
        assert order(customer_api).json()["discount_total"] == "5.00"

    @pytest.mark.parametrize("kind", ["products", "variants"])
    def test_single_items(self, customer_api: APIClient, promote: Promote, kind: str) -> None:
        product = fill(customer_api, price="10.00")
        fill(customer_api, price="7.00")
        promote(scope="items", value="50", **{kind: [product.pk if kind == "products" else sole_variant(product).pk]})
        assert order(customer_api).json()["discount_total"] == "5.00"

    def test_a_promotion_whose_items_were_deleted_is_for_nothing(
        self, customer_api: APIClient, promote: Promote
    ) -> None:
        category = category_create(name="Gone")
        promote(scope="items", categories=[category.pk])
        category.delete()
        fill(customer_api)
        assert order(customer_api).json()["discount_total"] == "0.00"

    def test_pieces_for_free(self, customer_api: APIClient, promote: Promote) -> None:
        promote(kind="buy_x_get_y", value="100", scope="all_items", buy_quantity=2, get_quantity=1)
        fill(customer_api, quantity=3)
        assert order(customer_api).json()["total"] == "40.00"

    def test_everything_for_free_is_confirmed_at_once(self, customer_api: APIClient, promote: Promote) -> None:
        promote(value="100")
        fill(customer_api)
        placed = order(customer_api, payment_method="manual").json()
        assert (placed["total"], placed["status"], placed["payment"]["state"]) == ("0.00", "confirmed", "captured")
        assert uses() == 1

    def test_an_expected_total_is_compared_with_the_reduced_one(
        self, customer_api: APIClient, promote: Promote
    ) -> None:
        promote()
        fill(customer_api)
        refused = order(customer_api, expected_total="20.00")
        assert (refused.status_code, refused.json()["code"], uses()) == (409, "price_changed", 0)
        assert order(customer_api, expected_total="18.00").status_code == 201


class TestCodes:
    def test_guests_enter_codes(self, anonymous_api: APIClient, promote: Promote) -> None:
        promote(code="HELLO")
        token = anonymous_api.post("/api/v1/cart/items/", {"product": make_product(price="20.00").pk}).json()["token"]
        answer = anonymous_api.post(CODES, {"code": " hello "}, headers={"X-Cart-Token": token})
        assert answer.status_code == 201, answer.content
        assert answer.json()["totals"]["discount"] == "2.00"
        assert answer.json()["codes"] == [{"code": "HELLO", "applies": True, "reason": None, "message": ""}]

    def test_a_code_is_taken_out_again(self, customer_api: APIClient, promote: Promote) -> None:
        promote(code="HELLO")
        fill(customer_api)
        customer_api.post(CODES, {"code": "HELLO"})
        answer = customer_api.delete(f"{CODES}hello/")
        assert (answer.status_code, answer.json()["codes"], answer.json()["totals"]["discount"]) == (200, [], "0.00")
        assert customer_api.delete(f"{CODES}HELLO/").json()["code"] == "promotion_code_not_found"

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"starts_at": "2999-01-01T00:00:00Z"}, "not_started"),
            ({"ends_at": "2020-01-01T00:00:00Z"}, "ended"),
            ({"currency": "EUR"}, "other_currency"),
            ({"is_active": False}, "unknown"),
        ],
    )
    def test_a_code_that_no_cart_can_use_is_refused(
        self, customer_api: APIClient, promote: Promote, fields: dict, reason: str
    ) -> None:
        promote(code="HELLO", **fields)
        fill(customer_api)
        answer = customer_api.post(CODES, {"code": "HELLO"})
        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_code_refused")
        assert answer.json()["reason"] == reason
        assert customer_api.get(EXPLAIN).json()["codes"] == []

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"minimum_amount": "20.01", "currency": "USD"}, "minimum_amount"),
            ({"minimum_quantity": 2}, "minimum_quantity"),
            ({"kind": "free_shipping", "value": "0"}, "nothing_to_take_off"),
        ],
    )
    def test_a_code_waits_for_its_conditions(
        self, customer_api: APIClient, promote: Promote, fields: dict, reason: str
    ) -> None:
        promote(code="HELLO", **fields)
        fill(customer_api)
        answer = customer_api.post(CODES, {"code": "HELLO"})
        assert answer.status_code == 201
        [entered] = answer.json()["codes"]
        assert (entered["applies"], entered["reason"]) == (False, reason)
        assert entered["message"]
        assert order(customer_api).json()["discount_total"] == "0.00"
        assert uses() == 0

    def test_a_code_that_other_offers_beat_says_so(self, customer_api: APIClient, promote: Promote) -> None:
        promote(code="HELLO", is_combinable=False)
        promote(name="Half", value="50")
        fill(customer_api)
        assert customer_api.post(CODES, {"code": "HELLO"}).json()["codes"][0]["reason"] == "better_offer"

    def test_a_code_that_has_died_since_stops_the_order(self, customer_api: APIClient, promote: Promote) -> None:
        promote(code="HELLO")
        fill(customer_api)
        customer_api.post(CODES, {"code": "HELLO"})
        Promotion.objects.update(ends_at=timezone.now())
        refused = order(customer_api)
        assert (refused.status_code, refused.json()["reason"]) == (409, "ended")
        assert not Order.objects.exists()
        customer_api.delete(f"{CODES}HELLO/")
        assert order(customer_api).json()["total"] == "20.00"

    def test_a_cart_takes_five_codes(self, customer_api: APIClient, promote: Promote) -> None:
        fill(customer_api)
        for number in range(6):
            promote(name=f"No. {number}", code=f"CODE-{number}", value="1")
        answers = [customer_api.post(CODES, {"code": f"CODE-{number}"}) for number in range(6)]
        assert [answer.status_code for answer in answers] == [201] * 5 + [409]
        assert answers[-1].json()["code"] == "too_many_promotion_codes"

    def test_guessing_is_limited(self, customer_api: APIClient) -> None:
        fill(customer_api)
        answers = [customer_api.post(CODES, {"code": f"GUESS{number}"}).status_code for number in range(21)]
        assert answers == [409] * 20 + [429]

    def test_signing_in_does_not_give_new_guesses(self, customer_api: APIClient) -> None:
        fill(customer_api)
        for _ in range(4):
            other = client_of(make_user())
            fill(other)
            for number in range(15):
                other.post(CODES, {"code": f"GUESS{number}"})
        assert customer_api.post(CODES, {"code": "GUESS"}).status_code == 429


class TestUses:
    def test_a_single_use_code_is_good_for_one_order(
        self, customer_api: APIClient, other_api: APIClient, promote: Promote
    ) -> None:
        promote(code="ONCE", is_single_use=True)
        for client in (customer_api, other_api):
            fill(client)
            assert client.post(CODES, {"code": "ONCE"}).status_code == 201
        assert order(customer_api).json()["discount_total"] == "2.00"
        refused = order(other_api)
        assert (refused.status_code, refused.json()["reason"], uses()) == (409, "used_up", 1)

    def test_a_limit_in_total(self, customer_api: APIClient, other_api: APIClient, promote: Promote) -> None:
        promote(limit=1)
        for client, discount in ((customer_api, "2.00"), (other_api, "0.00")):
            fill(client)
            assert order(client).json()["discount_total"] == discount
        assert uses() == 1

    def test_a_limit_per_customer(self, customer_api: APIClient, other_api: APIClient, promote: Promote) -> None:
        promote(limit_per_customer=1)
        for client, discount in ((customer_api, "2.00"), (customer_api, "0.00"), (other_api, "2.00")):
            fill(client)
            assert order(client).json()["discount_total"] == discount

    def test_another_account_with_the_same_mailbox_is_the_same_customer(
        self, customer_api: APIClient, other_api: APIClient, promote: Promote
    ) -> None:
        promote(limit_per_customer=1)
        for client, email, discount in (
            (customer_api, "Ann@Example.com", "2.00"),
            (other_api, "ann@example.COM", "0.00"),
        ):
            fill(client)
            assert order(client, email=email).json()["discount_total"] == discount

    def test_an_erased_account_leaves_no_mailbox_in_them(
        self, customer_api: APIClient, customer: User, promote: Promote
    ) -> None:
        promote()
        fill(customer_api)
        order(customer_api, email="ann@example.com")
        Order.objects.update(status="delivered")
        privacy.erase(customer)
        assert list(PromotionUse.objects.values_list("email", flat=True)) == [""]

    def test_a_cancelled_order_gives_its_use_back_once(self, customer_api: APIClient, promote: Promote) -> None:
        promote(limit=1, code="HELLO", is_single_use=True)
        fill(customer_api)
        customer_api.post(CODES, {"code": "HELLO"})
        number = order(customer_api).json()["id"]
        for _ in range(2):
            assert customer_api.post(f"{ORDERS}{number}/cancel/").status_code == 200
        assert uses() == 0
        fill(customer_api)
        assert customer_api.post(CODES, {"code": "HELLO"}).status_code == 201
        assert order(customer_api).json()["discount_total"] == "2.00"
        assert uses() == 1

    def test_an_expired_order_gives_its_use_back(self, customer_api: APIClient, promote: Promote) -> None:
        promote()
        fill(customer_api)
        order(customer_api)
        with time_machine.travel(timezone.now() + timedelta(days=60)):
            expire()
        assert (Order.objects.get().status, uses()) == ("cancelled", 0)

    def test_an_order_that_is_refused_uses_nothing(self, customer_api: APIClient, promote: Promote) -> None:
        promote()
        product = fill(customer_api)
        sole_variant(product).stock_items.update(on_hand=0)
        assert order(customer_api).json()["code"] == "out_of_stock"
        assert (uses(), PromotionUse.objects.count()) == (0, 0)
