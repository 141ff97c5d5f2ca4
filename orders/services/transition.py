"""The one place that changes an order's status."""

import logging
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inventory.errors import OutOfStock
from inventory.services import stock_commit, stock_release, stock_reserve, stock_restock
from orders.errors import CancelRefused, HideRefused, PaymentNeeded, ReasonNeeded, TransitionRefused
from orders.models import Order, OrderStatusChange
from orders.signals import order_status_changed
from orders.states import OrderStatus, PaymentStatus, steps
from shipping.models import ShipmentStatus
from shipping.services import shipment_advance
from utils.events import publish

logger = logging.getLogger(__name__)

_ON_ITS_WAY = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED})
_SHIPMENT_STATUS = {
    OrderStatus.SHIPPED: ShipmentStatus.SHIPPED,
    OrderStatus.DELIVERED: ShipmentStatus.DELIVERED,
    OrderStatus.CANCELLED: ShipmentStatus.CANCELLED,
}


def order_transition(*, order_id: int, to: str, actor: User | None = None, reason: str = "") -> Order:
    """Move an order to ``to`` (an ``OrderStatus``), recording each step between.

    Each step also does what it means for stock and parcel. The same status again changes nothing. Raises
    ``TransitionRefused`` for a step back or out of a final status, and what ``require_money`` raises.
    """
    with transaction.atomic():
        order = Order.objects.locked().get(pk=order_id)
        try:
            path = steps(OrderStatus(order.status), OrderStatus(to))
        except ValueError as error:
            raise TransitionRefused(current=order.status, target=to) from error
        if path and to != OrderStatus.CANCELLED:
            require_money(order, actor=actor, reason=reason)
        for step in path:
            _take(order, step, actor, reason)
        return order


def require_money(order: Order, *, actor: User | None, reason: str) -> None:
    """Refuse to move on an order whose money is missing, unless ``actor`` may do that and says why.

    Raises ``PaymentNeeded`` or ``ReasonNeeded``.
    """
    if not order.lacks_money:
        return
    if actor is None or not actor.has_perm("orders.move_unpaid_order"):
        raise PaymentNeeded
    if not reason.strip():
        raise ReasonNeeded


def order_confirm_if_paid(*, order_id: int) -> Order:
    """Confirm a pending order that was paid in full; any other is left as it is, so hearing it twice is harmless.

    Also when money was given back before this was heard: the order of the news must not decide what becomes of it.
    """
    with transaction.atomic():
        order = Order.objects.locked().get(pk=order_id)
        if order.captured_total >= order.total and order.status == OrderStatus.PENDING:
            _take(order, OrderStatus.CONFIRMED, None, "Paid")
        return order


def _take(order: Order, step: OrderStatus, actor: User | None, reason: str) -> None:
    old = order.status
    order.status, order.network = step, ""
    order.save(update_fields=["status", "network", "updated_at"])
    OrderStatusChange.objects.create(order=order, old_status=old, new_status=step, actor=actor, reason=reason)
    publish(order_status_changed, order_id=order.pk, user_id=order.user_id, old=old, new=step.value)
    if step in _SHIPMENT_STATUS:
        shipment_advance(shipment_id=order.shipment_id, status=_SHIPMENT_STATUS[step])
    if step == OrderStatus.CONFIRMED:
        stock_commit(reference=order.stock_reference)
    elif step == OrderStatus.CANCELLED:
        # A pending order only holds its pieces; a confirmed one has taken them.
        stock_release(reference=order.stock_reference)
        stock_restock(reference=order.stock_reference)


def order_reopen(*, order: Order, reason: str) -> bool:
    """Confirm a cancelled order after all, because money came for it; whether its stock could be taken again.

    The caller holds the order's lock. The only way back from ``cancelled``, and open to nobody but received money; an
    order that somebody cancelled, or put out of sight, on purpose stays so.
    """
    if order.hidden_at or order.history.filter(new_status=OrderStatus.CANCELLED, actor__isnull=False).exists():
        return False
    lines = order.lines.select_related("variant").filter(variant__track_inventory=True)
    pieces: Counter[int] = Counter()
    for line in lines:
        pieces[line.variant_id] += line.quantity
    order.reopenings += 1
    try:
        with transaction.atomic():
            stock_reserve(reference=order.stock_reference, quantities=pieces)
    except OutOfStock:
        order.reopenings -= 1
        return False
    order.save(update_fields=["reopenings"])
    shipment_advance(shipment_id=order.shipment_id, status=ShipmentStatus.PENDING)
    _take(order, OrderStatus.CONFIRMED, None, reason)
    return True


def order_cancel_by_customer(*, order: Order, user: User) -> Order:
    """Cancel on the customer's wish, while it is pending and unpaid. Raises ``CancelRefused``."""
    with transaction.atomic():
        locked = Order.objects.locked().get(pk=order.pk)
        if locked.status == OrderStatus.CANCELLED:
            return locked
        if locked.status != OrderStatus.PENDING or locked.payment_status != PaymentStatus.UNPAID:
            raise CancelRefused
        return order_transition(
            order_id=locked.pk, to=OrderStatus.CANCELLED, actor=user, reason="Cancelled by the customer"
        )


def order_hide(*, order: Order, actor: User) -> None:
    """Cancel an order that is neither paid nor sent, and take it out of its customer's sight.

    Nothing is deleted: the books keep it, and staff see it. Raises ``HideRefused``.
    """
    with transaction.atomic():
        locked = Order.objects.locked().get(pk=order.pk)
        if locked.payment_status != PaymentStatus.UNPAID or locked.status in _ON_ITS_WAY:
            raise HideRefused
        if locked.status != OrderStatus.CANCELLED:
            order_transition(order_id=locked.pk, to=OrderStatus.CANCELLED, actor=actor, reason="Deleted")
        Order.objects.filter(pk=locked.pk, hidden_at=None).update(hidden_at=timezone.now())


def orders_expire(*, now: datetime) -> int:
    """Cancel the orders that are still unpaid past ``expires_at``; how many. Each in a transaction of its own."""
    due = Order.objects.expired(now=now).order_by("expires_at").values_list("pk", flat=True)
    return sum(_expire(pk, now) for pk in list(due))


def _expire(order_id: int, now: datetime) -> bool:
    """An order that can't be cancelled must not keep the others from it."""
    try:
        with transaction.atomic():
            if Order.objects.locked().filter(pk=order_id).expired(now=now).first() is None:
                return False
            order_transition(order_id=order_id, to=OrderStatus.CANCELLED, reason="Not paid in time")
            return True
    except Exception:
        logger.exception("Order %s has expired but could not be cancelled.", order_id)
        return False
