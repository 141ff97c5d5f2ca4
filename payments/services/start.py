"""Writes: opening an attempt to pay, and handing it to its gateway.

The gateway is called between two transactions. The first notes that it is about to be called, with the outcome unknown;
whatever happens then, a crash included, the reconciler asks what became of it.
"""

import hashlib
import secrets
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from orders.services import order_hold
from orders.states import OrderStatus, PaymentStatus
from payments.errors import (
    GatewayNotOffered,
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
from payments.models import Payment
from payments.services.alerts import alert_raise
from payments.services.settle import lock_payment
from payments.states import OPEN, AlertKind, PaymentState
from utils.failpoints import reached

_FIRST_CHECK = timedelta(seconds=30)
# How long the buyer has on a gateway's page, and the order beyond that: a page that is just closing may still collect.
PAGE_OPEN_FOR = timedelta(minutes=31)
_GRACE = timedelta(minutes=10)


def payment_open(*, user: User, order_id: int, method: str) -> Payment:
    """Another attempt to pay the user's order, such as with another method; earlier ones are given up.

    Raises ``PaymentClosed`` when there is nothing to pay, ``GatewayNotOffered`` or ``NotPayable``.
    """
    with transaction.atomic():
        order = Order.objects.locked().filter(pk=order_id, user=user).first()
        if order is None or order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        require_payable(method, amount=order.total, currency=order.currency)
        open_payments = Payment.objects.select_for_update().filter(order=order, state__in=OPEN)
        for payment in open_payments:
            give_up(payment)
        return Payment.objects.create(order=order, method=method, amount=order.total, currency=order.currency)


def give_up(payment: Payment) -> None:
    """Cancel an attempt. What a gateway has of it is taken back by the reconciler, which also finds late money."""
    was_started = payment.started_at is not None
    payment.state = PaymentState.CANCELLED
    payment.next_check_at = timezone.now() if was_started else None
    payment.save(update_fields=["state", "next_check_at"])


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
    token = secrets.token_urlsafe(32)
    payment, asked = _claim(payment_id, token=token, phone=phone, return_url=return_url)
    if asked is None:
        return payment
    reached("start.claimed")
    try:
        started = asked.start(payment, buyer=_buyer(payment, phone), token=token)
    except GatewayRefused as refusal:
        _note(payment_id, state=PaymentState.FAILED, failure=refusal.detail)
        raise PaymentRefused from refusal
    except (GatewayDown, GatewayMisconfigured) as failure:
        _note(payment_id, state=PaymentState.PENDING, failure=failure.detail)
        _tell_misconfigured(payment, failure)
        raise GatewayUnavailable from failure
    except OutcomeUnknown as failure:
        raise GatewayUncertain(retry_after=30) from failure
    reached("start.answered")
    return _accepted(payment_id, started)


def _claim(payment_id: int, *, token: str, phone: str, return_url: str) -> tuple[Payment, Gateway | None]:
    """Without a gateway to ask when it has the payment already."""
    with transaction.atomic():
        order, payment = lock_payment(payment_id)
        if not payment.is_open or order.status != OrderStatus.PENDING or order.payment_status != PaymentStatus.UNPAID:
            raise PaymentClosed
        if not has_gateway(payment.method):
            raise GatewayNotOffered("This payment is not made through a gateway.")
        asked = gateway(payment.method)
        if payment.state == PaymentState.WAITING:
            return payment, None
        if payment.state == PaymentState.UNKNOWN and not asked.may_start_again:
            raise PaymentUncertain
        require_payable(payment.method, amount=payment.amount, currency=payment.currency)
        if asked.needs_phone and not (phone or order.phone):
            raise PhoneNeeded(field="phone")
        payment.state, payment.failure = PaymentState.UNKNOWN, ""
        payment.return_url = _allowed(return_url) or payment.return_url
        payment.token_hash = hashed(token)
        payment.started_at = payment.started_at or timezone.now()
        payment.next_check_at = timezone.now() + _FIRST_CHECK
        payment.save()
        order_hold(order=order, until=timezone.now() + PAGE_OPEN_FOR + _GRACE)
        return payment, asked


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


def _note(payment_id: int, *, state: PaymentState, failure: str) -> None:
    """Unless news that came in the meantime have decided already."""
    Payment.objects.filter(pk=payment_id, state=PaymentState.UNKNOWN).update(
        state=state, failure=failure[:255], next_check_at=None
    )


def _tell_misconfigured(payment: Payment, failure: Exception) -> None:
    if isinstance(failure, GatewayMisconfigured):
        day = timezone.now().date().isoformat()
        alert_raise(kind=AlertKind.CONFIGURATION, key=f"{payment.method}:{day}", detail=failure.detail)


def _accepted(payment_id: int, started: Started) -> Payment:
    with transaction.atomic():
        _, payment = lock_payment(payment_id)
        payment.gateway_id = payment.gateway_id or started.gateway_id
        payment.pay_url, payment.payer = started.pay_url, started.payer
        if payment.state == PaymentState.UNKNOWN:
            payment.state = PaymentState.WAITING
        payment.save(update_fields=["gateway_id", "pay_url", "payer", "state"])
        return payment
