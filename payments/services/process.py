"""Writes: change an order's status or record its money, for its customer or for staff."""

from django.db import transaction

from accounts.models import User
from orders.models import Order
from orders.selectors import order_get_by_id, require_change
from orders.services import order_cancel_by_customer, order_transition
from orders.states import OrderStatus
from payments.errors import PaymentClosed
from payments.gateways import has_gateway
from payments.services.checkout import payment_confirm
from payments.states import OPEN
from utils.errors import Denied


def order_process(*, user: User, order_id: int, status: str = "", is_paid: bool = False) -> None:
    """Change an order's status, record that its money has arrived, or do both in one transaction.

    Staff with ``orders.change_order`` move any order to ``status``; its customer may only cancel it, while it is
    pending and unpaid. Staff with ``payments.change_payment`` record money, unless a gateway has to confirm it. Raise
    ``OrderNotFound`` when ``user`` sees no such order, ``Denied`` when the user may not do this, ``PaymentClosed`` when
    no payment waits for staff, ``TransitionRefused`` when the order can't get that status, and ``CancelRefused`` when
    the customer can't cancel the order any more.
    """
    order = order_get_by_id(user=user, order_id=order_id)
    if status:
        require_change(order, user=user)
    with transaction.atomic():
        if is_paid:
            _confirm(order, user)
        if status:
            _move(order, user, status)


def _confirm(order: Order, user: User) -> None:
    if not (user.is_staff and user.has_perm("payments.change_payment")):
        raise Denied("Only staff can mark an order as paid.")
    if order.is_paid:
        return
    still_open = order.payments.filter(state__in=OPEN)
    by_hand = [payment for payment in still_open if not has_gateway(payment.method)]
    if not by_hand:
        raise PaymentClosed
    payment_confirm(payment_id=by_hand[0].pk, actor=user)


def _move(order: Order, user: User, status: str) -> None:
    if user.is_staff and user.has_perm("orders.change_order"):
        order_transition(order_id=order.pk, to=status, actor=user)
    elif status == OrderStatus.CANCELLED:
        order_cancel_by_customer(order=order, user=user)
    else:
        raise Denied("Customers can only cancel their order.")
