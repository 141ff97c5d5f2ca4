"""Filters and the row lock of orders."""

from datetime import datetime
from typing import Any, Self

from django.db import models


class OrderQuerySet(models.QuerySet[Any]):
    def locked(self) -> Self:
        """Locked until the transaction ends, in id order."""
        return self.order_by("pk").select_for_update(of=("self",))

    def expired(self, *, now: datetime) -> Self:
        """Unpaid past their time. (The status is named in full so that its index is used.)"""
        return self.filter(status="pending", payment_status="unpaid", expires_at__lte=now)
