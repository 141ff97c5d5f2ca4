"""The inventory's receivers: what the catalogue changes is written into the read model in the same transaction."""

from collections.abc import Set
from typing import Any

from django.dispatch import receiver

from catalog.signals import products_changed
from inventory.listings import listings_are_whole, listings_rebuild, listings_refresh


@receiver(products_changed, dispatch_uid="inventory.listings_refresh")
def refresh_listings(*, product_ids: Set[int], **kwargs: Any) -> None:
    listings_refresh(product_ids=product_ids)


def fill_listings(**kwargs: Any) -> None:
    """Fill the read model where it is not whole: at its first migration, and after a change of the shop's currency.

    ``manage.py migrate`` runs at each start and release, so this can't be forgotten.
    """
    if not listings_are_whole():
        listings_rebuild()
