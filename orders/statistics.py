"""Count orders, for staff."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from orders.models import Order
from orders.states import OrderStatus


@dataclass(frozen=True)
class DayCount:
    day: date
    orders: int


def orders_per_day(*, days: int) -> list[DayCount]:
    """Count the orders that were placed on each of the last ``days`` days, the oldest first and today included.

    Days begin at midnight of the current time zone. Cancelled orders count, too.
    """
    first = timezone.localdate() - timedelta(days=days - 1)
    midnight = timezone.make_aware(datetime.combine(first, time.min))
    rows = (
        Order.objects.filter(placed_at__gte=midnight)
        .order_by()
        .annotate(day=TruncDate("placed_at"))
        .values("day")
        .annotate(orders=Count("id"))
    )
    found = {row["day"]: row["orders"] for row in rows}
    wanted = [first + timedelta(days=number) for number in range(days)]
    return [DayCount(day=day, orders=found.get(day, 0)) for day in wanted]


def orders_by_status() -> dict[OrderStatus, int]:
    """Count the orders in each status, in the sequence of the statuses; a status without orders counts 0."""
    rows = Order.objects.order_by().values_list("status").annotate(orders=Count("id"))
    found = dict(rows)
    return {status: found.get(status.value, 0) for status in OrderStatus}
