"""Read the orders that a user may see, and what an order of a cart would cost."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from cart.selectors import CartContent
from orders.errors import OrderNotFound
from orders.models import Order, OrderLine
from orders.querysets import OrderQuerySet
from orders.states import FORWARD
from shipping.selectors import shipping_choice, shipping_quotes


def orders_visible_to(user: User) -> OrderQuerySet:
    """Select the orders that ``user`` may see.

    Staff with ``orders.view_order`` see every order; everybody else sees their own, except those that they have hidden.
    """
    if user.is_staff and user.has_perm("orders.view_order"):
        return Order.objects.all()
    return Order.objects.filter(user=user, hidden_at=None)


def orders_of(user: User | AnonymousUser) -> OrderQuerySet:
    """Select the orders that ``user`` placed and has not hidden; staff, too, get only their own."""
    return Order.objects.filter(user=user, hidden_at=None) if user.is_authenticated else Order.objects.none()


def order_details(orders: OrderQuerySet) -> OrderQuerySet:
    """Load ``orders`` with their lines and parcels, in two queries for any number of orders."""
    return orders.select_related("shipment__method").prefetch_related("lines")


def order_get(*, user: User, number: str) -> Order:
    """Return the order with this public number. Raise ``OrderNotFound`` when ``user`` sees no such order."""
    return _only(orders_visible_to(user).filter(number=number))


def order_get_by_id(*, user: User, order_id: int) -> Order:
    """Return the order with this id, for contracts that identify orders by integers.

    Raise ``OrderNotFound`` when ``user`` sees no such order.
    """
    return _only(orders_visible_to(user).filter(pk=order_id))


def order_by_number(number: str) -> Order:
    """Return the order with this number, of any customer. Raise ``OrderNotFound`` when there is none."""
    found = Order.objects.filter(number=number).first()
    if found is None:
        raise OrderNotFound
    return found


def _only(orders: OrderQuerySet) -> Order:
    found = order_details(orders).first()
    if found is None:
        raise OrderNotFound
    return found


def require_change(order: Order, *, user: User) -> None:
    """Raise ``OrderNotFound`` unless the order is the user's own, or the user has ``orders.change_order``."""
    if order.user_id != user.pk and not user.has_perm("orders.change_order"):
        raise OrderNotFound


def order_of_cart(*, user: User, cart_id: int) -> Order | None:
    """Return the order that the user's cart became, or ``None`` when it was not ordered."""
    return Order.objects.filter(user=user, cart=cart_id).first()


def products_bought(*, user_id: int, **lines: int) -> list[int]:
    """List the ids of the products in the user's confirmed orders; a status after ``confirmed`` counts, too.

    ``lines`` filters the order lines, such as ``order=1`` or ``product=1``.
    """
    bought = OrderLine.objects.filter(order__user=user_id, order__status__in=FORWARD[1:], **lines)
    return list(bought.values_list("product", flat=True))


def cart_total(content: CartContent, *, shipping_method: str = "") -> Decimal:
    """Return what an order of this cart would cost with its shipping, in the cart's currency.

    ``shipping_method`` is a code; empty for the shop's first method. Unlike ``order_quote``, this accepts an empty cart
    and a cart with variants that are no longer for sale. Raise ``ShippingMethodUnknown`` when no method has that code.
    """
    quotes = shipping_quotes(subtotal=content.total, currency=content.currency)
    quote = shipping_choice(quotes, code=shipping_method)
    return content.total + quote.price if quote and content.items else content.total
