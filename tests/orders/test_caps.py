"""What unpaid orders may hold: caps for each customer and each network, and an end for who proves no mailbox."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from inventory.offers import LineItem, offer_of_product
from orders.errors import TooManyUnpaid
from orders.models import Order
from orders.services import caps, order_transition, orders_expire, place
from payments import services as payments
from tests.factories import balance, make_product, make_staff, make_user, order_request
from tests.support.mail import code_in, mailed
from tests.support.rows import all_rows, changed
from tests.support.tokens import bearer
from utils.events import deliver_due

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"
ADDRESS = {"street": "1 Main Street"}


@pytest.fixture(autouse=True)
def small_caps(settings: Any) -> None:
    """Let a proven customer hold 10 orders and 50 pieces, an unproven one 2 and 10, a network 50 and 50."""
    settings.THROTTLE_RATE_SCALE, settings.MAX_UNPAID_ORDERS, settings.MAX_UNPAID_PIECES = 1, 10, 50


def api_of(user: User, *, address: str = "192.0.2.7") -> APIClient:
    return APIClient(headers=bearer(user), REMOTE_ADDR=address)


def order(api: APIClient, product: Any, quantity: int = 1, method: str = "cash_on_delivery") -> Any:
    items = [{"product": product.pk, "quantity": quantity}]
    return api.post(ORDERS, {"items": items, "address": ADDRESS, "payment_method": method}, format="json")


def proven() -> User:
    return make_user(email_verified_at=timezone.now())


class TestACustomer:
    @pytest.mark.parametrize("method", ["cash_on_delivery", "manual"])
    @pytest.mark.parametrize(("who", "most"), [(make_user, 2), (proven, 10)])
    def test_orders(self, who: Callable[[], User], most: int, method: str) -> None:
        product, api = make_product(stock_left=100), api_of(who())
        assert {order(api, product, method=method).status_code for _ in range(most)} == {201}
        before = all_rows()
        answer = order(api, product, method=method)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_unpaid")
        assert ("verify your e-mail address" in answer.json()["detail"]) is (most == 2)
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(("who", "most"), [(make_user, 10), (proven, 50)])
    def test_pieces_of_one(self, who: Callable[[], User], most: int) -> None:
        product, api = make_product(stock_left=100), api_of(who())
        before = all_rows()
        answer = order(api, product, most + 1).json()
        assert (answer["code"], answer["limit"], changed(before, all_rows())) == ("too_many_pieces", most, [])
        assert ("verify your e-mail address" in answer["detail"]) is (most == 10)
        assert order(api, product, most).status_code == 201

    def test_pieces_of_all(self) -> None:
        product, api = make_product(stock_left=100), api_of(make_user())
        order(api, product, 6)
        assert order(api, product, 5).json()["code"] == "too_many_unpaid"
        assert order(api, product, 4).status_code == 201
        assert balance(product) == (100, 10)

    def test_what_is_not_counted_holds_no_pieces(self) -> None:
        product, api = make_product(), api_of(make_user())
        product.variants.update(track_inventory=False)
        assert [order(api, product, 30).status_code for _ in range(2)] == [201, 201]

    def test_what_was_counted_when_it_was_ordered_stays_counted(self) -> None:
        product, api = make_product(stock_left=100), api_of(make_user())
        assert order(api, product, 10).status_code == 201
        product.variants.update(track_inventory=False)
        assert order(api, make_product(stock_left=9)).json()["code"] == "too_many_unpaid"

    def test_what_is_paid_confirmed_or_cancelled_makes_room(self) -> None:
        product, staff, api = make_product(stock_left=100), make_staff(), api_of(make_user())
        ends: list[Callable[[Order], Any]] = [
            lambda placed: payments.payment_confirm(payment_id=placed.payments.get().pk, actor=staff),
            lambda placed: order_transition(order_id=placed.pk, to="confirmed", actor=staff),
            lambda placed: order_transition(order_id=placed.pk, to="cancelled", actor=staff),
        ]
        for end in ends:
            assert order(api, product, 10).status_code == 201
            assert order(api, product).status_code == 409
            end(Order.objects.latest("id"))
        assert order(api, product, 10).status_code == 201

    def test_staff_have_none(self) -> None:
        product, api = make_product(stock_left=100), api_of(make_staff())
        assert order(api, product, 90).status_code == 201

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/orders/create/", {"street": "1 Main Street", "city": "Springfield"}),
            ("/api/orders/", {"shipping_address": "1 Main Street", "phone_number": "+254712345678"}),
        ],
    )
    def test_through_the_contracts(self, path: str, body: dict) -> None:
        product, api = make_product(stock_left=100), api_of(make_user())
        api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 11})
        before = all_rows()
        answer = api.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_pieces")
        assert changed(before, all_rows()) == []


class TestANetwork:
    def test_pieces_of_unproven_customers(self) -> None:
        product = make_product(stock_left=100)
        statuses = [order(api_of(make_user()), product, 10).status_code for _ in range(6)]
        assert (statuses, balance(product)) == ([201] * 5 + [409], (100, 50))
        assert order(api_of(make_user(), address="192.0.2.8"), product, 10).status_code == 201
        assert order(api_of(proven()), product, 10).status_code == 201

    def test_orders_from_nowhere_have_none_in_common(self) -> None:
        assert caps.network_of(make_user(), address="") == ""
        assert caps.network_of(make_user(), address="192.0.2.7") == caps.network_of(make_user(), address="192.0.2.7")

    def test_its_address_is_not_kept(self) -> None:
        order(api_of(make_user()), make_product())
        order(api_of(proven()), make_product())
        first, second = Order.objects.order_by("id")
        assert ("192.0.2" not in first.network, bool(first.network), second.network) == (True, True, "")
        order_transition(order_id=first.pk, to="cancelled", actor=make_staff())
        first.refresh_from_db()
        assert first.network == ""


class TestTime:
    def test_an_unproven_customers_order_waits_a_day(self) -> None:
        product, api = make_product(stock_left=9), api_of(make_user())
        placed = order(api, product).json()
        assert placed["expires_at"] is not None
        orders_expire(now=timezone.now() + timedelta(hours=23))
        assert balance(product) == (9, 1)
        orders_expire(now=timezone.now() + timedelta(hours=25))
        assert balance(product) == (9, 0)
        assert api.get(f"{ORDERS}{placed['number']}/").json()["status"] == "cancelled"

    @pytest.mark.parametrize(("who", "is_told"), [(make_user, True), (proven, False)])
    def test_its_mail_says_so(self, who: Callable[[], User], is_told: bool) -> None:
        order(api_of(who()), make_product())
        (message,) = mailed()
        assert ("verify your e-mail address" in message.body) is is_told

    def test_not_one_that_staff_confirmed(self) -> None:
        placed = order(api_of(make_user()), make_product()).json()
        order_transition(order_id=Order.objects.get().pk, to="confirmed", actor=make_staff())
        assert orders_expire(now=timezone.now() + timedelta(days=99)) == 0
        assert placed["status"] == "pending"

    def test_a_proven_customers_order_waits_for_the_courier(self) -> None:
        assert order(api_of(proven()), make_product()).json()["expires_at"] is None

    @pytest.mark.django_db(transaction=True)
    def test_the_proof_keeps_it(self, anonymous_api: APIClient) -> None:
        user = make_user()
        api = api_of(user)
        for method in ("cash_on_delivery", "manual"):
            order(api, make_product(), method=method)
        anonymous_api.post("/api/v1/auth/email/resend/", {"email": user.email})
        proof = {"email": user.email, "code": code_in(mailed()[-1])}
        assert anonymous_api.post("/api/v1/auth/email/verify/", proof).status_code == 204
        deliver_due()
        manual, courier = api.get(ORDERS).json()["results"]
        assert (courier["expires_at"], manual["expires_at"] is None) == (None, False)

    def test_the_proof_keeps_no_order_that_ended_and_nobody_elses(self) -> None:
        user, other = make_user(), make_user()
        for each in (user, user, other):
            order(api_of(each), make_product())
        ended, waiting, theirs = Order.objects.order_by("id")
        order_transition(order_id=ended.pk, to="cancelled")
        payments.orders_keep(user_id=user.pk)
        kept = dict(Order.objects.values_list("pk", "expires_at"))
        assert kept == {ended.pk: ended.expires_at, waiting.pk: None, theirs.pk: theirs.expires_at}

    def test_opening_payments_again_holds_nothing_longer(self) -> None:
        api = api_of(make_user())
        placed = order(api, make_product(), method="manual").json()
        Order.objects.update(placed_at=timezone.now() - timedelta(days=6))
        Order.objects.update(expires_at=timezone.now() + timedelta(days=1))
        for method in ("manual", "cash_on_delivery"):
            body = {"payment_method": method}
            assert api.post(f"{ORDERS}{placed['number']}/payments/", body).status_code == 201
            assert Order.objects.get().expires_at < timezone.now() + timedelta(days=1, minutes=1)  # type: ignore[operator]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL has the planner to look at")
def test_old_orders_are_not_read() -> None:
    order(api_of(make_user()), make_product())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the only order in the table would be read whole
        cursor.execute(f"EXPLAIN {caps._HELD}", [Order.objects.get().user_id, Order.objects.get().network])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using order_unpaid_of_user" in plan
    assert "Index Only Scan using order_unpaid_of_network" in plan


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: there is no race")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def place(self, users: list[User], monkeypatch: pytest.MonkeyPatch) -> int:
        """Let two orders of ten pieces come at once, each counted before the other is there; how many are placed."""
        offer = offer_of_product(make_product(stock_left=100).pk, currency="USD")
        counted, held = threading.Barrier(2), caps._held

        def count_and_wait(*args: Any) -> Any:
            count = held(*args)
            with suppress(threading.BrokenBarrierError):
                counted.wait(timeout=1)
            return count

        def buy(user: User) -> bool:
            try:
                payments.checkout(
                    user=user,
                    method="manual",
                    order=order_request(items=[LineItem(offer, 10)], address=ADDRESS, placed_from="192.0.2.7"),
                )
            except TooManyUnpaid:
                return False
            finally:
                connection.close()
            return True

        monkeypatch.setattr(caps, "_held", count_and_wait)
        with ThreadPoolExecutor(max_workers=2) as pool:
            return sum(pool.map(buy, users))

    def test_one_customer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.place([make_user()] * 2, monkeypatch) == 1

    def test_without_the_accounts_lock_both_are_placed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_module("payments.services.checkout"), "account_lock", lambda user: None)
        monkeypatch.setattr(place, "network_of", lambda user, address: "")
        assert self.place([make_user()] * 2, monkeypatch) == 2

    def test_one_network(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        monkeypatch.setattr(caps, "cap_of_network", lambda: caps.Cap(99, 10))
        assert self.place([make_user(), make_user()], monkeypatch) == 1

    def test_without_the_networks_lock_both_are_placed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(caps, "cap_of_network", lambda: caps.Cap(99, 10))
        monkeypatch.setattr(caps, "_lock", lambda network: None)
        assert self.place([make_user(), make_user()], monkeypatch) == 2
