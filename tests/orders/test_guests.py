"""Guests order without an account: by cart token or items, and open their order by its token."""

import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from orders.models import Order
from orders.services import order_transition
from payments.models import Payment
from tests.conftest import client_of
from tests.factories import balance, make_product, make_staff, make_user
from tests.support.rows import all_rows, changed
from utils.events import deliver_due

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"
ADDRESS = {"street": "1 Main Street", "city": "Springfield"}
BODY = {"email": "Gina@Example.com", "address": ADDRESS}


@pytest.fixture
def guest() -> APIClient:
    return APIClient()


@pytest.fixture
def lamp() -> Product:
    return make_product("Lamp", price="19.99", stock_left=10)


def cart_of(guest: APIClient, product: Product, quantity: int = 2) -> dict[str, str]:
    """Put pieces into a new guest's cart, and return the header that opens it."""
    answer = guest.post("/api/v1/cart/items/", {"product": product.pk, "quantity": quantity})
    return {"X-Cart-Token": answer.json()["token"]}


def order(guest: APIClient, product: Product, quantity: int = 2, **body: Any) -> dict[str, Any]:
    answer = guest.post(ORDERS, {**BODY, **body}, headers=cart_of(guest, product, quantity))
    assert answer.status_code == 201, answer.content
    return answer.json()


def opened_by(placed: dict[str, Any]) -> dict[str, str]:
    return {"X-Order-Token": placed["token"]}


def code(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")  # type: ignore[attr-defined]


class TestOrdering:
    def test_what_is_stored_and_shown(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        stored = Order.objects.get()
        assert (stored.user, stored.email, stored.number) == (None, "gina@example.com", placed["number"])
        assert (placed["total"], placed["payment"]["state"], balance(lamp)) == ("39.98", "pending", (10, 2))
        assert re.fullmatch(rf"{stored.number}\.[0-9A-Za-z_-]{{43}}", placed["token"])
        assert not User.objects.exists()
        step = stored.history.get()
        assert (step.actor, step.by_guest, step.new_status) == (None, True, "pending")

    def test_a_customers_order_has_no_token(self, customer_api: APIClient, lamp: Product) -> None:
        answer = customer_api.post(ORDERS, {"items": [{"product": lamp.pk}], "address": ADDRESS})
        assert (answer.status_code, "token" in answer.json()) == (201, False)
        assert Order.objects.get().token_version == 0

    def test_the_token_is_stored_nowhere(self, guest: APIClient, lamp: Product) -> None:
        key = {"Idempotency-Key": str(uuid.uuid4()), **cart_of(guest, lamp)}
        answer = guest.post(ORDERS, BODY, headers=key)
        secret = answer.json()["token"].split(".")[1]
        assert secret not in str(list(all_rows().values()))

    def test_items_need_no_cart(self, guest: APIClient, lamp: Product) -> None:
        headers = cart_of(guest, lamp, 1)
        body = {**BODY, "items": [{"product": lamp.pk, "quantity": 3}]}
        placed = guest.post(ORDERS, body).json()
        assert [line["quantity"] for line in placed["lines"]] == [3]
        also = guest.post(ORDERS, body, headers=headers).json()
        assert [line["quantity"] for line in also["lines"]] == [3]
        assert guest.get("/api/v1/cart/", headers=headers).json()["item_count"] == 1

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"email": None}, "/email"),
            ({"email": ""}, "/email"),
            ({"email": "nobody"}, "/email"),
            ({"address": None, "address_id": "000000000000"}, "/address_id"),
            ({"cart": str(uuid.uuid4())}, "/cart"),
            ({"token": "x"}, "/token"),
            ({"user": 1}, "/user"),
        ],
    )
    def test_what_is_refused(self, guest: APIClient, lamp: Product, change: dict, pointer: str) -> None:
        headers, before = cart_of(guest, lamp), all_rows()
        body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
        answer = guest.post(ORDERS, body, headers=headers)
        assert answer.status_code == 400
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({}, (400, "cart_empty")),
            ({"X-Cart-Token": str(uuid.uuid4())}, (404, "cart_not_found")),
            ({"X-Cart-Token": "nonsense"}, (404, "cart_not_found")),
        ],
    )
    def test_without_a_cart(self, guest: APIClient, lamp: Product, headers: dict, expected: tuple) -> None:
        order(guest, lamp)  # a guest's cart that is not named must not be found
        cart_of(guest, lamp)
        before = all_rows()
        assert code(guest.post(ORDERS, BODY, headers=headers)) == expected
        assert code(guest.post(f"{ORDERS}quote/", {}, headers=headers)) == expected
        assert changed(before, all_rows()) == []

    def test_a_customers_cart_is_not_a_guests(self, guest: APIClient, customer_api: APIClient, lamp: Product) -> None:
        cart = customer_api.post("/api/v1/cart/items/", {"product": lamp.pk}).json()
        assert code(guest.post(ORDERS, BODY, headers={"X-Cart-Token": cart["id"]})) == (404, "cart_not_found")

    def test_quote(self, guest: APIClient, lamp: Product) -> None:
        answer = guest.post(f"{ORDERS}quote/", {}, headers=cart_of(guest, lamp))
        assert (answer.status_code, answer.json()["totals"]["total"]) == (200, "39.98")

    def test_expected_total(self, guest: APIClient, lamp: Product) -> None:
        answer = guest.post(ORDERS, {**BODY, "expected_total": "1.00"}, headers=cart_of(guest, lamp))
        assert code(answer) == (409, "price_changed")


class TestSentAgain:
    def test_the_cart_becomes_one_order(self, guest: APIClient, lamp: Product) -> None:
        headers = cart_of(guest, lamp)
        first, second = (guest.post(ORDERS, BODY, headers=headers) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["number"] == second.json()["number"]
        assert "token" not in second.json()
        assert (Order.objects.count(), balance(lamp)) == (1, (10, 2))

    @pytest.mark.parametrize("with_cart", [True, False])
    def test_the_same_key_gets_the_same_answer_with_the_token(
        self, guest: APIClient, lamp: Product, with_cart: bool
    ) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4()), **(cart_of(guest, lamp) if with_cart else {})}
        body = BODY if with_cart else {**BODY, "items": [{"product": lamp.pk}]}
        first, second = (guest.post(ORDERS, body, headers=headers) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert "token" in second.json()
        assert second.headers["Idempotent-Replayed"] == "true"
        assert Order.objects.count() == 1
        assert code(guest.post(ORDERS, {**body, "note": "x"}, headers=headers)) == (422, "idempotency_key_reused")

    def test_another_guests_key_gets_nothing_of_it(self, guest: APIClient, lamp: Product) -> None:
        key = {"Idempotency-Key": "one"}
        first = guest.post(ORDERS, BODY, headers=key | cart_of(guest, lamp)).json()
        second = guest.post(ORDERS, BODY, headers=key | cart_of(guest, lamp)).json()
        assert first["number"] != second["number"]
        assert first["token"] != second["token"]

    def test_without_a_cart_a_key_must_be_a_secret(self, guest: APIClient, lamp: Product) -> None:
        before = all_rows()
        body = {**BODY, "items": [{"product": lamp.pk}]}
        answer = guest.post(ORDERS, body, headers={"Idempotency-Key": "order-2026-11-30"})
        assert code(answer) == (400, "idempotency_key_weak")
        assert code(guest.post(ORDERS, body, headers={"Idempotency-Key": "x" * 256})) == (400, "invalid")
        assert changed(before, all_rows()) == []

    def test_a_phone_that_changed_its_network_orders_once(self, guest: APIClient, lamp: Product) -> None:
        body, headers = {**BODY, "items": [{"product": lamp.pk}]}, {"Idempotency-Key": str(uuid.uuid4())}
        for address in ("192.0.2.1", "198.51.100.1"):
            assert guest.post(ORDERS, body, headers=headers, REMOTE_ADDR=address).status_code == 201
        assert Order.objects.count() == 1

    def test_a_customers_key_is_not_a_guests(self, guest: APIClient, customer_api: APIClient, lamp: Product) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        body = {**BODY, "items": [{"product": lamp.pk}]}
        numbers = [api.post(ORDERS, body, headers=headers).json()["number"] for api in (guest, customer_api)]
        assert len(set(numbers)) == 2


class TestWithItsToken:
    def test_look(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        answer = guest.get(f"{ORDERS}{placed['number']}/", headers=opened_by(placed))
        assert (answer.status_code, answer.json()["number"]) == (200, placed["number"])
        assert "token" not in answer.json()
        assert answer.headers["Cache-Control"] == "private, no-store"
        steps = guest.get(f"{ORDERS}{placed['number']}/history/", headers=opened_by(placed)).json()
        assert [step["new_status"] for step in steps] == ["pending"]

    def test_cancel(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        path = f"{ORDERS}{placed['number']}/cancel/"
        answers = [guest.post(path, headers=opened_by(placed)) for _ in range(2)]
        assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "cancelled")] * 2
        step = Order.objects.get().history.latest("id")
        assert (step.actor, step.by_guest, step.reason) == (None, True, "Cancelled by the customer")
        deliver_due()
        assert (balance(lamp), Payment.objects.get().state) == ((10, 0), "cancelled")

    def test_a_confirmed_order_is_not_cancelled(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        order_transition(order_id=Order.objects.get().pk, to="confirmed", actor=make_staff(), reason="x")
        answer = guest.post(f"{ORDERS}{placed['number']}/cancel/", headers=opened_by(placed))
        assert code(answer) == (403, "cancel_refused")

    def test_pay_in_another_way(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        path, body = f"{ORDERS}{placed['number']}/payments/", {"payment_method": "cash_on_delivery"}
        key = {"Idempotency-Key": "two", **opened_by(placed)}
        answers = [guest.post(path, body, headers=key) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert Payment.objects.filter(state="pending").count() == 1
        shown = guest.get(f"/api/v1/payments/{answers[0].json()['id']}/", headers=opened_by(placed))
        assert (shown.status_code, shown.json()["method"]) == (200, "cash_on_delivery")

    def test_the_answer_to_a_key_needs_the_token_again(self, guest: APIClient, lamp: Product) -> None:
        placed, other = order(guest, lamp), order(guest, lamp)
        path, body = f"{ORDERS}{placed['number']}/payments/", {"payment_method": "cash_on_delivery"}
        key = {"Idempotency-Key": "two"}
        assert guest.post(path, body, headers=key | opened_by(placed)).status_code == 201
        assert guest.post(path, body, headers=key).status_code == 401
        assert guest.post(path, body, headers=key | opened_by(other)).status_code == 404

    def test_payment_methods(self, guest: APIClient, lamp: Product) -> None:
        placed, headers = order(guest, lamp), cart_of(guest, lamp)
        path = "/api/v1/payments/methods/"
        for query, sent in (({}, headers), ({"order": placed["number"]}, opened_by(placed)), ({}, {})):
            answer = guest.get(path, query, headers=sent)
            assert answer.status_code == 200
            assert {"manual", "cash_on_delivery"} <= {method["code"] for method in answer.json()}
        assert code(guest.get(path, {"order": placed["number"]})) == (404, "order_not_found")
        assert code(guest.get(path, {"order": placed["number"]}, headers=headers)) == (404, "order_not_found")

    def test_there_are_no_lists(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        for path in (ORDERS, "/api/v1/payments/", "/api/v1/notifications/"):
            assert guest.get(path, headers=opened_by(placed)).status_code == 401


def paths_of(placed: dict[str, Any]) -> list[tuple[str, str]]:
    number, payment = placed["number"], placed["payment"]["id"]
    return [
        ("GET", f"{ORDERS}{number}/"),
        ("GET", f"{ORDERS}{number}/history/"),
        ("POST", f"{ORDERS}{number}/cancel/"),
        ("POST", f"{ORDERS}{number}/payments/"),
        ("GET", f"/api/v1/payments/{payment}/"),
        ("POST", f"/api/v1/payments/{payment}/start/"),
    ]


def send(api: APIClient, method: str, path: str, headers: dict[str, str]) -> HttpResponse:
    body = {"payment_method": "manual"} if path.endswith("/payments/") else {}
    return api.generic(
        method, path, b'{"payment_method": "manual"}' if body else b"{}", "application/json", headers=headers
    )


class TestAttacks:
    def test_no_token_a_wrong_one_and_anothers(self, guest: APIClient, lamp: Product) -> None:
        placed, other = order(guest, lamp), order(guest, lamp)
        number, secret = placed["token"].split(".")
        wrong = [
            "x",
            f"{number}.{'A' * 43}",
            f"{number}.{secret[:-1]}",
            f"{number}.{secret}A",
            f"{number}.{other['token'].split('.')[1]}",
            f"{number.lower()}.{secret}",
            f"{'0' * 12}.{secret}",
            f".{secret}",
            secret,
            f"{number}.",
            f"{number}.{secret}\u0660",
        ]
        before = all_rows()
        for method, path in paths_of(placed):
            assert code(send(guest, method, path, {})) == (401, "not_authenticated"), path
            answer = send(guest, method, path, opened_by(other))
            assert code(answer) == (404, "payment_not_found" if "/api/v1/payments/" in path else "order_not_found")
        for token in wrong:
            answer = guest.get(f"{ORDERS}{number}/", headers={"X-Order-Token": token})
            assert code(answer) == (401, "order_token_refused"), token
        assert {
            key: row for key, row in all_rows().items() if before.get(key) != row and "ratecount" not in key[0]
        } == {}

    def test_a_token_in_the_url_opens_nothing(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        for name in ("token", "X-Order-Token", "x_order_token", "order_token"):
            answer = guest.get(f"{ORDERS}{placed['number']}/", {name: placed["token"]})
            assert answer.status_code == 401

    def test_a_strangers_sign_in_is_not_attached(self, guest: APIClient, lamp: Product) -> None:
        placed, stranger = order(guest, lamp), client_of(make_user())
        path = f"{ORDERS}{placed['number']}/"
        assert stranger.get(path).status_code == 404
        assert stranger.get(path, headers=opened_by(placed)).status_code == 200
        for method, action in (("payments", {"payment_method": "cash_on_delivery"}), ("cancel", {})):
            assert stranger.post(f"{path}{method}/", action, headers=opened_by(placed)).status_code in {200, 201}
        stored = Order.objects.get()
        assert (stored.user, stored.status) == (None, "cancelled")
        assert not stored.history.exclude(actor=None).exists()

    def test_a_wrong_token_takes_nothing_from_a_signed_in_caller(
        self, customer_api: APIClient, guest: APIClient, lamp: Product
    ) -> None:
        theirs = order(guest, lamp)
        mine = customer_api.post(ORDERS, {"items": [{"product": lamp.pk}], "address": ADDRESS}).json()
        for token in ("x", theirs["token"]):
            answer = customer_api.get(f"{ORDERS}{mine['number']}/", headers={"X-Order-Token": token})
            assert answer.status_code == 200
        assert customer_api.get(f"{ORDERS}{theirs['number']}/", headers={"X-Order-Token": "x"}).status_code == 404

    def test_staff_see_it_and_others_do_not(self, guest: APIClient, staff_api: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        assert staff_api.get(f"{ORDERS}{placed['number']}/").status_code == 200
        found = staff_api.get(ORDERS, {"email": "GINA@example.com"}).json()
        assert found["count"] == 1

    def test_guesses_are_counted(self, guest: APIClient, lamp: Product) -> None:
        placed = order(guest, lamp)
        path = f"{ORDERS}{placed['number']}/"
        for _ in range(50):
            assert guest.get(path, headers=opened_by(placed)).status_code == 200
        wrong = {"X-Order-Token": f"{placed['number']}.{'A' * 43}"}
        statuses = [guest.get(path, headers=wrong).status_code for _ in range(31)]
        assert statuses == [401] * 30 + [429]
        refused = guest.get(path, headers=opened_by(placed))
        assert (refused.status_code, int(refused.headers["Retry-After"]) <= 300) == (429, True)
        assert guest.get(path, headers=opened_by(placed), REMOTE_ADDR="192.0.2.9").status_code == 200
        signed_in = client_of(make_user())
        assert signed_in.get(ORDERS, headers=wrong).status_code == 200
        assert signed_in.get(path, headers=wrong).status_code == 404
