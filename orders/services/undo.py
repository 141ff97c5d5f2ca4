"""Taking back an order that came to nothing."""

from cart.services import cart_reopen
from orders.models import Order
from orders.services.transition import order_transition
from orders.states import OrderStatus


def order_undo(*, order: Order, reason: str) -> None:
    """Cancel a pending order and open the cart that it was placed from; the order keeps a copy of that.

    The caller holds the account and the order. The cart comes before the stock, as where an order is placed.
    """
    order.cart = cart_reopen(cart=order.cart)
    order.save(update_fields=["cart", "updated_at"])
    order_transition(order_id=order.pk, to=OrderStatus.CANCELLED, reason=reason)
