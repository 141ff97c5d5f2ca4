"""Row locks for this app's admin."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.models import User


def active_superusers_locked(users: "QuerySet[User]") -> list[int]:
    """Lock the active superusers among ``users`` until the transaction ends, and return their ids.

    The lock keeps the last two superusers from demoting each other at the same moment. Rows are locked in id order, so
    that two transactions can't block each other.
    """
    found = users.filter(is_superuser=True, is_active=True).order_by("pk")
    return list(found.select_for_update(no_key=True).values_list("pk", flat=True))
