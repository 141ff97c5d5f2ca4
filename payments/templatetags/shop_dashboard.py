"""Show on the admin's first page how the shop is doing, as far as the user may know."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.db.models import F
from django.urls import reverse

from accounts.models import User
from inventory.models import StockItem
from orders.statistics import DayCount, orders_by_status, orders_per_day
from payments.models import Payment, PaymentAlert, Refund
from payments.states import PaymentMethod, PaymentState, RefundState
from utils.models import OutboxEvent

register = template.Library()

DAYS = 14
# A gateway confirms the payments that it collects; staff confirm these.
_BY_HAND = [PaymentMethod.MANUAL.value, PaymentMethod.CASH_ON_DELIVERY.value]
_WIDTH, _HEIGHT, _FOOT, _HEAD = 700, 150, 20, 16
_SLOT = _WIDTH // DAYS
_GAP = 8


@dataclass(frozen=True)
class Figure:
    """Hold one number of the admin's first page, such as "Open payment alerts".

    ``label`` says what is counted, ``value`` is the number, and ``url`` leads to the list of what was counted.
    """

    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Bar:
    """Hold one column of the chart, in the units of its view box."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    value: int


@register.inclusion_tag("admin/shop_dashboard.html", takes_context=True)
def shop_dashboard(context: dict[str, Any]) -> dict[str, Any]:
    """Return what the panel shows to the signed-in staff member."""
    user = context["request"].user
    sees_orders = user.has_perm("orders.view_order")
    return {
        "bars": _bars(orders_per_day(days=DAYS)) if sees_orders else [],
        "days": DAYS,
        "width": _WIDTH,
        "height": _HEIGHT,
        "foot": _HEIGHT - 5,
        "statuses": _status_figures() if sees_orders else [],
        "figures": _duties(user),
    }


def _bars(counts: list[DayCount]) -> list[Bar]:
    most = max(max(count.orders for count in counts), 1)
    room = _HEIGHT - _FOOT - _HEAD
    heights = [room * count.orders // most for count in counts]
    return [
        Bar(
            x=number * _SLOT + _GAP // 2,
            y=_HEIGHT - _FOOT - height,
            width=_SLOT - _GAP,
            height=height,
            middle=number * _SLOT + _SLOT // 2,
            label=f"{count.day:%d %b}",
            value=count.orders,
        )
        for number, (count, height) in enumerate(zip(counts, heights, strict=True))
    ]


def _status_figures() -> list[Figure]:
    return [
        Figure(status.label, count, _list("orders_order", status__exact=status.value))
        for status, count in orders_by_status().items()
    ]


def _duties(user: User) -> list[Figure]:
    """Return the figures that need somebody's attention."""
    figures = []
    if user.has_perm("payments.view_payment"):
        waiting = {"state__exact": PaymentState.PENDING.value, "method__in": ",".join(_BY_HAND)}
        count = Payment.objects.filter(state=PaymentState.PENDING, method__in=_BY_HAND).count()
        figures.append(Figure("Payments to confirm", count, _list("payments_payment", **waiting)))
    if user.has_perm("payments.view_paymentalert"):
        alerts = PaymentAlert.objects.filter(resolved_at=None).count()
        url = _list("payments_paymentalert", resolved_at__isempty=1)
        figures.append(Figure("Open payment alerts", alerts, url))
    if user.has_perm("payments.view_refund"):
        refunds = Refund.objects.filter(state=RefundState.PENDING, is_manual=True).count()
        url = _list("payments_refund", state__exact=RefundState.PENDING.value, is_manual__exact=1)
        figures.append(Figure("Refunds to make by hand", refunds, url))
    if user.has_perm("inventory.view_stockitem"):
        scarce = StockItem.objects.filter(on_hand__lte=F("reserved") + settings.LOW_STOCK_THRESHOLD).count()
        figures.append(Figure("Stock items running low", scarce, _list("inventory_stockitem", left="low")))
    if user.has_perm("utils.view_outboxevent"):
        undelivered = OutboxEvent.objects.filter(delivered_at=None).count()
        figures.append(Figure("Undelivered events", undelivered, _list("utils_outboxevent", delivered_at__isempty=1)))
    return figures


def _list(name: str, **filters: Any) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(filters)}"
