"""Carts that are made for one order."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from cart.errors import CartFull, CartNotFound, QuantityOutOfRange
from cart.models import MAX_ITEMS, Cart
from cart.services import cart_for_order, cart_open
from catalog.errors import NotForSale
from catalog.models import Variant
from inventory.errors import OutOfStock
from inventory.offers import default_offers
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def offered(*stock: int) -> list[Variant]:
    ids = [make_product(stock_left=left).pk for left in stock]
    offers = default_offers(ids, currency="USD")
    return [offers[pk] for pk in ids]


def test_it_is_nobodys_and_equal_items_are_added_up(django_assert_num_queries: Any) -> None:
    lamp, table = offered(5, 5)
    with django_assert_num_queries(2):
        cart = cart_for_order(items=[(table, 1), (lamp, 2), (table, 3)])
    assert (cart.user, cart.status) == (None, "open")
    assert list(cart.items.values_list("variant", "quantity")) == [(table.pk, 4), (lamp.pk, 2)]


@pytest.mark.parametrize(
    ("quantities", "refusal"),
    [([6], OutOfStock), ([3, 3], OutOfStock), ([0], QuantityOutOfRange), ([-1, 2], QuantityOutOfRange)],
)
def test_what_a_cart_would_refuse(quantities: list[int], refusal: type[Exception]) -> None:
    (lamp,) = offered(5)
    with pytest.raises(refusal), transaction.atomic():
        cart_for_order(items=[(lamp, quantity) for quantity in quantities])
    assert not Cart.objects.exists()


def test_what_has_no_price_in_the_shops_currency(settings: Any) -> None:
    settings.DEFAULT_CURRENCY = "KES"
    with pytest.raises(NotForSale):
        cart_for_order(items=[(offered(5)[0], 1)])


def test_as_many_different_items_as_a_cart_holds() -> None:
    lamp: Any = offered(200)[0]
    others: list[Any] = [Variant(pk=10**6 + number) for number in range(MAX_ITEMS)]
    for other in others:
        other.price, other.currency, other.stock = lamp.price, lamp.currency, 5
    with pytest.raises(CartFull):
        cart_for_order(items=[(lamp, 1), (lamp, 1), *[(other, 1) for other in others]])


class TestANamedCart:
    def test_of_ones_own_that_is_open_is_taken(self, customer: User) -> None:
        cart = cart_open(user=customer)
        assert cart_open(user=customer, cart_id=cart.pk) == cart

    @pytest.mark.parametrize("whose", ["nobody's", "another's", "an ordered one"])
    def test_any_other_is_not_there(self, customer: User, other_customer: User, whose: str) -> None:
        cart = cart_open(user=other_customer if whose == "another's" else customer)
        if whose == "an ordered one":
            Cart.objects.update(status="ordered")
        before = Cart.objects.count()
        with pytest.raises(CartNotFound):
            cart_open(user=customer, cart_id=10**6 if whose == "nobody's" else cart.pk)
        assert Cart.objects.count() == before
