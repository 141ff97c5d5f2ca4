"""The inventory's receivers: what the catalogue changes is written into the read model in the same transaction."""

from collections.abc import Set
from typing import Any

from inventory.listings import listings_are_whole, listings_rebuild, listings_refresh


def refresh_listings(*, product_ids: Set[int], **kwargs: Any) -> None:
    """Derive the listings of products that changed. This receives ``catalog.signals.products_changed``."""
    listings_refresh(product_ids=product_ids)


def fill_listings(**kwargs: Any) -> None:
    """Fill the read model where it is not whole: at its first migration, and after a change of the shop's currency.

    This receives Django's ``post_migrate``. ``manage.py migrate`` runs at each start and release, so this can't be
    forgotten.
    """
    if not listings_are_whole():
        listings_rebuild()
