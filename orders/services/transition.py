"""Change an order's status. No other module does this."""

import logging
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from inventory.errors import OutOfStock
from inventory.services import stock_commit, stock_release, stock_reserve, stock_restock
from orders.errors import (
    CancelRefused,
    HideRefused,
    OrderNotFound,
    PaymentNeeded,
    PromotionUsedUp,
    ReasonNeeded,
    TransitionRefused,
)
from orders.models import Order, OrderStatusChange
from orders.services.promotions import promotions_release, promotions_use_again
from orders.signals import order_status_changed, subject_of
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


def order_transition(
    *, order_id: int, to: str, actor: User | None = None, by_guest: bool = False, reason: str = ""
) -> Order:
    """Move an order to the status ``to`` (an ``OrderStatus``), and record each status that it passes on the way.

    ``actor`` is the user who does so, ``by_guest`` tells that the guest does who has the order's token.

    Each step also changes the stock and the parcel. An order that already has the status stays unchanged. Raise
    ``TransitionRefused`` for a step back or out of a final status. For an order that lacks money, raise
    ``PaymentNeeded`` when ``actor`` may not move unpaid orders, and ``ReasonNeeded`` when ``reason`` is empty. Return
    the order.
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
            _take(order, step, actor, reason, by_guest)
        return order


def require_money(order: Order, *, actor: User | None, reason: str) -> None:
    """Refuse to move on an order that lacks money, unless ``actor`` may move unpaid orders and gives a reason.

    Raise ``PaymentNeeded`` without the permission ``orders.move_unpaid_order``, and ``ReasonNeeded`` without a reason.
    """
    if not order.lacks_money:
        return
    if actor is None or not actor.has_perm("orders.move_unpaid_order"):
        raise PaymentNeeded
    if not reason.strip():
        raise ReasonNeeded


def order_confirm_if_paid(*, order_id: int) -> Order:
    """Confirm a pending order that was paid in full; leave any other as it is, so a second call is harmless.

    Captured money counts even if some was refunded before this call: the sequence in which results arrive must not
    decide whether an order is confirmed.
    """
    with transaction.atomic():
        order = Order.objects.locked().get(pk=order_id)
        if order.captured_total >= order.total and order.status == OrderStatus.PENDING:
            _take(order, OrderStatus.CONFIRMED, None, "Paid")
        return order


def _take(order: Order, step: OrderStatus, actor: User | None, reason: str, by_guest: bool = False) -> None:
    old = order.status
    order.status, order.network = step, ""
    order.save(update_fields=["status", "network", "updated_at"])
    OrderStatusChange.objects.create(
        order=order, old_status=old, new_status=step, actor=actor, by_guest=by_guest, reason=reason
    )
    about = subject_of(order.pk, order.user_id)
    publish(order_status_changed, about=about, order_id=order.pk, user_id=order.user_id, old=old, new=step.value)
    if step in _SHIPMENT_STATUS:
        shipment_advance(shipment_id=order.shipment_id, status=_SHIPMENT_STATUS[step])
    if step == OrderStatus.CONFIRMED:
        stock_commit(reference=order.stock_reference)
    elif step == OrderStatus.CANCELLED:
        # A pending order has reservations; a confirmed one has taken its pieces. So only one of these has an effect.
        promotions_release(order)
        stock_release(reference=order.stock_reference)
        stock_restock(reference=order.stock_reference)


def order_reopen(*, order: Order, reason: str) -> bool:
    """Confirm a cancelled order because money came for it. Return whether it was confirmed.

    It stays cancelled when its stock can't be reserved again, when other orders have used its promotions up, when a
    person cancelled it, or when its customer hid it. Nothing else changes the status ``cancelled``, and only received
    money is a reason to do so. The caller holds the order's lock.
    """
    by_person = Q(actor__isnull=False) | Q(by_guest=True)
    if order.hidden_at or order.history.filter(by_person, new_status=OrderStatus.CANCELLED).exists():
        return False
    lines = order.lines.select_related("variant").filter(variant__track_inventory=True)
    pieces: Counter[int] = Counter()
    for line in lines:
        pieces[line.variant_id] += line.quantity
    order.reopenings += 1
    try:
        with transaction.atomic():
            promotions_use_again(order)
            stock_reserve(reference=order.stock_reference, quantities=pieces)
    except (OutOfStock, PromotionUsedUp):
        order.reopenings -= 1
        return False
    order.save(update_fields=["reopenings"])
    shipment_advance(shipment_id=order.shipment_id, status=ShipmentStatus.PENDING)
    _take(order, OrderStatus.CONFIRMED, None, reason)
    return True


def order_cancel_by_customer(*, order: Order, user: User | None) -> Order:
    """Cancel an order for its customer. An order that is already cancelled stays as it is.

    Without ``user``, the guest cancels it who has its token. Raise ``CancelRefused`` unless the order is cancelled
    already, or is both pending and unpaid, and ``OrderNotFound`` when a guest's order was claimed meanwhile.
    """
    with transaction.atomic():
        locked = Order.objects.locked().get(pk=order.pk)
        if user is None and locked.user_id is not None:
            raise OrderNotFound
        if locked.status == OrderStatus.CANCELLED:
            return locked
        if locked.status != OrderStatus.PENDING or locked.payment_status != PaymentStatus.UNPAID:
            raise CancelRefused
        return order_transition(
            order_id=locked.pk,
            to=OrderStatus.CANCELLED,
            actor=user,
            by_guest=user is None,
            reason="Cancelled by the customer",
        )


def order_hide(*, order: Order, actor: User) -> None:
    """Cancel an order that is neither paid nor sent, and hide it from its customer.

    Nothing is deleted: accounting needs the order, and staff still see it. Raise ``HideRefused`` when it was paid or
    sent.
    """
    with transaction.atomic():
        locked = Order.objects.locked().get(pk=order.pk)
        if locked.payment_status != PaymentStatus.UNPAID or locked.status in _ON_ITS_WAY:
            raise HideRefused
        if locked.status != OrderStatus.CANCELLED:
            order_transition(order_id=locked.pk, to=OrderStatus.CANCELLED, actor=actor, reason="Deleted")
        Order.objects.filter(pk=locked.pk, hidden_at=None).update(hidden_at=timezone.now())


def orders_expire(*, now: datetime) -> int:
    """Cancel the unpaid orders whose ``expires_at`` is before ``now`` (UTC). Return how many were cancelled.

    Each order is cancelled in its own transaction.
    """
    due = Order.objects.expired(now=now).order_by("expires_at").values_list("pk", flat=True)
    return sum(_expire(pk, now) for pk in list(due))


def _expire(order_id: int, now: datetime) -> bool:
    """Cancel one expired order; log a failure, so that it doesn't stop the cancelling of the others."""
    try:
        with transaction.atomic():
            if Order.objects.locked().filter(pk=order_id).expired(now=now).first() is None:
                return False
            order_transition(order_id=order_id, to=OrderStatus.CANCELLED, reason="Not paid in time")
            return True
    except Exception:
        logger.exception("Order %s has expired but could not be cancelled.", order_id)
        return False
