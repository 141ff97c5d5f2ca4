"""Reads: the payments a caller may see, the payment methods on offer, and what moved on which day."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from cart.models import CartItem, CartStatus
from orders.models import Order
from orders.states import OrderStatus
from payments.errors import PaymentNotFound, RefundNotFound
from payments.gateways import gateways
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from payments.states import EntryKind, EventState, PaymentMethod, PaymentState


def payments_visible_to(user: User | AnonymousUser) -> QuerySet[Payment]:
    """Select the payments that ``user`` may see: those of the user's own orders.

    Staff with ``payments.view_payment`` see all. A guest sees none without the token of an order.
    """
    if user.is_staff and user.has_perm("payments.view_payment"):
        return Payment.objects.select_related("order")
    return _of_own(user)


def _of_own(user: User | AnonymousUser) -> QuerySet[Payment]:
    payments = Payment.objects.select_related("order")
    return payments.filter(order__user=user) if user.is_authenticated else payments.none()


def payment_get(*, user: User | AnonymousUser, number: str, opened: Order | None = None) -> Payment:
    """Return the payment with this number, if it pays ``opened`` or ``user`` may see it.

    ``opened`` is the guest's order whose token the caller has sent. Raise ``PaymentNotFound`` otherwise.
    """
    return _of_opened(opened, number) or _only(payments_visible_to(user).filter(number=number))


def payment_of_own(*, user: User | AnonymousUser, number: str, opened: Order | None = None) -> Payment:
    """Return a payment of one of the user's own orders, or of ``opened``. Staff, too, get only their own.

    ``opened`` is the guest's order whose token the caller has sent. Raise ``PaymentNotFound`` when there is none with
    this number.
    """
    return _of_opened(opened, number) or _only(_of_own(user).filter(number=number))


def _of_opened(opened: Order | None, number: str) -> Payment | None:
    if opened is None:
        return None
    return Payment.objects.select_related("order").filter(number=number, order=opened).first()


def payment_by_number(number: str) -> Payment:
    """Return the payment with this number, whichever customer it belongs to, without checking a permission.

    Raise ``PaymentNotFound`` when there is none.
    """
    return _only(Payment.objects.select_related("order").filter(number=number))


def _only(payments: QuerySet[Payment]) -> Payment:
    found = payments.first()
    if found is None:
        raise PaymentNotFound
    return found


def cart_of_lost_start(*, user: User, method: PaymentMethod) -> int | None:
    """Return the id of the user's ordered cart whose payment did not start.

    Return ``None`` when there is none, or when the user has items in another cart. A client that names no cart repeats
    its request after a failure; this is how the request finds its cart.
    """
    if CartItem.objects.filter(cart__user=user, cart__status=CartStatus.OPEN).exists():
        return None
    latest = Payment.objects.filter(order__user=user).select_related("order").first()
    if latest is None or latest.method != method or latest.order.status != OrderStatus.PENDING:
        return None
    is_lost = latest.state == PaymentState.UNKNOWN or (latest.state == PaymentState.PENDING and latest.failure)
    return latest.order.cart_id if is_lost else None


def refund_by_number(number: str) -> Refund:
    """Return the refund with this number, of any buyer. Raise ``RefundNotFound`` when there is none."""
    found = Refund.objects.filter(number=number).first()
    if found is None:
        raise RefundNotFound
    return found


@dataclass(frozen=True)
class OfferedMethod:
    """Describe a payment method on offer. ``why_not``: why it does not take the amount; empty when it does."""

    code: str
    label: str
    needs_phone: bool = False
    is_online: bool = False
    why_not: str = ""


def payment_methods(*, amount: Decimal, currency: str) -> list[OfferedMethod]:
    """List the payment methods that the shop offers, and whether each takes this amount."""
    offline = [
        OfferedMethod(code=method.value, label=str(method.label))
        for method in (PaymentMethod.MANUAL, PaymentMethod.CASH_ON_DELIVERY)
    ]
    online = [
        OfferedMethod(
            code=each.method,
            label=each.label,
            needs_phone=each.needs_phone,
            is_online=True,
            why_not=each.refusal_of(amount=amount, currency=currency),
        )
        for each in gateways()
    ]
    return online + offline


class Settlement(TypedDict):
    """Hold what money moved on one day (UTC) by one payment method in one currency.

    ``captures`` and ``refunds`` count entries; all amounts are in ``currency``. ``captured``: the sum of captures.
    ``refunded``: the sum of refunds. ``returned``: the sum of refunds whose money came back to the shop.
    ``charged_back``: what banks took from the shop in disputes, less what they returned. ``net``: what is left.
    """

    day: date
    method: str
    currency: str
    captures: int
    captured: Decimal
    refunds: int
    refunded: Decimal
    returned: Decimal
    charged_back: Decimal
    net: Decimal


def settlements(*, first: date, last: date) -> Iterable[Settlement]:
    """Yield what money moved on each day (UTC) from ``first`` to ``last``, by payment method and currency."""
    captured, refunded = Q(kind=EntryKind.CAPTURE), Q(kind=EntryKind.REFUND)
    returned, won = Q(kind=EntryKind.REFUND_FAILED), Q(kind=EntryKind.CHARGEBACK_WON)
    taken = Q(kind=EntryKind.CHARGEBACK)
    rows = (
        PaymentEntry.objects.filter(created_at__date__gte=first, created_at__date__lte=last)
        .annotate(day=TruncDate("created_at"))
        .values("day", "method", "currency")
        .annotate(
            captures=Count("pk", filter=captured),
            captured=Sum("amount", filter=captured, default=Decimal(0)),
            refunds=Count("pk", filter=refunded),
            refunded=Sum("amount", filter=refunded, default=Decimal(0)),
            returned=Sum("amount", filter=returned, default=Decimal(0)),
            charged_back=Sum("amount", filter=taken, default=Decimal(0))
            - Sum("amount", filter=won, default=Decimal(0)),
        )
        .order_by("day", "method", "currency")
    )
    for row in rows:
        yield {**row, "net": row["captured"] - row["refunded"] + row["returned"] - row["charged_back"]}


def refunds_of(*, user: User, number: str) -> QuerySet[Refund]:
    """Select the refunds of the payment with this number, the newest first.

    Raise ``PaymentNotFound`` when there is no such payment or ``user`` may not see it.
    """
    return payment_get(user=user, number=number).refunds.all()


def seconds_until_retry(*, event_id: int) -> int | None:
    """Return in how many seconds, at the latest, a gateway's stored message is processed again after a failure.

    ``event_id`` is the id of the message's ``GatewayEvent``. The number is at least 1. Return ``None`` when the message
    was processed, or will not be tried again.
    """
    waiting = GatewayEvent.objects.filter(pk=event_id, state=EventState.WAITING).first()
    return max(math.ceil((waiting.due_at - timezone.now()).total_seconds()), 1) if waiting else None
