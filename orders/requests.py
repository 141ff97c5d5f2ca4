"""The data of a new order. A view builds it once and passes it to the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.offers import LineItem
from shipping.addresses import PostalAddress


@dataclass(frozen=True)
class OrderRequest:
    """Hold what a customer orders: a cart, or ``items``.

    ``cart_id``: the cart to order; without it the customer's open cart. ``items``: what is ordered instead of a cart;
    the cart stays as it is. A guest's order needs one of the two, and an ``email``. ``shipping_method``: its code;
    empty for the shop's first method. ``email``, ``phone`` and ``note`` are kept with the order. ``expected_total`` and
    ``expected_currency``: what the customer was shown; the order is refused if its total or currency differs.
    ``placed_from``: the client's IP address, for the limits on unpaid orders.
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
