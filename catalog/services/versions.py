"""Writes: that what products show has changed."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Product


def products_touch(*, product_ids: Iterable[int]) -> None:
    """Say that something these products show has changed, so that no older card of theirs is shown again.

    Called, in the same transaction, by whatever changes a variant, a price, a picture, a rating or a category's name.
    """
    Product.objects.filter(pk__in=list(product_ids)).update(updated_at=timezone.now())


def lock_products(products: QuerySet[Product]) -> list[int]:
    """Lock ``products`` in id order, before anything that hangs on them is written; their ids.

    The lock leaves foreign keys alone: an order checks its own at its commit, with the stock locked that the editor of
    a product may be waiting for.
    """
    return list(products.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
