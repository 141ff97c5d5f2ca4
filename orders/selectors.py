"""Read the orders that a user may see, and promotions."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from orders.errors import OrderNotFound, PromotionNotFound
from orders.models import Order, OrderLine, Promotion, PromotionCode, PromotionUse
from orders.querysets import OrderQuerySet
from orders.states import FORWARD


def orders_visible_to(user: User | AnonymousUser) -> OrderQuerySet:
    """Select the orders that ``user`` may see.

    Staff with ``orders.view_order`` see every order; everybody else sees their own, except those that they have hidden.
    A guest sees none: a guest's order is opened by its token (``orders.services.order_open``).
    """
    if user.is_staff and user.has_perm("orders.view_order"):
        return Order.objects.all()
    return orders_of(user)


def orders_of(user: User | AnonymousUser) -> OrderQuerySet:
    """Select the orders that ``user`` placed and has not hidden; staff, too, get only their own."""
    return Order.objects.filter(user=user, hidden_at=None) if user.is_authenticated else Order.objects.none()


def order_details(orders: OrderQuerySet) -> OrderQuerySet:
    """Load ``orders`` with their lines and parcels, in two queries for any number of orders.

    The steps of their prices are left out.
    """
    return orders.select_related("shipment__method").prefetch_related("lines").defer("steps")


def order_get(*, user: User | AnonymousUser, number: str, opened: Order | None = None) -> Order:
    """Return the order with this public number.

    ``opened`` is the guest's order whose token the caller has sent. Raise ``OrderNotFound`` when it is another one and
    ``user`` sees no such order.
    """
    if opened is not None and opened.number == number:
        return _only(Order.objects.filter(pk=opened.pk))
    return _only(orders_visible_to(user).filter(number=number))


def order_get_by_id(*, user: User, order_id: int) -> Order:
    """Return the order with this id, for contracts that identify orders by integers and know no guests' orders.

    Raise ``OrderNotFound`` when ``user`` sees no such order, or it is a guest's.
    """
    return _only(orders_visible_to(user).filter(pk=order_id).exclude(user=None))


def guest_order(number: str) -> Order:
    """Return the guest's order with this number. Raise ``OrderNotFound`` when there is none, or it was claimed."""
    found = Order.objects.filter(number=number, user=None, token_version__gt=0).first()
    if found is None:
        raise OrderNotFound
    return found


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
    is_own = order.user_id is not None and order.user_id == user.pk
    if not is_own and not user.has_perm("orders.change_order"):
        raise OrderNotFound


def order_of_cart(*, user: User | None, cart_id: int) -> Order | None:
    """Return the order that a cart of ``user``, or of a guest, became; ``None`` when it was not ordered.

    A guest's order that was claimed since is not returned either.
    """
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
