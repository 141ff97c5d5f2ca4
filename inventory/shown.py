"""What guests see of products: the changes that change the revision (``utils.revisions``)."""

from collections.abc import Sequence
from typing import Any

from utils.triggers import Follow, revision_follows, revision_pauses

_TABLES = (
    "catalog_category",
    "catalog_product",
    "catalog_productimage",
    "catalog_review",
    "catalog_variant",
    "catalog_variantprice",
    "inventory_stockitem",
)
_EVENTS = ("INSERT", "UPDATE", "DELETE")

_WAS_IN_STOCK, _IS_IN_STOCK = "(OLD.on_hand > OLD.reserved)", "(NEW.on_hand > NEW.reserved)"
_OTHER_PIECES = "OLD.on_hand - OLD.reserved <> NEW.on_hand - NEW.reserved"
# Reviews show their authors by these names.
_OTHER_NAME = "OLD.first_name <> NEW.first_name OR OLD.username <> NEW.username"

CHANGES = (
    *(
        Follow(table, event)
        for table in _TABLES
        for event in _EVENTS
        if (table, event) != ("inventory_stockitem", "UPDATE")
    ),
    Follow("inventory_stockitem", "UPDATE", f"{_WAS_IN_STOCK} <> {_IS_IN_STOCK}"),
    Follow("inventory_stockitem", "UPDATE", f"{_WAS_IN_STOCK} = {_IS_IN_STOCK} AND {_OTHER_PIECES}", "pieces"),
    Follow("accounts_user", "UPDATE", _OTHER_NAME),
    # Guests see the tiers of everybody only.
    Follow("catalog_pricetier", "INSERT", "NEW.customer_group_id IS NULL"),
    Follow("catalog_pricetier", "UPDATE", "OLD.customer_group_id IS NULL OR NEW.customer_group_id IS NULL"),
    Follow("catalog_pricetier", "DELETE", "OLD.customer_group_id IS NULL"),
)


def follow_changes(**kwargs: Any) -> None:
    """Make the database's triggers for ``CHANGES``. This receives Django's ``post_migrate``."""
    revision_follows(CHANGES)


def pause_following(*, plan: Sequence[tuple[Any, bool]], **kwargs: Any) -> None:
    """Drop the triggers that migrations can't bear. This receives Django's ``pre_migrate``.

    ``plan`` lists the migrations that will run.
    """
    if plan:
        revision_pauses({migration.app_label for migration, _ in plan})
