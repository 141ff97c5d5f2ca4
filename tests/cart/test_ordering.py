"""Carts that are made for one order."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from cart.errors import CartFull, QuantityOutOfRange
from cart.models import MAX_ITEMS, Cart
from cart.services import cart_for_order
from catalog.errors import NotForSale
from catalog.models import Variant
from inventory.errors import OutOfStock
from inventory.offers import LineItem, Offer, default_offers
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def offered(*stock: int) -> list[Offer]:
    ids = [make_product(stock_left=left).pk for left in stock]
    offers = default_offers(ids, currency="USD")
    return [offers[pk] for pk in ids]


def test_it_is_nobodys_and_equal_items_are_added_up(django_assert_num_queries: Any) -> None:
    lamp, table = offered(5, 5)
    with django_assert_num_queries(2):
        cart = cart_for_order(items=[LineItem(table, 1), LineItem(lamp, 2), LineItem(table, 3)])
    assert (cart.user, cart.status) == (None, "open")
    assert list(cart.items.values_list("variant", "quantity")) == [(table.variant.pk, 4), (lamp.variant.pk, 2)]


@pytest.mark.parametrize(
    ("quantities", "refusal"),
    [([6], OutOfStock), ([3, 3], OutOfStock), ([0], QuantityOutOfRange), ([-1, 2], QuantityOutOfRange)],
)
def test_what_a_cart_would_refuse(quantities: list[int], refusal: type[Exception]) -> None:
    (lamp,) = offered(5)
    with pytest.raises(refusal), transaction.atomic():
        cart_for_order(items=[LineItem(lamp, quantity) for quantity in quantities])
    assert not Cart.objects.exists()


def test_what_has_no_price_in_the_shops_currency(settings: Any) -> None:
    settings.DEFAULT_CURRENCY = "KES"
    with pytest.raises(NotForSale):
        cart_for_order(items=[LineItem(offered(5)[0], 1)])


def test_as_many_different_items_as_a_cart_holds() -> None:
    lamp = offered(200)[0]
    others = [replace(lamp, variant=Variant(pk=10**6 + number)) for number in range(MAX_ITEMS)]
    with pytest.raises(CartFull):
        cart_for_order(items=[LineItem(offer, 1) for offer in (lamp, lamp, *others)])
