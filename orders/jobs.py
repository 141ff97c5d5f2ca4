"""The periodic jobs of orders."""

from django.utils import timezone

from orders.services import orders_expire
from utils.jobs import job


@job("orders.expire", every_minutes=1)
def expire() -> None:
    """Cancel the orders that were not paid in time, which releases their stock."""
    orders_expire(now=timezone.now())
