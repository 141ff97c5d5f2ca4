"""The groups of staff and their permissions."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

_ALL = "view add change delete"

# What each group may do with which models. No group may change users' rights or groups, or read the audit log.
GROUPS: dict[str, dict[str, str]] = {
    "catalogue": {
        "catalog.*": _ALL,
        "accounts.customergroup": _ALL,
        "inventory.*": "view",
        "inventory.location": "add change",
        "inventory.stockitem": "add change",
        "inventory.stockmovement": "add",
        "orders.promotion": _ALL,
        "orders.promotionitem": _ALL,
        "orders.promotioncode": _ALL,
        "orders.promotionuse": "view",
    },
    "orders": {
        "orders.*": "view",
        "orders.order": "change",
        "shipping.*": _ALL,
        "accounts.user": "view",
        "catalog.*": "view",
        "inventory.*": "view",
        "payments.*": "view",
        "notifications.*": "view",
        "notifications.thread": "change",
    },
    "finance": {
        "payments.*": "view",
        "payments.payment": "change",
        "payments.refund": "change",
        "payments.gatewayevent": "change",
        "payments.paymentalert": "change",
        "orders.taxrate": _ALL,
        "orders.*": "view",
        "catalog.*": "view",
    },
}


def groups_create(*, apps: Any = installed, using: str = DEFAULT_DB_ALIAS, **signal: Any) -> None:
    """Create the groups of ``GROUPS`` that are missing; runs after each ``migrate``.

    A new group gets all of its permissions. An existing group gets only the permissions that this run creates because a
    model is new: permissions that superusers added or removed stay as they are. A group that was deleted or renamed is
    created again.
    """
    try:
        apps.get_model("auth", "Group")
    except LookupError:  # a partial migrate has not created the groups' table yet
        return
    known = set(Permission.objects.using(using).values_list("pk", flat=True))
    _create_permissions(using)
    for name, table in GROUPS.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        permissions = Permission.objects.using(using).filter(_named_in(table))
        group.permissions.add(*(found for found in permissions if is_new or found.pk not in known))


def _create_permissions(using: str) -> None:
    """Create the permissions of the apps in ``GROUPS`` now.

    Django creates them at each app's own ``post_migrate``, which for some apps comes after this one. It creates no
    permission twice.
    """
    for label in sorted({models.split(".")[0] for table in GROUPS.values() for models in table}):
        create_permissions(installed.get_app_config(label), verbosity=0, using=using)


def _named_in(table: dict[str, str]) -> Q:
    """Return the filter that selects the permissions listed in ``table``.

    ``table`` maps models, such as ``orders.order`` or ``orders.*``, to actions separated by spaces.
    """
    named = Q()
    for models, actions in table.items():
        app, model = models.split(".")
        for action in actions.split():
            codename = Q(codename__startswith=f"{action}_") if model == "*" else Q(codename=f"{action}_{model}")
            named |= Q(content_type__app_label=app) & codename
    return named
