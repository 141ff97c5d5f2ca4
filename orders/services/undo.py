"""Undo an order whose payment could not be started."""

from cart.services import cart_reopen
from orders.models import Order
from orders.services.transition import order_transition
from orders.states import OrderStatus


def order_undo(*, order: Order, reason: str) -> None:
    """Cancel a pending order and reopen the cart that it was placed from; the order keeps a copy of the cart.

    The caller holds the locks of the account and the order. The cart is locked before the stock, as when an order is
    placed.
    """
    order.cart = cart_reopen(cart=order.cart)
    order.save(update_fields=["cart", "updated_at"])
    order_transition(order_id=order.pk, to=OrderStatus.CANCELLED, reason=reason)
