"""Read the orders that a user may see, and promotions."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from orders.errors import OrderNotFound, PromotionNotFound
from orders.models import Order, OrderLine, Promotion, PromotionCode, PromotionUse
from orders.querysets import OrderQuerySet
from orders.states import FORWARD


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
    """Load ``orders`` with their lines and parcels, in two queries for any number of orders.

    The steps of their prices are left out.
    """
    return orders.select_related("shipment__method").prefetch_related("lines").defer("steps")


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


def promotions() -> QuerySet[Promotion]:
    """Select all promotions with the items that they name."""
    return Promotion.objects.prefetch_related("items")


def promotion_get(promotion_id: int) -> Promotion:
    """Return the promotion with this id. Raise ``PromotionNotFound`` when there is none."""
    found = promotions().filter(pk=promotion_id).first()
    if found is None:
        raise PromotionNotFound
    return found


def promotion_codes(promotion: Promotion) -> QuerySet[PromotionCode]:
    """Select the codes of a promotion, with ``is_used``: whether an order holds the code."""
    held = PromotionUse.objects.filter(code=OuterRef("pk"), released_at=None)
    return PromotionCode.objects.filter(promotion=promotion).annotate(is_used=Exists(held))
