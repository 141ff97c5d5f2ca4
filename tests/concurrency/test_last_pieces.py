"""Many buyers of few pieces, over HTTP: the shop sells exactly the pieces that it has."""

import json
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from cart import services as cart
from inventory.models import StockItem
from inventory.offers import offer_of_variant
from inventory.selectors import discrepancies
from orders.models import Order, OrderLine
from tests.factories import balance, make_product, make_user, sole_variant
from tests.support.server import running_naive_shop, running_shop
from tests.support.tokens import bearer
from utils.models import IdempotencyKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

ON_POSTGRES = connection.vendor == "postgresql"
BUYERS, PIECES = (200, 50) if ON_POSTGRES else (50, 20)
ORDER = {"address": {"street": "1 Main Street"}, "payment_method": "cash_on_delivery"}


def _with_full_cart(variants: list, quantity: int = 1) -> User:
    """Make a customer with a verified mailbox: orders of other customers of one network wait for each other."""
    user = make_user(email_verified_at=timezone.now())
    for variant in variants:
        cart.item_add(
            cart=cart.cart_open(user=user), offer=offer_of_variant(variant.pk, currency="USD"), quantity=quantity
        )
    return user


def _order_at_once(address: str, users: list[User], *, connections: int) -> Counter[int]:
    """Order as every user at the same moment. Return how often each status was answered."""
    headers = [bearer(user) for user in users]
    gate = threading.Barrier(min(connections, len(users)))
    started = threading.local()

    def order(header: dict[str, str]) -> int:
        if not getattr(started, "yes", False):
            started.yes = True
            gate.wait(timeout=30)
        return requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=60).status_code

    with ThreadPoolExecutor(max_workers=gate.parties) as pool:
        return Counter(pool.map(order, headers))


def test_without_the_guard_the_same_race_oversells() -> None:
    """Oversell without the guard, as a negative control: this shows that the tests below could fail."""
    product = make_product(stock_left=5)
    users = [_with_full_cart([sole_variant(product)]) for _ in range(30)]

    with running_naive_shop() as address:
        answers = _order_at_once(address, users, connections=30)

    assert answers[201] > 5, answers
    assert discrepancies() != []


def test_buyers_of_a_scarce_product_get_exactly_what_is_there() -> None:
    product = make_product(stock_left=PIECES)
    users = [_with_full_cart([sole_variant(product)]) for _ in range(BUYERS)]

    with running_shop() as address:
        answers = _order_at_once(address, users, connections=BUYERS)

    assert answers == {201: PIECES, 409: BUYERS - PIECES}
    assert Order.objects.count() == PIECES
    assert OrderLine.objects.filter(product=product).count() == PIECES
    assert balance(product) == (PIECES, PIECES)
    assert discrepancies() == []


def test_baskets_in_opposite_order_neither_deadlock_nor_oversell() -> None:
    first, second = make_product(stock_left=15), make_product(stock_left=15)
    a, b = sole_variant(first), sole_variant(second)
    users = [_with_full_cart([a, b] if turn % 2 else [b, a]) for turn in range(40)]

    with running_shop() as address:
        answers = _order_at_once(address, users, connections=40)

    assert answers == {201: 15, 409: 25}
    assert balance(first) == balance(second) == (15, 15)
    assert discrepancies() == []


def test_one_key_sent_fifty_times_at_once_makes_one_order() -> None:
    product = make_product(stock_left=100)
    user = _with_full_cart([sole_variant(product)], quantity=2)
    header = {**bearer(user), "Idempotency-Key": "one-and-only"}
    gate = threading.Barrier(50)

    def order(_: int) -> tuple[int, str | None]:
        gate.wait(timeout=30)
        answer = requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=60)
        return answer.status_code, answer.json().get("id")

    with running_shop() as address, ThreadPoolExecutor(max_workers=50) as pool:
        answers = set(pool.map(order, range(50)))

    placed = Order.objects.get()
    assert answers == {(201, placed.number)}
    assert balance(product) == (100, 2)


def _send_and_hang_up_after_the_commit(address: str, header: dict[str, str]) -> None:
    """Place an order, and close the connection after the commit without reading the answer."""
    body = json.dumps(ORDER).encode()
    fields = {**header, "Host": urlsplit(address).netloc, "Content-Type": "application/json"}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"POST /api/v1/orders/ HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as connected:
        connected.sendall(request)
        deadline = time.monotonic() + 20
        while not Order.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)


def test_a_connection_lost_after_the_commit_gets_the_same_order_again() -> None:
    product = make_product(stock_left=5)
    user = _with_full_cart([sole_variant(product)])
    header = {**bearer(user), "Idempotency-Key": "lost"}

    with running_shop() as address:
        _send_and_hang_up_after_the_commit(address, header)
        again = requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=30)

    placed = Order.objects.get()
    assert again.status_code == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == placed.number
    assert balance(product) == (5, 1)


def test_first_item_of_twenty_requests_at_once_goes_into_one_cart() -> None:
    product = make_product(stock_left=50)
    user = make_user()
    header = bearer(user)
    gate = threading.Barrier(20)

    def add(_: int) -> int:
        gate.wait(timeout=30)
        body = {"product": product.pk, "quantity": 1}
        return requests.post(f"{address}/api/v1/cart/items/", json=body, headers=header, timeout=60).status_code

    with running_shop() as address, ThreadPoolExecutor(max_workers=20) as pool:
        answers = Counter(pool.map(add, range(20)))

    assert answers == {201: 20}
    content = user.carts.get().items.get()
    assert content.quantity == 20


def test_a_key_in_flight_for_too_long_is_answered_with_retry_after() -> None:
    if not ON_POSTGRES:
        pytest.skip("SQLite has no row locks")
    user = _with_full_cart([sole_variant(make_product())])
    header = {**bearer(user), "Idempotency-Key": "slow"}

    with running_shop() as address, transaction.atomic():
        IdempotencyKey.objects.create(user_id=user.pk, key="slow", fingerprint="that of a request under way")
        answer = requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=30)

    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_flight")
    assert int(answer.headers["Retry-After"]) >= 1
    assert Order.objects.count() == 0


def test_a_lock_held_too_long_is_answered_with_retry_after() -> None:
    if not ON_POSTGRES:
        pytest.skip("SQLite has no row locks")
    product = make_product(stock_left=5)
    user = _with_full_cart([sole_variant(product)])
    header = bearer(user)

    with running_shop() as address, transaction.atomic():
        list(StockItem.objects.filter(variant=sole_variant(product)).locked())
        answer = requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=30)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert Order.objects.count() == 0
    assert balance(product) == (5, 0)
