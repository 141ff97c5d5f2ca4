"""Many buyers of the last use of a promotion, over HTTP: exactly one of them gets it."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import requests
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cart import services as cart
from catalog.models import Product
from inventory.offers import LineItem, offer_of_product
from inventory.selectors import discrepancies
from orders.errors import PromotionUsedUp
from orders.models import Order, Promotion, PromotionUse
from orders.services import code_create, place, promotion_create, promotion_update
from orders.services.promotions import UseToCount, promotions_use
from payments import services as payments
from payments.states import PaymentMethod
from tests.factories import make_product, make_user, order_request
from tests.support.server import running_shop
from tests.support.tokens import bearer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

ON_POSTGRES = connection.vendor == "postgresql"
BUYERS, ROUNDS = (50, 20) if ON_POSTGRES else (8, 3)
ORDER = {"address": {"street": "1 Main Street"}, "payment_method": "cash_on_delivery"}


def with_code(product: Product, code: str, user: User | None = None) -> User:
    """Make a customer with a verified mailbox, whose cart holds a piece and a code."""
    user = user or make_user(email_verified_at=timezone.now())
    held = cart.cart_open(user=user)
    cart.item_add(cart=held, offer=offer_of_product(product.pk, currency="USD"), quantity=1)
    cart.code_put(cart=held, code=code)
    return user


def order_at_once(address: str, users: list[User]) -> Counter[str]:
    """Order as every user at the same moment. Return how often each status and code was answered."""
    gate = threading.Barrier(len(users))

    def order(header: dict[str, str]) -> str:
        gate.wait(timeout=60)
        answer = requests.post(f"{address}/api/v1/orders/", json=ORDER, headers=header, timeout=60)
        return f"{answer.status_code} {answer.json().get('code', '')}".strip()

    with ThreadPoolExecutor(max_workers=len(users)) as pool:
        return Counter(pool.map(order, [bearer(user) for user in users]))


def require_counted() -> None:
    for promotion in Promotion.objects.all():
        held = PromotionUse.objects.filter(promotion=promotion, released_at=None)
        assert promotion.uses == held.count() == held.exclude(order__status="cancelled").count()
    assert discrepancies() == []


@pytest.mark.parametrize("is_single_use", [True, False], ids=["a single-use code", "a limit of one"])
def test_the_last_use_of_a_code_has_one_winner(is_single_use: bool) -> None:
    product = make_product(price="20.00", stock_left=10_000)
    users = [make_user(email_verified_at=timezone.now()) for _ in range(BUYERS)]

    with running_shop() as address:
        for number in range(ROUNDS):
            code = f"ROUND-{number}"
            limit = None if is_single_use else 1
            promotion = promotion_create(
                items={}, name=code, kind="percentage", value=Decimal(10), needs_code=True, limit=limit
            )
            code_create(promotion=promotion, code=code, is_single_use=is_single_use)
            for user in users:
                with_code(product, code, user)
            answers = order_at_once(address, users)
            refused = {name: count for name, count in answers.items() if name != "201"}
            assert answers["201"] == 1, answers
            assert set(refused) <= {"409 promotion_used_up", "409 promotion_code_refused"}, answers
            assert sum(refused.values()) == BUYERS - 1
            require_counted()
            for user in users:  # their carts are still open and hold the dead code
                if (left := cart.cart_of(user)) is not None:
                    left.delete()
    assert Order.objects.count() == ROUNDS
    assert set(Order.objects.values_list("discount_total", flat=True)) == {2}


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer at a time: there is no race")
class TestTheGuard:
    """Two buyers who both have read that the last use is free, and a customer with one use left who orders twice."""

    @pytest.fixture
    def promotion(self) -> Promotion:
        return promotion_create(items={}, name="Tenth", kind="percentage", value=Decimal(10), limit=1)

    def order_after_both_have_read(self, monkeypatch: pytest.MonkeyPatch, users: list[User], count: Any) -> int:
        """Order as both users; return how many orders were placed."""
        offer = offer_of_product(make_product(stock_left=100).pk, currency="USD")
        gate = threading.Barrier(2)

        def wait_and_count(order: Order, uses: list[UseToCount]) -> None:
            gate.wait(timeout=30)
            count(order, uses)

        def buy(user: User) -> bool:
            try:
                request = order_request(items=[LineItem(offer, 1)], email="ann@example.com")
                payments.checkout(user=user, method=PaymentMethod.MANUAL, order=request)
            except PromotionUsedUp:
                return False
            finally:
                connection.close()
            return True

        monkeypatch.setattr(place, "promotions_use", wait_and_count)
        with ThreadPoolExecutor(max_workers=2) as pool:
            return sum(pool.map(buy, users))

    def users(self) -> list[User]:
        return [make_user(email_verified_at=timezone.now()) for _ in range(2)]

    def test_one_gets_it(self, monkeypatch: pytest.MonkeyPatch, promotion: Promotion) -> None:
        assert self.order_after_both_have_read(monkeypatch, self.users(), promotions_use) == 1
        require_counted()

    def test_without_the_guard_both_get_it(self, monkeypatch: pytest.MonkeyPatch, promotion: Promotion) -> None:
        def count_what_was_read(order: Order, uses: list[UseToCount]) -> None:
            for found, amount in uses:
                Promotion.objects.filter(pk=found.promotion.pk).update(uses=found.promotion.uses + 1)
                PromotionUse.objects.create(promotion=found.promotion, order=order, amount=amount)

        assert self.order_after_both_have_read(monkeypatch, self.users(), count_what_was_read) == 2
        promotion.refresh_from_db()
        assert (promotion.uses, PromotionUse.objects.count()) == (1, 2)

    def test_two_accounts_with_one_mailbox(self, monkeypatch: pytest.MonkeyPatch, promotion: Promotion) -> None:
        promotion_update(promotion=promotion, items={}, limit=None, limit_per_customer=1)
        assert self.order_after_both_have_read(monkeypatch, self.users(), promotions_use) == 1
        require_counted()
