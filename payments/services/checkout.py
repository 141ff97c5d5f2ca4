"""Writes: checking out, and money that staff see arriving."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cart.services import cart_hold
from orders.models import Order
from orders.selectors import order_of_cart
from orders.services import order_place
from orders.states import OrderStatus
from payments.errors import PaymentClosed
from payments.gateways import has_gateway
from payments.models import Payment
from payments.services.settle import capture, give_up_open, lock_payment
from payments.services.start import held_for, require_payable
from payments.states import PaymentMethod, PaymentState


def checkout(*, user: User, method: PaymentMethod, cart_id: int | None = None, **order: Any) -> tuple[Payment, bool]:
    """Place an order from the open cart of ``user`` and open its payment, both or neither.

    Answers the payment and whether the order is new: a cart that is named by ``cart_id`` and was ordered before answers
    its order. ``order``: what ``orders.services.order_place`` takes; its refusals are raised here too, and
    ``GatewayNotOffered`` or ``NotPayable``. An order that costs nothing is paid at once.
    """
    with transaction.atomic():
        if cart_id is not None:
            cart_hold(user=user, cart_id=cart_id)
            if (known := order_of_cart(user=user, cart_id=cart_id)) is not None:
                return known.payments.latest("id"), False
        held = held_for(method)
        placed = order_place(user=user, cart_id=cart_id, expires_at=timezone.now() + held if held else None, **order)
        payment = Payment.objects.create(order=placed, method=method, amount=placed.total, currency=placed.currency)
        if placed.total == 0:
            payment_confirm(payment_id=payment.pk)
        else:
            require_payable(method, amount=placed.total, currency=placed.currency)
    return payment, True


def payment_confirm(*, payment_id: int, actor: User | None = None, reference: str = "") -> Payment:
    """Note that the money is there. Again is a no-op.

    The order's row is locked first, as its cancellation does, so that the two can't pass each other. Raises
    ``PaymentNotFound``, or ``PaymentClosed`` when the order was cancelled or a gateway has to say it.
    """
    with transaction.atomic():
        order, payment = lock_payment(payment_id)
        if payment.state == PaymentState.CAPTURED:
            return payment
        by_gateway = actor is not None and has_gateway(payment.method)
        if not payment.is_open or order.status == OrderStatus.CANCELLED or by_gateway:
            raise PaymentClosed
        capture(order=order, payment=payment, actor=actor, reference=reference)
        return payment


def payments_cancel(*, order_id: int) -> None:
    """Give up what is still to be paid for a cancelled order. The order is locked first, as everywhere."""
    with transaction.atomic():
        give_up_open(Order.objects.locked().get(pk=order_id))
