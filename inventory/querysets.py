"""Filters and the row locks of this app."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import F


class StockItemQuerySet(models.QuerySet[Any]):
    def of_variants(self, variant_ids: Iterable[int]) -> Self:
        return self.filter(variant__in=list(variant_ids))

    def locked(self) -> Self:
        """Locked until the transaction ends, always in id order: two orders on the same rows then queue, not deadlock.

        SQLite has no row locks; its IMMEDIATE transactions already run one at a time.
        """
        return self.order_by("pk").select_for_update(of=("self",))

    def with_available(self) -> Self:
        return self.annotate(left=F("on_hand") - F("reserved"))
