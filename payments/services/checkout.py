"""Writes: check out, undo a checkout, and record money that staff see arriving."""

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import account_lock
from cart.services import cart_lock
from orders.models import Order
from orders.requests import OrderRequest
from orders.selectors import order_of_cart
from orders.services import order_confirm_if_paid, order_extend_expiry, order_place, order_undo, require_currency
from orders.states import OrderStatus, PaymentStatus
from payments.errors import PaymentClosed
from payments.gateways import has_gateway
from payments.models import Payment
from payments.requests import PaymentRequest
from payments.selectors import cart_of_lost_start
from payments.services.locks import lock_payment
from payments.services.settle import capture, give_up_open
from payments.services.start import held_until, payment_open, payment_start, require_payable
from payments.states import PAID_LATER, PaymentMethod, PaymentState
from utils.errors import DomainError
from utils.idempotency import Answer, RequestKey, answer_once, forget
from utils.transactions import whole_transaction
from utils.trips import insert


def checkout(*, user: User | None, method: PaymentMethod, order: OrderRequest) -> tuple[Payment, bool]:
    """Place an order of ``user`` and open its payment, both or neither. A guest has no ``user``.

    Return the payment, and whether the order is new: for a named cart that was ordered before, the payment of that
    order is returned. An order that costs nothing is paid at once. Raise ``GatewayNotOffered`` when the shop does not
    offer the method, and ``NotPayable`` when the method does not take the amount. Also raise the errors of
    ``orders.services.order_place``.
    """
    with whole_transaction():
        if user is not None:
            account_lock(user=user)
        if order.cart_id is not None:
            cart_lock(user=user, cart_id=order.cart_id)
            if (known := order_of_cart(user=user, cart_id=order.cart_id)) is not None:
                require_currency(known.currency, expected=order.expected_currency)
                return known.payments.latest("id"), False
        payment = Payment(method=method)

        def open_payment(placed: Order) -> Callable[[], None]:
            payment.order, payment.amount, payment.currency = placed, placed.total, placed.currency
            return insert(payment)

        placed = order_place(
            user=user,
            request=order,
            open_payment=open_payment,
            expires_at=held_until(method, user=user, placed_at=timezone.now()),
            is_paid_later=method in PAID_LATER,
        )
        if placed.total == 0:
            payment = payment_confirm(payment_id=payment.pk)
            # Called here too, not by the job alone, so that this answer shows the same state as the next one.
            payment.order = order_confirm_if_paid(order_id=placed.pk)
        else:
            require_payable(method, amount=placed.total, currency=placed.currency)
    return payment, True


def checkout_and_start(
    *,
    user: User,
    method: PaymentMethod,
    order: OrderRequest,
    payment: PaymentRequest | None = None,
    request_key: RequestKey | None = None,
) -> Payment:
    """Place an order as ``checkout`` does, start its payment at the gateway, and return the payment.

    Call it outside of any transaction. A payment that staff confirm, or whose amount is zero, is returned without
    asking a gateway.

    The order is placed only once. A repeated request, known by its ``request_key``, and a request for a cart that was
    ordered before continue with the payment of that order. They open a new attempt if the payment failed, or is open by
    another method. A request for the open cart is taken as a repetition too when that cart became an order whose
    payment did not start and the user has put nothing into a new cart since.

    Raise the errors of ``checkout`` and ``payment_start``. Before that, an order placed by this call is cancelled,
    unless the gateway may have taken the payment. After ``GatewayUncertain`` the order therefore waits until the
    reconciler, a job, has found out.
    """
    asked = payment or PaymentRequest()
    phone = asked.phone or asked.buyer.phone or order.phone or order.address.phone
    asked.require_possible(method, phone=phone)
    if order.items is None and order.cart_id is None:
        order = replace(order, cart_id=cart_of_lost_start(user=user, method=method))
    opened, is_new = _checkout_once(request_key, user=user, method=method, order=order)
    if opened.state == PaymentState.FAILED or (opened.is_open and opened.method != method):
        opened = payment_open(user=user, order_id=opened.order_id, method=method)
    if not has_gateway(method) or opened.amount == 0:
        return opened
    try:
        return payment_start(payment_id=opened.pk, request=asked)
    except DomainError:
        if is_new:
            checkout_undo(payment_id=opened.pk, request_key=request_key)
        raise


def _checkout_once(
    request_key: RequestKey | None, *, user: User, method: PaymentMethod, order: OrderRequest
) -> tuple[Payment, bool]:
    """Check out, or return the payment of the order that the same request placed before."""
    if request_key is None:
        return checkout(user=user, method=method, order=order)
    placed: list[tuple[Payment, bool]] = []

    def produce() -> Answer:
        placed.append(checkout(user=user, method=method, order=order))
        return Answer(status=201, body={"order": placed[0][0].order_id})

    answer = answer_once(request_key, produce)
    return placed[0] if placed else (Payment.objects.filter(order=answer.body["order"]).latest("id"), False)


def checkout_undo(*, payment_id: int, request_key: RequestKey | None = None) -> bool:
    """Cancel an order if it is certain that no gateway took a payment for it; return whether it was cancelled.

    Its stock becomes free and its cart is open again. Nothing changes if anything was paid or may have been: only
    payments that failed, or were never handed to a gateway, are certain. Money that still comes is treated like money
    for any cancelled order. ``request_key`` names the request that placed the order; the same request may then place it
    again. The account is locked first, as erasing an account does. A guest has no account, and no request undoes a
    guest's order; it would keep its cart. Raise ``PaymentNotFound`` when there is no such payment.
    """
    with transaction.atomic():
        if (buyer := User.objects.filter(orders__payments=payment_id).first()) is not None:
            account_lock(user=buyer)
        order, _ = lock_payment(payment_id)
        is_undecided = order.payments.exclude(state__in=[PaymentState.PENDING, PaymentState.FAILED]).exists()
        if order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID or is_undecided:
            return False
        give_up_open(order)
        order_undo(order=order, reason="The gateway did not take the payment")
        if request_key is not None:
            forget(request_key)
        return True


def payment_confirm(*, payment_id: int, actor: User | None = None, reference: str = "") -> Payment:
    """Record that the payment's money has arrived. A second call changes nothing.

    The order's row is locked first, as a cancellation does, so that only one of the two succeeds. ``actor`` is the
    staff member who confirms, ``reference`` names the transfer. Raise ``PaymentNotFound``, or ``PaymentClosed`` when
    the order was cancelled or a gateway has to confirm the payment.
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


def orders_keep(*, user_id: int) -> None:
    """Remove the expiry time of a customer's pending cash-on-delivery orders.

    Called when the customer has verified the e-mail address.
    """
    with transaction.atomic():
        waiting = Order.objects.locked().filter(user=user_id, status=OrderStatus.PENDING, is_paid_later=True)
        for order in waiting.exclude(expires_at=None):
            if order.payments.latest("id").method == PaymentMethod.CASH_ON_DELIVERY:
                order_extend_expiry(order=order, until=None)


def payments_cancel(*, order_id: int) -> None:
    """Cancel the open payments of a cancelled order, under the lock of the order."""
    with transaction.atomic():
        give_up_open(Order.objects.locked().get(pk=order_id))
