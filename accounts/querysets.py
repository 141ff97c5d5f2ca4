"""The row locks of this app's admin."""

from typing import Any

from django.db.models import QuerySet


def active_superusers_locked(users: QuerySet[Any]) -> list[int]:
    """The ids of the active superusers among ``users``, locked until the transaction ends.

    Always in id order, so that the last two can't demote each other at the same moment.
    """
    found = users.filter(is_superuser=True, is_active=True).order_by("pk")
    return list(found.select_for_update(no_key=True).values_list("pk", flat=True))
