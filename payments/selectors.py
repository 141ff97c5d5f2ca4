"""Reads: whose payments a caller sees, what can be paid with, what came in on which day."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from cart.models import CartItem, CartStatus
from orders.states import OrderStatus
from payments.errors import PaymentNotFound, RefundNotFound
from payments.gateways import gateways
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from payments.states import EntryKind, EventState, PaymentMethod, PaymentState


def payments_visible_to(user: User) -> QuerySet[Payment]:
    """Staff with ``payments.view_payment`` see every payment, everybody else those of their own orders."""
    payments = Payment.objects.select_related("order")
    if user.is_staff and user.has_perm("payments.view_payment"):
        return payments
    return payments.filter(order__user=user)


def payment_get(*, user: User, number: str) -> Payment:
    """The payment with this number. Raises ``PaymentNotFound``, also for somebody else's."""
    return _only(payments_visible_to(user).filter(number=number))


def payment_of_own(*, user: User, number: str) -> Payment:
    """A payment of one of the user's own orders, also when staff ask. Raises ``PaymentNotFound``."""
    return _only(Payment.objects.select_related("order").filter(number=number, order__user=user))


def payment_by_number(number: str) -> Payment:
    """The payment with this number, whosever it is. Raises ``PaymentNotFound``."""
    return _only(Payment.objects.select_related("order").filter(number=number))


def _only(payments: QuerySet[Payment]) -> Payment:
    found = payments.first()
    if found is None:
        raise PaymentNotFound
    return found


def cart_of_lost_start(*, user: User, method: PaymentMethod) -> int | None:
    """The ordered cart whose payment did not start; ``None`` while the user has something in another cart.

    Clients that name no cart come back with the next request, and would find theirs gone.
    """
    if CartItem.objects.filter(cart__user=user, cart__status=CartStatus.OPEN).exists():
        return None
    latest = Payment.objects.filter(order__user=user).select_related("order").first()
    if latest is None or latest.method != method or latest.order.status != OrderStatus.PENDING:
        return None
    is_lost = latest.state == PaymentState.UNKNOWN or (latest.state == PaymentState.PENDING and latest.failure)
    return latest.order.cart_id if is_lost else None


def refund_by_number(number: str) -> Refund:
    """The refund with this number, whosever it is. Raises ``RefundNotFound``."""
    found = Refund.objects.filter(number=number).first()
    if found is None:
        raise RefundNotFound
    return found


@dataclass(frozen=True)
class Way:
    """A way to pay. ``why_not``: why it does not fit, such as a minimum; empty when it does."""

    code: str
    label: str
    needs_phone: bool = False
    is_online: bool = False
    why_not: str = ""


def payment_methods(*, amount: Decimal, currency: str) -> list[Way]:
    """Every way that the shop offers, with whether it takes this amount."""
    offline = [
        Way(code=method.value, label=str(method.label))
        for method in (PaymentMethod.MANUAL, PaymentMethod.CASH_ON_DELIVERY)
    ]
    online = [
        Way(
            code=each.method,
            label=each.label,
            needs_phone=each.needs_phone,
            is_online=True,
            why_not=each.refusal_of(amount=amount, currency=currency),
        )
        for each in gateways()
    ]
    return online + offline


def settlements(*, first: date, last: date) -> Iterable[dict[str, Any]]:
    """What moved, by day (UTC), method and currency: number and sum of captures and refunds, and what is left.

    ``returned``: refunds that came back; ``charged_back``: what banks took, less what they gave back.
    """
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


def refunds_of(*, user: Any, number: str) -> QuerySet[Refund]:
    """The refunds of the payment with this number that ``user`` sees, the newest first. Raises ``PaymentNotFound``."""
    return payment_get(user=user, number=number).refunds.all()


def seconds_until_retry(*, event_id: int) -> int | None:
    """When a gateway's message that could not be processed is tried again, at the latest; ``None`` when it is done."""
    waiting = GatewayEvent.objects.filter(pk=event_id, state=EventState.WAITING).first()
    return max(math.ceil((waiting.due_at - timezone.now()).total_seconds()), 1) if waiting else None
