"""Writes: checking out and receiving money."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.audit import update_audited
from accounts.models import User
from cart.services import cart_hold
from orders.models import Order
from orders.selectors import order_of_cart
from orders.services import order_place, order_record_captured
from orders.states import OrderStatus
from payments.errors import PaymentClosed, PaymentNotFound
from payments.models import Payment
from payments.signals import payment_captured
from payments.states import PaymentMethod, PaymentState
from utils.events import publish

# How long stock is held for money that has yet to come; cash on delivery comes with the courier, whenever that is.
_HELD_FOR = {PaymentMethod.MANUAL: timedelta(days=7)}


def checkout(*, user: User, method: PaymentMethod, cart_id: int | None = None, **order: Any) -> tuple[Payment, bool]:
    """Place an order from the open cart of ``user`` and open its payment, both or neither.

    Answers the payment and whether the order is new: a cart that is named by ``cart_id`` and was ordered before answers
    its order. ``order``: what ``orders.services.order_place`` takes; its refusals are raised here too. An order that
    costs nothing is paid at once.
    """
    held_for = _HELD_FOR.get(method)
    with transaction.atomic():
        if cart_id is not None:
            cart_hold(user=user, cart_id=cart_id)
            if (known := order_of_cart(user=user, cart_id=cart_id)) is not None:
                return known.payments.latest("id"), False
        placed = order_place(
            user=user, cart_id=cart_id, expires_at=timezone.now() + held_for if held_for else None, **order
        )
        payment = Payment.objects.create(order=placed, method=method, amount=placed.total, currency=placed.currency)
        if placed.total == 0:
            payment_confirm(payment_id=payment.pk)
    return payment, True


def payment_confirm(*, payment_id: int, actor: User | None = None, reference: str = "") -> Payment:
    """Note that the money is there. Again is a no-op.

    The order's row is locked first, as its cancellation does, so that the two can't pass each other. Raises
    ``PaymentNotFound``, or ``PaymentClosed`` when the order was cancelled.
    """
    with transaction.atomic():
        order = Order.objects.locked().filter(payments=payment_id).first()
        if order is None:
            raise PaymentNotFound
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        if payment.state == PaymentState.CAPTURED:
            return payment
        if payment.state == PaymentState.CANCELLED or order.status == OrderStatus.CANCELLED:
            raise PaymentClosed
        payment.state = PaymentState.CAPTURED
        payment.captured_at = timezone.now()
        payment.confirmed_by = actor
        payment.reference = reference
        payment.save(update_fields=["state", "captured_at", "confirmed_by", "reference"])
        received = Payment.objects.filter(order=order, state=PaymentState.CAPTURED).aggregate(total=Sum("amount"))
        order_record_captured(order=order, captured_total=received["total"])
        publish(payment_captured, payment_id=payment.pk, order_id=order.pk)
        return payment


def payments_cancel(*, order_id: int) -> None:
    """Give up what is still to be paid for a cancelled order. The order is locked first, as everywhere."""
    with transaction.atomic():
        Order.objects.locked().get(pk=order_id)
        pending = Payment.objects.filter(order=order_id, state=PaymentState.PENDING)
        update_audited(pending, state=PaymentState.CANCELLED)
