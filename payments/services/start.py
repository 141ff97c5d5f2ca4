"""Writes: opening an attempt to pay, and handing it to its gateway.

The gateway is called between two transactions. The first notes that it is about to be called, with the outcome unknown;
whatever happens then, a crash included, the reconciler asks what became of it.
"""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import account_hold
from orders.errors import OrderNotFound
from orders.models import Order
from orders.services import order_hold, order_note_method
from orders.states import OrderStatus, PaymentStatus
from payments.errors import (
    GatewayUnavailable,
    GatewayUncertain,
    NotPayable,
    PaymentClosed,
    PaymentRefused,
    PaymentUncertain,
    PromptUnanswered,
    StartedOtherwise,
)
from payments.gateways import Gateway, gateway, has_gateway
from payments.gateways.base import (
    GatewayDown,
    GatewayFailure,
    GatewayMisconfigured,
    GatewayRefused,
    OutcomeUnknown,
    PromptOpen,
    Started,
)
from payments.models import MAX_NAME, MAX_URL, Payment
from payments.requests import PaymentRequest
from payments.services.alerts import tell_misconfigured
from payments.services.locks import lock_payment
from payments.services.prompts import prompt_count
from payments.services.settle import TRANSFER_TAKES, give_up_open
from payments.services.tokens import hashed
from payments.states import OPEN, PAID_LATER, PaymentMethod, PaymentState
from utils.errors import DomainError
from utils.failpoints import reached
from utils.limits import TooManyRequests

_FIRST_CHECK = timedelta(seconds=30)
# A start that has noted no answer by then never will: its process died.
_ANSWERED_WITHIN = timedelta(seconds=30)
# How long the buyer has on a gateway's page, and the order beyond that: a page that is just closing may still collect.
PAGE_OPEN_FOR = timedelta(minutes=31)
_GRACE = timedelta(minutes=10)
_PROOF_TAKES = timedelta(hours=24)
_HELD_AT_MOST = timedelta(hours=24)


def held_until(method: str, *, user: User, placed_at: datetime) -> datetime | None:
    """Tell until when the stock of an order of ``user`` waits for its money; ``None``: until the courier brings it.

    It counts from ``placed_at``, so that opening payments again and again holds nothing longer. A courier's order of a
    customer whose mailbox is not proven waits for that proof, or for staff to confirm it, for ``_PROOF_TAKES``.
    """
    if has_gateway(method):
        return min(timezone.now() + timedelta(minutes=settings.RESERVATION_MINUTES), placed_at + _HELD_AT_MOST)
    if method == PaymentMethod.MANUAL:
        return placed_at + TRANSFER_TAKES
    return None if user.is_email_verified or user.is_staff else placed_at + _PROOF_TAKES


def payment_open(*, user: User, order_id: int, method: str) -> Payment:
    """Another attempt to pay an order of ``user``, such as with another method; earlier ones are given up.

    Staff with ``payments.change_payment`` open one for money that came some other way. Raises ``OrderNotFound``,
    ``PaymentClosed`` when there is nothing to pay, ``GatewayNotOffered`` or ``NotPayable``.
    """
    with transaction.atomic():
        buyer = User.objects.filter(orders=order_id).first()
        if buyer is None:
            raise OrderNotFound
        account_hold(user=buyer)
        order = Order.objects.locked().get(pk=order_id)
        if not _may_open(user, order):
            raise OrderNotFound
        if order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        require_payable(method, amount=order.total, currency=order.currency)
        give_up_open(order)
        order_hold(order=order, until=held_until(method, user=buyer, placed_at=order.placed_at))
        order_note_method(order=order, is_paid_later=method in PAID_LATER)
        return Payment.objects.create(order=order, method=method, amount=order.total, currency=order.currency)


def _may_open(user: User, order: Order) -> bool:
    return order.user_id == user.pk or (user.is_staff and user.has_perm("payments.change_payment"))


def require_payable(method: str, *, amount: Decimal, currency: str) -> None:
    """Raises ``GatewayNotOffered`` or ``NotPayable``."""
    if has_gateway(method):
        why_not = gateway(method).refusal_of(amount=amount, currency=currency)
        if why_not:
            raise NotPayable(why_not, field="payment_method")


def payment_start(*, payment_id: int, request: PaymentRequest | None = None) -> Payment:
    """Hand the payment to its gateway; again answers what the first time did.

    An attempt whose answer was lost, so that the buyer never saw its page, makes way for a new one: the answer is then
    the new attempt. So it is for a lost prompt, once no phone can show it any more. The reconciler still asks about the
    old one, and money that comes for it is late or double money. An attempt that made way stands for its successor.

    Raises ``PaymentNotFound``, ``PaymentClosed``,
    ``PaymentUncertain``, ``StartedOtherwise``, ``NotPayable``, ``PhoneNeeded``, ``ReturnAddressRefused``,
    ``PaymentRefused``, ``PromptUnanswered``, ``TooManyRequests``, ``GatewayNotOffered``, ``GatewayUnavailable`` or
    ``GatewayUncertain``.
    """
    request = request or PaymentRequest()
    # Hexadecimal: M-Pesa refuses addresses that hold words such as "sql", and more letters now and then spell one.
    token = secrets.token_hex(32)
    callback = f"{settings.SITE_URL}{request.callback_path}{token}/"
    payment, claim = _claim(payment_id, request, token)
    if claim is None:
        return payment
    reached("start.claimed")
    buyer = request.buyer_of(payment)
    _count_ring(payment, claim, phone=buyer.phone)
    try:
        started = claim.gateway.start(payment, buyer=buyer, callback=callback)
        if len(started.pay_url) > MAX_URL or len(started.gateway_id) > MAX_NAME:
            raise OutcomeUnknown("The gateway's answer is longer than it can be.")
    except GatewayRefused as refusal:
        if claim.is_first:
            _note(payment, state=PaymentState.FAILED, failure=refusal.detail)
        raise PaymentRefused from refusal
    except (GatewayDown, GatewayMisconfigured) as failure:
        if claim.is_first:
            _note(payment, state=PaymentState.PENDING, failure=failure.detail, started_at=None)
        tell_misconfigured(method=payment.method, failure=failure)
        raise _why_not_now(failure) from failure
    except OutcomeUnknown as failure:
        _unheard(payment).update(failure=failure.detail[:255])
        raise GatewayUncertain(retry_after=30) from failure
    reached("start.answered")
    return _accepted(payment.pk, started)


def _why_not_now(failure: GatewayFailure) -> DomainError:
    if isinstance(failure, PromptOpen):
        return PromptUnanswered(retry_after=failure.retry_after)
    return GatewayUnavailable()


@dataclass(frozen=True)
class _Claim:
    """``is_first``: nobody has asked the gateway before; else its "no" leaves open what became of the time before."""

    gateway: Gateway
    is_first: bool


def _claim(payment_id: int, request: PaymentRequest, token: str) -> tuple[Payment, _Claim | None]:
    """Lock the payment for its start; without a claim when it cost nothing, or the gateway has it already."""
    with transaction.atomic():
        _, named = lock_payment(payment_id)
        if named.amount == 0 and named.state == PaymentState.CAPTURED:
            return named, None
        order, payment = _open_attempt(payment_id)
        asked = gateway(payment.method)
        if _is_lost(payment, asked):
            payment = _replacement(order, payment)
        is_first = payment.state == PaymentState.PENDING
        if not is_first and payment.in_app != request.in_app:
            raise StartedOtherwise
        # An attempt whose answer got lost is there, but without the page that it leads to.
        if payment.state == PaymentState.WAITING and (payment.pay_url or not asked.may_start_again):
            return payment, None
        if payment.state == PaymentState.UNKNOWN and not asked.may_start_again:
            raise PaymentUncertain(retry_after=_seconds_until(_lost_at(payment, asked)))
        require_payable(payment.method, amount=payment.amount, currency=payment.currency)
        request.require_possible(payment.method, phone=request.buyer_of(payment).phone)
        payment.state, payment.failure = PaymentState.UNKNOWN, ""
        payment.in_app = request.in_app
        for name, address in request.addresses.items():
            setattr(payment, name, address)
        payment.token_hash = hashed(token)
        payment.started_at = payment.started_at or timezone.now()
        payment.next_check_at = timezone.now() + _FIRST_CHECK
        payment.save()
        # However often it is started: stock is not held for ever for who never pays.
        order_hold(order=order, until=min(timezone.now() + PAGE_OPEN_FOR + _GRACE, order.placed_at + _HELD_AT_MOST))
        return payment, _Claim(asked, is_first)


def _open_attempt(payment_id: int) -> tuple[Order, Payment]:
    """Lock the payment, or the attempt by the same method that took its place.

    Raises ``PaymentNotFound``, ``PaymentClosed``, or ``NotPayable`` without a gateway.
    """
    order, payment = lock_payment(payment_id)
    if payment.state == PaymentState.CANCELLED:
        payment = order.payments.filter(method=payment.method, state__in=OPEN).first() or payment
    if not payment.is_open or order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
        raise PaymentClosed
    if not has_gateway(payment.method):
        raise NotPayable("This payment is not made through a gateway.")
    return order, payment


def _is_lost(payment: Payment, asked: Gateway) -> bool:
    """Tell whether the buyer was never given what to pay with, and no start is under way that may still bring it."""
    if payment.state == PaymentState.PENDING:
        return False
    if asked.prompt_lasts is not None:
        return payment.state == PaymentState.UNKNOWN and timezone.now() >= _lost_at(payment, asked)
    if payment.pay_url or (payment.in_app and payment.gateway_id):
        return False
    return bool(payment.failure) or timezone.now() >= _lost_at(payment, asked)


def _lost_at(payment: Payment, asked: Gateway) -> datetime:
    return (payment.started_at or payment.created_at) + (asked.prompt_lasts or _ANSWERED_WITHIN)


def _seconds_until(moment: datetime) -> int:
    return max(math.ceil((moment - timezone.now()).total_seconds()), 1)


def _replacement(order: Order, lost: Payment) -> Payment:
    """Give the lost attempt up and open another with its addresses. The caller holds the order's lock."""
    give_up_open(order)
    return Payment.objects.create(
        order=order,
        method=lost.method,
        amount=order.total,
        currency=order.currency,
        return_url=lost.return_url,
        failed_url=lost.failed_url,
        cancelled_url=lost.cancelled_url,
    )


def _count_ring(payment: Payment, claim: _Claim, *, phone: str) -> None:
    """Count a prompt before its phone rings. Raises ``TooManyRequests``; the attempt can be started later."""
    if not claim.gateway.needs_phone:
        return
    try:
        prompt_count(phone=phone, customer_id=payment.order.user_id)
    except TooManyRequests as refusal:
        if claim.is_first:
            _note(payment, state=PaymentState.PENDING, failure=refusal.detail, started_at=None)
        raise


def _unheard(payment: Payment) -> QuerySet[Payment]:
    """The row, unless news have decided already, or another start has asked the gateway since: its token is another."""
    return Payment.objects.filter(pk=payment.pk, state=PaymentState.UNKNOWN, token_hash=payment.token_hash)


def _note(payment: Payment, *, state: PaymentState, failure: str, **fields: Any) -> None:
    _unheard(payment).update(state=state, failure=failure[:255], next_check_at=None, **fields)


def _accepted(payment_id: int, started: Started) -> Payment:
    """Raises ``PaymentClosed`` when the attempt was given up while the gateway was asked: it is told so once more."""
    with transaction.atomic():
        _, payment = lock_payment(payment_id)
        payment.gateway_id = payment.gateway_id or started.gateway_id
        payment.pay_url, payment.payer = started.pay_url, started.payer
        if payment.state in {PaymentState.UNKNOWN, PaymentState.PENDING}:
            payment.state = PaymentState.WAITING
        elif payment.state == PaymentState.CANCELLED:
            payment.next_check_at = timezone.now()
        payment.save(update_fields=["gateway_id", "pay_url", "payer", "state", "next_check_at"])
    if payment.state == PaymentState.CANCELLED:
        raise PaymentClosed
    if payment.is_open:
        payment.client_secret = started.client_secret
    return payment
