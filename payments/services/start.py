"""Writes: open an attempt to pay, and start it at its gateway.

The gateway is called between two transactions. The first records that it is about to be called, with the result
unknown; whatever happens then, even a crash, the reconciler asks for the result.
"""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import account_lock
from orders.errors import OrderNotFound
from orders.models import Order
from orders.services import order_extend_expiry, order_note_method
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
from payments.gateways.errors import (
    GatewayDown,
    GatewayFailure,
    GatewayMisconfigured,
    GatewayRefused,
    OutcomeUnknown,
    PromptOpen,
)
from payments.gateways.results import Started
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
# A start that has recorded no answer after this time never will: its process died.
_ANSWERED_WITHIN = timedelta(seconds=30)
# How long a gateway's page is open, and how much longer the order waits: a closing page may still take money.
PAGE_OPEN_FOR = timedelta(minutes=31)
_GRACE = timedelta(minutes=10)
_PROOF_TAKES = timedelta(hours=24)
_HELD_AT_MOST = timedelta(hours=24)


def held_until(method: str, *, user: User | None, placed_at: datetime) -> datetime | None:
    """Return until when (UTC) the stock of an order of ``user``, or of a guest, waits for its money.

    ``None`` means until the courier brings the money. The time counts from ``placed_at``, so that opening payments
    again and again does not hold stock longer. A cash-on-delivery order of a guest, or of a customer whose e-mail
    address is not proven, waits ``_PROOF_TAKES`` for that proof, or for staff to confirm it.
    """
    if has_gateway(method):
        return min(timezone.now() + timedelta(minutes=settings.RESERVATION_MINUTES), placed_at + _HELD_AT_MOST)
    if method == PaymentMethod.MANUAL:
        return placed_at + TRANSFER_TAKES
    is_proven = user is not None and (user.is_email_verified or user.is_staff)
    return None if is_proven else placed_at + _PROOF_TAKES


def payment_open(*, user: User | None, order_id: int, method: str) -> Payment:
    """Open another attempt to pay an order of ``user``, for example by another method; earlier attempts are given up.

    Without ``user``, the guest pays who has the token of the order. Staff with ``payments.change_payment`` open one for
    money that came in some other way. Raise ``OrderNotFound``, ``PaymentClosed`` when there is nothing to pay,
    ``GatewayNotOffered`` or ``NotPayable``.
    """
    with transaction.atomic():
        if (buyer := User.objects.filter(orders=order_id).first()) is not None:
            account_lock(user=buyer)
        order = Order.objects.locked().filter(pk=order_id).first()
        if order is None or not _may_open(user, order):
            raise OrderNotFound
        if order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        require_payable(method, amount=order.total, currency=order.currency)
        give_up_open(order)
        order_extend_expiry(order=order, until=held_until(method, user=buyer, placed_at=order.placed_at))
        order_note_method(order=order, is_paid_later=method in PAID_LATER)
        return Payment.objects.create(order=order, method=method, amount=order.total, currency=order.currency)


def _may_open(user: User | None, order: Order) -> bool:
    if user is None:
        return order.user_id is None
    is_own = order.user_id is not None and order.user_id == user.pk
    return is_own or (user.is_staff and user.has_perm("payments.change_payment"))


def require_payable(method: str, *, amount: Decimal, currency: str) -> None:
    """Require the method's gateway to take the amount. Raise ``GatewayNotOffered`` or ``NotPayable``."""
    if has_gateway(method):
        why_not = gateway(method).refusal_of(amount=amount, currency=currency)
        if why_not:
            raise NotPayable(why_not, field="payment_method")


def payment_start(*, payment_id: int, request: PaymentRequest | None = None) -> Payment:
    """Start the payment at its gateway. A second call returns what the first one did.

    When the gateway's answer was lost, the buyer has no page to pay on. Then a new attempt replaces the old one and is
    returned. A lost prompt is replaced only once no phone can show it any more. A call for a replaced attempt continues
    with the new one. The reconciler still asks about the old one, and money that comes for it pays the order, or is
    refunded if the order was paid already.

    Raise ``PaymentNotFound``, ``PaymentClosed``, ``PaymentUncertain``, ``StartedOtherwise``, ``NotPayable``,
    ``PhoneNeeded``, ``ReturnAddressRefused``, ``PaymentRefused``, ``PromptUnanswered``, ``TooManyRequests``,
    ``GatewayNotOffered``, ``GatewayUnavailable`` or ``GatewayUncertain``.
    """
    request = request or PaymentRequest()
    # Hexadecimal: M-Pesa refuses URLs that hold words such as "sql", which other letters may spell by chance.
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
            _note(payment, state=PaymentState.FAILED, failure=refusal.detail, started_at=payment.started_at)
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
    """Return the refusal for a gateway that was not reached or does not accept the shop's credentials."""
    if isinstance(failure, PromptOpen):
        return PromptUnanswered(retry_after=failure.retry_after)
    return GatewayUnavailable()


@dataclass(frozen=True)
class _Claim:
    """Hold the gateway to call.

    ``is_first``: it was not called for this attempt before. If it was, a refusal leaves the earlier call undecided.
    """

    gateway: Gateway
    is_first: bool


def _claim(payment_id: int, request: PaymentRequest, token: str) -> tuple[Payment, _Claim | None]:
    """Lock the payment for its start; return no claim when it costs nothing or the gateway has it already."""
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
        # An attempt whose answer was lost is known, but without the URL of its page.
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
        # However often the payment is started, its stock is not held for ever.
        order_extend_expiry(
            order=order, until=min(timezone.now() + PAGE_OPEN_FOR + _GRACE, order.placed_at + _HELD_AT_MOST)
        )
        return payment, _Claim(asked, is_first)


def _open_attempt(payment_id: int) -> tuple[Order, Payment]:
    """Lock the payment, or the attempt by the same method that replaced it.

    Raise ``PaymentNotFound``, ``PaymentClosed``, or ``NotPayable`` without a gateway.
    """
    order, payment = lock_payment(payment_id)
    if payment.state == PaymentState.CANCELLED:
        payment = order.payments.filter(method=payment.method, state__in=OPEN).first() or payment
    if not payment.is_open or order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
        raise PaymentClosed
    if not has_gateway(payment.method):
        raise NotPayable("This payment does not go through a gateway.")
    return order, payment


def _is_lost(payment: Payment, asked: Gateway) -> bool:
    """Return whether the buyer got nothing to pay with, and no start is under way that may still bring it."""
    if payment.state == PaymentState.PENDING:
        return False
    if asked.prompt_lasts is not None:
        return payment.state == PaymentState.UNKNOWN and timezone.now() >= _lost_at(payment, asked)
    if payment.pay_url or (payment.in_app and payment.gateway_id):
        return False
    return bool(payment.failure) or timezone.now() >= _lost_at(payment, asked)


def _lost_at(payment: Payment, asked: Gateway) -> datetime:
    """Return when the payment's start counts as lost."""
    return (payment.started_at or payment.created_at) + (asked.prompt_lasts or _ANSWERED_WITHIN)


def _seconds_until(moment: datetime) -> int:
    return max(math.ceil((moment - timezone.now()).total_seconds()), 1)


def _replacement(order: Order, lost: Payment) -> Payment:
    """Give the lost attempt up and open another with its URLs. The caller holds the order's lock."""
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
    """Count a prompt before it is sent. Raise ``TooManyRequests``; the attempt can be started later."""
    if not claim.gateway.needs_phone:
        return
    try:
        prompt_count(phone=phone, order=payment.order)
    except TooManyRequests as refusal:
        if claim.is_first:
            _note(payment, state=PaymentState.PENDING, failure=refusal.detail, started_at=None)
        raise


def _unheard(payment: Payment) -> QuerySet[Payment]:
    """Return the payment's row, unless a result came or a later start called the gateway.

    A later start has stored another token.
    """
    return Payment.objects.filter(pk=payment.pk, state=PaymentState.UNKNOWN, token_hash=payment.token_hash)


def _note(payment: Payment, *, state: PaymentState, failure: str, started_at: datetime | None) -> None:
    """Record that the start is over without a payment at the gateway."""
    _unheard(payment).update(state=state, failure=failure[:255], started_at=started_at, next_check_at=None)


def _accepted(payment_id: int, started: Started) -> Payment:
    """Record what the gateway answered. Raise ``PaymentClosed`` when the attempt was given up meanwhile.

    The reconciler then cancels it at the gateway.
    """
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
