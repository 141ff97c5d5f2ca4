"""Mark products as changed, which gives them a new version, and lock products in id order."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Product
from catalog.signals import products_changed

_gathered: ContextVar[set[int] | None] = ContextVar("gathered", default=None)


@contextmanager
def changes_gathered() -> Iterator[None]:
    """Send ``products_changed`` once, at the end of the block, for all products that change inside it.

    Enter it inside of a transaction. A block within another one leaves the sending to the outer one. Whoever changes
    both products and their stock needs it: what hears the signal locks rows that come after the stock items
    (docs/locking.md).
    """
    if _gathered.get() is not None:
        yield
        return
    changed: set[int] = set()
    token = _gathered.set(changed)
    try:
        yield
    finally:
        _gathered.reset(token)
    if changed:
        products_changed.send(sender=Product, product_ids=changed)


def products_tell(*, product_ids: Iterable[int]) -> None:
    """Tell that these products, whose rows the caller has written, show something else now.

    Call it inside of a transaction.
    """
    with changes_gathered():
        gathered = _gathered.get()
        if gathered is not None:
            gathered.update(product_ids)


def products_touch(*, product_ids: Iterable[int]) -> None:
    """Set ``updated_at`` of these products to now, so that nothing older of them is shown again.

    All code that changes a variant, a price, a picture, a rating or a category's name calls it in the same transaction.
    """
    ids = set(product_ids)
    # What has changed before in the same block has its new version already.
    if new := ids - (_gathered.get() or set()):
        Product.objects.filter(pk__in=new).update(updated_at=timezone.now())
        products_tell(product_ids=new)


def lock_products(products: QuerySet[Product]) -> list[int]:
    """Lock the rows of ``products`` until the transaction ends, and return their ids.

    Call it before writing the products' variants, prices or pictures. The rows are locked in the order of their ids, so
    that two callers wait for each other and do not deadlock.

    The lock still lets others write rows with foreign keys to the products, because an order checks its foreign keys
    when it commits, while it holds locks on stock items that somebody who edits the product may be waiting for.
    """
    return list(products.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
