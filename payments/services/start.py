"""Writes: opening an attempt to pay, and handing it to its gateway.

The gateway is called between two transactions. The first notes that it is about to be called, with the outcome unknown;
whatever happens then, a crash included, the reconciler asks what became of it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.errors import OrderNotFound
from orders.models import Order
from orders.services import order_hold
from orders.states import OrderStatus, PaymentStatus
from payments.errors import (
    GatewayUnavailable,
    GatewayUncertain,
    NotPayable,
    PaymentClosed,
    PaymentRefused,
    PaymentUncertain,
    PhoneNeeded,
    ReturnAddressRefused,
)
from payments.gateways import Gateway, gateway, has_gateway
from payments.gateways.base import (
    Buyer,
    GatewayDown,
    GatewayMisconfigured,
    GatewayRefused,
    OutcomeUnknown,
    Started,
)
from payments.models import MAX_NAME, MAX_URL, Payment
from payments.services.alerts import tell_misconfigured
from payments.services.settle import give_up_open, lock_payment
from payments.states import PaymentMethod, PaymentState
from utils.failpoints import reached

_FIRST_CHECK = timedelta(seconds=30)
# How long the buyer has on a gateway's page, and the order beyond that: a page that is just closing may still collect.
PAGE_OPEN_FOR = timedelta(minutes=31)
_GRACE = timedelta(minutes=10)
_HELD_AT_MOST = timedelta(hours=24)
# A transfer takes its days.
_TRANSFER_TAKES = timedelta(days=7)


def held_for(method: str) -> timedelta | None:
    """How long stock waits for the money; ``None``: as long as it takes, as the courier comes whenever that is."""
    if has_gateway(method):
        return timedelta(minutes=settings.RESERVATION_MINUTES)
    return _TRANSFER_TAKES if method == PaymentMethod.MANUAL else None


def payment_open(*, user: User, order_id: int, method: str) -> Payment:
    """Another attempt to pay the user's order, such as with another method; earlier ones are given up.

    Raises ``OrderNotFound``, ``PaymentClosed`` when there is nothing to pay, ``GatewayNotOffered`` or ``NotPayable``.
    """
    with transaction.atomic():
        order = Order.objects.locked().filter(pk=order_id, user=user).first()
        if order is None:
            raise OrderNotFound
        if order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        require_payable(method, amount=order.total, currency=order.currency)
        give_up_open(order)
        held = held_for(method)
        order_hold(order=order, until=timezone.now() + held if held else None)
        return Payment.objects.create(order=order, method=method, amount=order.total, currency=order.currency)


def require_payable(method: str, *, amount: Decimal, currency: str) -> None:
    """Raises ``GatewayNotOffered`` or ``NotPayable``."""
    if has_gateway(method):
        why_not = gateway(method).refusal_of(amount=amount, currency=currency)
        if why_not:
            raise NotPayable(why_not, field="payment_method")


def payment_start(*, payment_id: int, phone: str = "", return_url: str = "") -> Payment:
    """Hand the payment to its gateway; again answers what the first time did.

    ``phone``: the payer's, for gateways that ring it. ``return_url``: where the browser goes after the gateway's page;
    its origin must be listed. Raises ``PaymentNotFound``, ``PaymentClosed``, ``PaymentUncertain``, ``PhoneNeeded``,
    ``ReturnAddressRefused``, ``PaymentRefused``, ``GatewayNotOffered``, ``GatewayUnavailable`` or ``GatewayUncertain``.
    """
    # Hexadecimal: M-Pesa refuses addresses that hold words such as "sql", and more letters now and then spell one.
    token = secrets.token_hex(32)
    payment, claim = _claim(payment_id, token=token, phone=phone, return_url=return_url)
    if claim is None:
        return payment
    reached("start.claimed")
    try:
        started = claim.gateway.start(payment, buyer=_buyer(payment, phone), token=token)
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
        raise GatewayUnavailable from failure
    except OutcomeUnknown as failure:
        raise GatewayUncertain(retry_after=30) from failure
    reached("start.answered")
    return _accepted(payment_id, started)


@dataclass(frozen=True)
class _Claim:
    """``is_first``: nobody has asked the gateway before; else its "no" leaves open what became of the time before."""

    gateway: Gateway
    is_first: bool


def _claim(payment_id: int, *, token: str, phone: str, return_url: str) -> tuple[Payment, _Claim | None]:
    """Without a claim when the gateway has the payment already."""
    with transaction.atomic():
        order, payment = lock_payment(payment_id)
        if not payment.is_open or order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        if not has_gateway(payment.method):
            raise NotPayable("This payment is not made through a gateway.")
        asked = gateway(payment.method)
        # An attempt whose answer got lost is there, but without the page that it leads to.
        if payment.state == PaymentState.WAITING and (payment.pay_url or not asked.may_start_again):
            return payment, None
        is_first = payment.state == PaymentState.PENDING
        if payment.state == PaymentState.UNKNOWN and not asked.may_start_again:
            raise PaymentUncertain
        require_payable(payment.method, amount=payment.amount, currency=payment.currency)
        number = _buyer(payment, phone).phone
        if asked.needs_phone and not number:
            raise PhoneNeeded(field="phone")
        if why_not := asked.refusal_of_phone(number):
            raise PhoneNeeded(why_not, field="phone")
        payment.state, payment.failure = PaymentState.UNKNOWN, ""
        payment.return_url = _allowed(return_url) or payment.return_url
        payment.token_hash = hashed(token)
        payment.started_at = payment.started_at or timezone.now()
        payment.next_check_at = timezone.now() + _FIRST_CHECK
        payment.save()
        # However often it is started: stock is not held for ever for who never pays.
        order_hold(order=order, until=min(timezone.now() + PAGE_OPEN_FOR + _GRACE, order.placed_at + _HELD_AT_MOST))
        return payment, _Claim(asked, is_first)


def hashed(token: str) -> str:
    """How a callback's secret is kept. It is long and random, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def _allowed(return_url: str) -> str:
    """Only pages of our own and of listed origins: else our address would lend its good name to anybody's."""
    if not return_url:
        return ""
    parts = urlsplit(return_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    ours = [settings.SITE_URL, settings.FRONTEND_URL, *settings.CORS_ALLOWED_ORIGINS]
    if origin not in {f"{known.scheme}://{known.netloc}" for known in map(urlsplit, ours)}:
        raise ReturnAddressRefused(field="return_url")
    return return_url


def _buyer(payment: Payment, phone: str) -> Buyer:
    order, parcel = payment.order, payment.order.shipment
    return Buyer(
        name=parcel.name or order.user.get_full_name() or order.user.username,
        email=order.email or order.user.email or "",
        phone=phone or order.phone or parcel.phone,
        street=parcel.street,
        city=parcel.city,
        state=parcel.state,
        postal_code=parcel.postal_code,
        country=parcel.country,
    )


def _note(payment: Payment, *, state: PaymentState, failure: str, **fields: Any) -> None:
    """Unless news have decided already, or another start has asked the gateway since: its token is another."""
    Payment.objects.filter(pk=payment.pk, state=PaymentState.UNKNOWN, token_hash=payment.token_hash).update(
        state=state, failure=failure[:255], next_check_at=None, **fields
    )


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
    return payment
