"""Filters and row locks of stock items."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F

if TYPE_CHECKING:
    from inventory.models import StockItem


class StockItemQuerySet(models.QuerySet["StockItem"]):
    def of_variants(self, variant_ids: Iterable[int]) -> Self:
        return self.filter(variant__in=list(variant_ids))

    def locked(self) -> Self:
        """Lock the rows until the transaction ends.

        The rows are always locked in id order, so that two orders on the same rows wait for each other and do not
        deadlock. SQLite has no row locks; its IMMEDIATE transactions already run one at a time.
        """
        return self.order_by("pk").select_for_update(of=("self",))

    def with_available(self) -> Self:
        """Add the column ``left``: the number of pieces for sale."""
        return self.annotate(left=F("on_hand") - F("reserved"))
