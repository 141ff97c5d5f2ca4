"""What an order refers to can't be deleted from under it, whoever tries by whatever way."""

from collections.abc import Callable

import pytest
from django.db.models import ProtectedError

from catalog.services import category_create
from orders.models import Order
from tests.factories import make_product
from tests.support.rows import all_rows, changed
from tests.support.world import make_shopper

pytestmark = pytest.mark.django_db

REFERRED: dict[str, Callable[[Order], object]] = {
    "its customer": lambda order: order.user,
    "the order itself": lambda order: order,
    "its cart": lambda order: order.cart,
    "its parcel": lambda order: order.shipment,
    "a product": lambda order: order.lines.get().product,
    "a variant": lambda order: order.lines.get().variant,
    "the stock it came from": lambda order: order.lines.get().variant.stock_items.get(),
    "a product's category": lambda order: order.lines.get().product.category,
}


@pytest.mark.parametrize("what", REFERRED)
def test_it_stays(what: str) -> None:
    shopper = make_shopper("carla", make_product(category=category_create(name="Shelf")))
    row = REFERRED[what](Order.objects.get(pk=shopper.order))
    before = all_rows()
    with pytest.raises(ProtectedError):
        row.delete()  # type: ignore[attr-defined]
    assert changed(before, all_rows()) == []


def test_order_numbers_can_not_be_guessed() -> None:
    """Nothing in one follows from the one before."""
    product = make_product(stock_left=100)
    numbers = {Order.objects.get(pk=make_shopper(f"user{turn}x", product).order).number for turn in range(8)}
    assert len(numbers) == 8
    assert len({number[:6] for number in numbers}) == 8
