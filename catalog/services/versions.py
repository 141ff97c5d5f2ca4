"""Mark products as changed, which gives them a new version, and lock products in id order."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Product


def products_touch(*, product_ids: Iterable[int]) -> None:
    """Set ``updated_at`` of these products to now, so that none of their cached cards is shown again.

    All code that changes a variant, a price, a picture, a rating or a category's name calls it in the same transaction.
    """
    Product.objects.filter(pk__in=list(product_ids)).update(updated_at=timezone.now())


def lock_products(products: QuerySet[Product]) -> list[int]:
    """Lock the rows of ``products`` until the transaction ends, and return their ids.

    Call it before writing the products' variants, prices or pictures. The rows are locked in the order of their ids, so
    that two callers wait for each other and do not deadlock.

    The lock still lets others write rows with foreign keys to the products, because an order checks its foreign keys
    when it commits, while it holds locks on stock items that somebody who edits the product may be waiting for.
    """
    return list(products.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
