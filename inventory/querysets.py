"""Filters and row locks of stock items and listings."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F

from catalog.querysets import with_words

if TYPE_CHECKING:
    from inventory.models import Listing, StockItem


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


class ListingQuerySet(models.QuerySet["Listing"]):
    def locked(self) -> Self:
        """Lock the rows until the transaction ends, in the order of their products and currencies.

        They come after all other locks (docs/locking.md): whoever holds one waits for no stock item.
        """
        return self.order_by("product_id", "currency").select_for_update(no_key=True)

    def search(self, text: str) -> Self:
        """Keep the products that contain every word of ``text``. Unless ordered anew, ``parts`` tell their order."""
        conditions = with_words(text, product="product__")
        if conditions is None:
            return self
        anywhere, in_name = conditions
        return self.filter(anywhere).alias(in_name=ExpressionWrapper(in_name, BooleanField())).order_by()

    def parts(self) -> list[Self]:
        """Return the parts of the list, one after the other.

        A search that is not ordered has two: products with all the words in the name, and then the others. Each is in
        id order, so no part needs to be sorted.
        """
        if "in_name" not in self.query.annotations or self.query.order_by:
            return [self]
        rows = self.order_by("product_id")
        return [rows.filter(in_name=True), rows.filter(in_name=False)]
