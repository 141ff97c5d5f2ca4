"""The groups that staff are divided into: what they hold, and what a later migrate does to them."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.migrations.state import ProjectState

from accounts.groups import GROUPS, groups_create
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def held(name: str) -> set[str]:
    """Return the permissions held, such as ``orders.view_order``."""
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def everything() -> dict[str, set[str]]:
    return {name: held(name) for name in GROUPS}


def test_each_group_holds_what_the_table_says() -> None:
    assert {permission.split(".")[0] for permission in held("catalogue")} == {
        "accounts",
        "catalog",
        "inventory",
        "orders",
    }
    assert {name for name in held("catalogue") if name.startswith("orders.") and "promotion" not in name} == set()
    assert {"catalog.delete_product", "catalog.add_review", "inventory.add_stockmovement"} <= held("catalogue")
    assert {"orders.change_order", "shipping.add_shippingmethod", "accounts.view_user"} <= held("orders")
    assert {name for name in held("finance") if ".view_" not in name} == {
        "orders.add_taxrate",
        "orders.change_taxrate",
        "orders.delete_taxrate",
        "payments.change_gatewayevent",
        "payments.change_payment",
        "payments.change_paymentalert",
        "payments.change_refund",
    }
    assert {name for name in held("orders") if not name.startswith("shipping.") and ".view_" not in name} == {
        "orders.change_order",
        "notifications.change_thread",
    }


def test_every_line_of_the_table_names_a_permission() -> None:
    for table in GROUPS.values():
        for models, actions in table.items():
            app, model = models.split(".")
            for action in actions.split():
                named = Permission.objects.filter(content_type__app_label=app, codename__startswith=f"{action}_")
                assert named.filter(codename__endswith="" if model == "*" else f"_{model}").exists(), (models, action)


@pytest.mark.parametrize("name", GROUPS)
def test_no_group_reaches_peoples_rights_or_the_audit_log(name: str) -> None:
    harmless = {"accounts.view_user", *(f"accounts.{do}_customergroup" for do in ("view", "add", "change", "delete"))}
    assert {name for name in held(name) if name.split(".")[0] in {"accounts", "auth", "admin"}} <= harmless


def test_what_a_superuser_changed_in_a_group_stays() -> None:
    group = Group.objects.get(name="finance")
    group.permissions.remove(Permission.objects.get(codename="view_order"))
    group.permissions.add(Permission.objects.get(codename="view_shipment"))
    before = everything()
    groups_create()
    assert everything() == before


def test_a_group_that_is_missing_comes_back() -> None:
    before = everything()
    Group.objects.filter(name="finance").delete()
    groups_create()
    assert everything() == before


def test_permissions_of_a_new_model_are_handed_out() -> None:
    """As on the day when its app joins the shop."""
    before = everything()
    Permission.objects.filter(content_type__app_label="payments").delete()
    assert not any(name.startswith("payments.") for name in held("finance"))
    groups_create()
    assert everything() == before


def test_a_migrate_that_has_no_groups_yet_makes_none() -> None:
    Group.objects.all().delete()
    groups_create(apps=ProjectState().apps)
    assert Group.objects.count() == 0


def test_the_groups_come_with_migrate() -> None:
    before = everything()
    Group.objects.all().delete()
    Permission.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_the_groups_are_there_after_a_flush() -> None:
    before = everything()
    call_command("flush", interactive=False, verbosity=0)
    assert everything() == before


def test_rights_of_several_groups_add_up() -> None:
    assert not make_staff(groups=()).has_perm("orders.view_order")
    assert not make_staff(groups=["catalogue"]).has_perm("orders.view_order")
    assert make_staff(groups=["catalogue", "finance"]).has_perms(["orders.view_order", "catalog.change_product"])
    assert make_staff().groups.count() == len(GROUPS)
