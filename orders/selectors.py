"""Reads: whose orders a caller sees, and what a cart would cost as one."""

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
    """Staff with ``orders.view_order`` see every order, everybody else their own that they have not hidden."""
    if user.is_staff and user.has_perm("orders.view_order"):
        return Order.objects.all()
    return Order.objects.filter(user=user, hidden_at=None)


def orders_of(user: User | AnonymousUser) -> OrderQuerySet:
    """The orders that ``user`` placed and has not hidden, also when staff ask."""
    return Order.objects.filter(user=user, hidden_at=None) if user.is_authenticated else Order.objects.none()


def order_details(orders: OrderQuerySet) -> OrderQuerySet:
    """``orders`` with lines and parcel: two statements for any number of rows."""
    return orders.select_related("shipment__method").prefetch_related("lines")


def order_get(*, user: User, number: str) -> Order:
    """The order with this public number. Raises ``OrderNotFound``, also for somebody else's."""
    return _only(orders_visible_to(user).filter(number=number))


def order_get_by_id(*, user: User, order_id: int) -> Order:
    """``order_get`` for the contracts, whose documents show integers."""
    return _only(orders_visible_to(user).filter(pk=order_id))


def order_by_number(number: str) -> Order:
    """The order with this number, whosever it is. Raises ``OrderNotFound``."""
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
    """Raises ``OrderNotFound`` unless it is one's own or ``user`` is staff with ``orders.change_order``."""
    if order.user_id != user.pk and not user.has_perm("orders.change_order"):
        raise OrderNotFound


def order_of_cart(*, user: User, cart_id: int) -> Order | None:
    """The order that the user's cart became, if it did."""
    return Order.objects.filter(user=user, cart=cart_id).first()


def products_bought(*, user_id: int, **lines: int) -> list[int]:
    """List the products that ``user_id`` ordered and that were confirmed; ``lines``: only of this order or product."""
    bought = OrderLine.objects.filter(order__user=user_id, order__status__in=FORWARD[1:], **lines)
    return list(bought.values_list("product", flat=True))


def cart_total(content: CartContent, *, shipping_method: str = "") -> Decimal:
    """Tell what an order of this cart would cost, sent in the way with this code. Raises ``ShippingMethodUnknown``.

    Unlike ``order_quote`` it takes a cart that is empty, or holds what is not for sale any more.
    """
    quotes = shipping_quotes(subtotal=content.total, currency=content.currency)
    way = shipping_choice(quotes, code=shipping_method)
    return content.total + way.price if way and content.items else content.total
