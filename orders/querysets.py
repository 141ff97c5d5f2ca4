"""The filters and the row lock of orders."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from orders.models import Order


class OrderQuerySet(models.QuerySet["Order"]):
    def locked(self) -> Self:
        """Lock the rows until the transaction ends, in the order of their ids."""
        return self.order_by("pk").select_for_update(of=("self",))

    def expired(self, *, now: datetime) -> Self:
        """Select the pending, unpaid orders whose ``expires_at`` has passed at ``now`` (UTC)."""
        return self.filter(status="pending", payment_status="unpaid", expires_at__lte=now)
