"""Lists that change while they are read, and the filters of lists."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product, Variant
from inventory.listings import listings_rebuild
from inventory.offers import LineItem, offer_of_variant
from inventory.services import stock_adjust
from notifications.models import Notification
from orders.models import Order
from orders.services import order_transition
from payments.services import checkout
from shipping.services import shipment_track
from tests.factories import book_in, make_product, make_user, order_request, sole_variant
from utils.events import deliver_due

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"


@pytest.fixture
def orders(customer: User) -> list[Order]:
    return place(customer, 9)


def place(user: User, count: int, **fields: Any) -> list[Order]:
    offer = fields.pop("offer", None) or sole_variant(make_product(stock_left=count))
    offers = [LineItem(offer_of_variant(offer.pk, currency="USD"), 1)]
    asked = order_request(items=offers, **fields)
    return [checkout(user=user, method="manual", order=asked)[0].order for _ in range(count)]  # type: ignore[arg-type]


def walk(api: APIClient, path: str, *, between: Callable[[], object] = lambda: None) -> Iterator[dict[str, Any]]:
    """Read a list to its end, page by page."""
    while path:
        answer = api.get(path)
        assert answer.status_code == 200, answer.json()
        yield from answer.json()["results"]
        between()
        path = answer.json()["next"]


class TestCursors:
    def test_each_is_seen_once_although_all_that_were_seen_leave(
        self, orders: list[Order], staff_api: APIClient
    ) -> None:
        seen = []
        for row in walk(staff_api, f"{ORDERS}?status=pending&page_size=2&cursor="):
            seen.append(row["number"])
            order_transition(order_id=Order.objects.get(number=row["number"]).pk, to="cancelled")
        assert seen == [order.number for order in reversed(orders)]

    def test_page_numbers_miss_some(self, orders: list[Order], staff_api: APIClient) -> None:
        """Lose rows as a negative control: read the same list with page numbers."""
        seen = []
        path = f"{ORDERS}?status=pending&page_size=2"
        while path and (answer := staff_api.get(path)).status_code == 200:
            for row in answer.json()["results"]:
                seen.append(row["number"])
                order_transition(order_id=Order.objects.get(number=row["number"]).pk, to="cancelled")
            path = answer.json()["next"]
        assert len(seen) < len(orders)

    def test_what_is_new_moves_nothing(self, orders: list[Order], customer: User, customer_api: APIClient) -> None:
        seen = [
            row["number"]
            for row in walk(customer_api, f"{ORDERS}?page_size=4&cursor=", between=lambda: place(customer, 1))
        ]
        assert seen == [order.number for order in reversed(orders)]

    @pytest.mark.parametrize("ordering", ["placed_at", "-placed_at", "total", "-total"])
    def test_in_any_order(self, orders: list[Order], staff_api: APIClient, ordering: str) -> None:
        rows = list(walk(staff_api, f"{ORDERS}?ordering={ordering}&page_size=2&cursor="))
        assert sorted(row["number"] for row in rows) == sorted(order.number for order in orders)
        keys = [row[ordering.lstrip("-")] for row in rows]
        assert keys == sorted(keys, reverse=ordering.startswith("-"))

    def test_back_again(self, orders: list[Order], staff_api: APIClient) -> None:
        first = staff_api.get(f"{ORDERS}?page_size=3&cursor=").json()
        second = staff_api.get(first["next"]).json()
        assert staff_api.get(second["previous"]).json()["results"] == first["results"]
        assert ("count" in first, first["previous"]) == (False, None)

    def test_payments_movements_notifications(self, staff_api: APIClient, customer: User) -> None:
        place(customer, 3)
        item = book_in(sole_variant(make_product(stock_left=0)), 0)
        for delta in (1, 2, 3):
            stock_adjust(stock_item=item, delta=delta, kind="receipt")
        for path in ("/api/v1/payments/", f"/api/v1/inventory/movements/?stock_item={item.pk}"):
            mark = "&" if "?" in path else "?"
            assert len(list(walk(staff_api, f"{path}{mark}page_size=2&cursor="))) == 3

    def test_of_notifications(self, orders: list[Order], customer: User, customer_api: APIClient) -> None:
        deliver_due()
        told = Notification.objects.filter(user=customer).count()
        assert told >= 9
        assert len(list(walk(customer_api, "/api/v1/notifications/?page_size=2&cursor="))) == told

    def test_equal_rows_that_leave(self, orders: list[Order], staff_api: APIClient) -> None:
        """Read orders with equal totals. The next page begins after the last row's id."""
        seen = []
        for row in walk(staff_api, f"{ORDERS}?status=pending&ordering=total&page_size=2&cursor="):
            seen.append(row["number"])
            order_transition(order_id=Order.objects.get(number=row["number"]).pk, to="cancelled")
        assert seen == [order.number for order in orders]

    @pytest.mark.parametrize("position", ["abc", "9" * 60, "\x00", "1e5", "2026-99-99", "NaN", None, 7])
    @pytest.mark.parametrize("ordering", ["", "placed_at", "total"])
    def test_one_that_was_made_up(
        self, orders: list[Order], staff_api: APIClient, position: Any, ordering: str
    ) -> None:
        at = [position, "1"] if ordering else [position]
        texts = [json.dumps({"b": False, "at": at}), "[1]", '{"b": 1, "at": 5}', "{}"]
        asked = f"&ordering={ordering}" if ordering else ""
        for cursor in (urlsafe_b64encode(text.encode()).decode() for text in texts):
            assert staff_api.get(f"{ORDERS}?cursor={cursor}{asked}").status_code in {200, 400}, cursor
        assert staff_api.get(f"{ORDERS}?cursor=nonsense{asked}").status_code == 400


class TestOrders:
    @pytest.fixture
    def found(self, staff_api: APIClient) -> Callable[[str], list[str]]:
        def ask(query: str) -> list[str]:
            answer = staff_api.get(f"{ORDERS}?{query}")
            assert answer.status_code == 200, answer.json()
            return [row["number"] for row in answer.json()["results"]]

        return ask

    def test_by_number(self, orders: list[Order], found: Callable) -> None:
        assert found(f"number={orders[3].number.lower()}") == [orders[3].number]
        assert found("number=NONE") == []

    def test_by_mailbox(self, orders: list[Order], found: Callable) -> None:
        (named,) = place(make_user("nadia"), 1, email="Gift@Example.com")
        assert found("email=gift@example.com") == found("email=NADIA@example.com") == [named.number]

    def test_by_words(self, orders: list[Order], found: Callable) -> None:
        lamp = sole_variant(make_product("Desk lamp", stock_left=1))
        Variant.objects.filter(pk=lamp.pk).update(sku="LMP-7")
        address = {"name": "Wanjiru Kamau", "phone": "+254712345678"}
        (wanted,) = place(make_user("nadia"), 1, offer=lamp, address=address, phone="+254712345678")
        for words in ("wanjiru", "kamau lamp", "lmp-7", "712345678", wanted.number[:6]):
            assert found(f"search={quote(words)}") == [wanted.number], words
        assert found("search=wanjiru%20table") == found("search=%25") == []

    def test_by_time(self, orders: list[Order], found: Callable) -> None:
        Order.objects.exclude(pk=orders[0].pk).update(
            placed_at=timezone.now() - timedelta(days=2), updated_at=timezone.now() - timedelta(days=2)
        )
        moment = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert found(f"placed_after={moment}") == found(f"updated_after={moment}") == [orders[0].number]

    def test_a_tracking_number_is_a_change(self, orders: list[Order], found: Callable) -> None:
        Order.objects.update(updated_at=timezone.now() - timedelta(days=2))
        shipment_track(shipment_id=orders[2].shipment_id, carrier="DHL", tracking_number="JD014")
        deliver_due()
        moment = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert found(f"updated_after={moment}") == [orders[2].number]

    @pytest.mark.parametrize(
        "query",
        [
            *("placed_after=yesterday", "updated_after=%00", "ordering=email", "search=%00"),
            *("updated_after=0001-01-01T00:00:00%2B14:00", "placed_after=9999-12-31T23:59:59-14:00"),
        ],
    )
    def test_nonsense(self, staff_api: APIClient, query: str) -> None:
        assert staff_api.get(f"{ORDERS}?{query}").status_code == 400

    def test_nobody_finds_others(self, orders: list[Order], other_api: APIClient) -> None:
        for query in (f"number={orders[0].number}", "email=carla@example.com", "search=main"):
            assert other_api.get(f"{ORDERS}?{query}").json()["results"] == []


def test_payments(customer: User, staff_api: APIClient) -> None:
    first, second = place(customer, 2)
    path = "/api/v1/payments/"
    assert [row["order"] for row in staff_api.get(f"{path}?order={first.number}").json()["results"]] == [first.number]
    number = second.payments.get().number
    assert [row["id"] for row in staff_api.get(f"{path}?number={number}").json()["results"]] == [number]
    assert staff_api.get(f"{path}?state=captured").json()["count"] == 0
    assert staff_api.get(f"{path}?method=manual&state=pending&created_after=2020-01-01").json()["count"] == 2


def test_products(anonymous_api: APIClient) -> None:
    lamp, _ = make_product("Lamp"), make_product("Table")
    Variant.objects.filter(product=lamp).update(sku="LMP-7", barcode="4006381333931")
    Product.objects.exclude(pk=lamp.pk).update(updated_at=timezone.now() - timedelta(days=2))
    listings_rebuild()
    moment = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query in ("sku=LMP-7", "barcode=4006381333931", f"updated_after={moment}"):
        for path in ("/api/v1/products/", "/api/products/"):
            rows = anonymous_api.get(f"{path}?{query}").json()["results"]
            assert [row["name"] for row in rows] == ["Lamp"], (path, query)
    assert anonymous_api.get("/api/v1/products/?sku=lmp").json()["count"] == 0
