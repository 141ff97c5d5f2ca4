"""An erasure and an order of the same customer at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from accounts.models import User
from cart.services import cart_open, item_add
from inventory.offers import offer_of_variant
from orders.models import Order
from tests.factories import PASSWORD, make_product, make_user, sole_variant
from tests.support.server import running_shop
from tests.support.tokens import bearer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

ROUNDS = 6


def test_an_order_that_was_accepted_is_there_whole_whoever_comes_first() -> None:
    """Accept either the order or the erasure: an accepted order refuses the erasure of its customer."""
    variant = sole_variant(make_product(stock_left=100))
    with running_shop() as address, ThreadPoolExecutor(max_workers=2) as pool:
        for turn in range(ROUNDS):
            user = make_user(f"carla{turn}")
            item_add(cart=cart_open(user=user), offer=offer_of_variant(variant.pk, currency="USD"), quantity=1)
            gate, headers = threading.Barrier(2), bearer(user)

            def send(path: str, body: object, gate: threading.Barrier = gate, headers: dict = headers) -> int:
                gate.wait(timeout=20)
                return requests.post(f"{address}/api/v1/{path}", json=body, headers=headers, timeout=60).status_code

            erased = pool.submit(send, "auth/me/erase/", {"password": PASSWORD})
            ordered = pool.submit(send, "orders/", {"address": {"street": "1 Main Street"}})
            statuses = erased.result(), ordered.result()
            assert statuses[0] in {204, 409}, statuses
            assert statuses[1] in {201, 400, 401, 404, 409}, statuses
            new = Order.objects.filter(user=user)
            assert new.count() == (1 if statuses[1] == 201 else 0), statuses
            is_erased = User.objects.get(pk=user.pk).erased_at is not None
            assert is_erased is (statuses[0] == 204)
            assert not (is_erased and new.exists()), statuses
