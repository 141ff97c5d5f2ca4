"""What an order copies of the variants in a cart."""

import pytest

from accounts.models import User
from cart.services import cart_open, item_add
from inventory.offers import offer_of_product
from orders.items import items_of_cart
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def test_a_piece_whose_weight_is_not_known_weighs_nothing(customer: User) -> None:
    cart = cart_open(user=customer)
    for name, weight in (("Anvil", 12500), ("Voucher", None)):
        product = make_product(name)
        product.variants.update(weight_grams=weight)
        item_add(cart=cart, offer=offer_of_product(product.pk, currency="USD"), quantity=2)
    read = items_of_cart(cart.pk, currency="USD", buyer=customer.pk)().items
    assert [(each.product_name, each.weight_grams) for each in read] == [("Anvil", 12500), ("Voucher", 0)]
