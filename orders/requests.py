"""What a customer asks for when ordering. The edge makes it once; every step from there to the order's row reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.offers import LineItem
from shipping.addresses import PostalAddress


@dataclass(frozen=True)
class OrderRequest:
    """An order of a cart, or of ``items``.

    ``cart_id``: the cart that is meant; without it the customer's open cart. ``items``: what is ordered instead of a
    cart, which stays as it is. ``shipping_method``: its code; empty for the shop's first. ``email``, ``phone`` and
    ``note`` are kept with the order. ``expected_total`` and ``expected_currency``: what the customer was shown; another
    total or currency refuses the order. ``placed_from``: the client's network address, for the caps on unpaid orders.
    """

    address: PostalAddress
    cart_id: int | None = None
    items: Sequence[LineItem] | None = None
    shipping_method: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    expected_total: Decimal | None = None
    expected_currency: str = ""
    placed_from: str = ""
