"""What each of the shop's groups sees in the admin."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.groups import GROUPS
from tests.admin.examples import make_rows
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

CATALOGUE = {"category", "product", "variant", "review"}
PROMOTIONS = {"promotion"}
STOCK = {"location", "reservation", "stockitem", "stockmovement"}
SHIPPING = {"address", "shipment", "shippingmethod", "shippingzone"}
MONEY = {"payment", "paymententry", "paymentalert", "refund", "gatewayevent"}
PAGES = {
    "catalogue": CATALOGUE | STOCK | PROMOTIONS | {"customergroup"},
    "orders": CATALOGUE
    | STOCK
    | SHIPPING
    | MONEY
    | PROMOTIONS
    | {"order", "taxrate", "notification", "thread", "user"},
    "finance": CATALOGUE | MONEY | PROMOTIONS | {"order", "taxrate"},
}
MONEY_MATTERS = {"Payments to confirm", "Open payment alerts", "Refunds to make by hand"}


def client_in(*groups: str) -> Client:
    client = Client()
    client.force_login(make_staff(groups=groups))
    return client


def pages(client: Client) -> set[str]:
    """Return the names of the models whose list the client may open."""
    return {
        model._meta.model_name
        for model in admin.site._registry
        if client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")).status_code == 200
    }


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_sees_its_part(group: str) -> None:
    make_rows(1)
    client = client_in(group)
    listed = {
        model["model"]._meta.model_name
        for app in client.get(reverse("admin:index")).context["app_list"]
        for model in app["models"]
    }
    assert pages(client) == PAGES[group]
    assert listed == PAGES[group]


def test_staff_without_a_group_sign_in_and_see_nothing() -> None:
    make_rows(1)
    client = client_in()
    index = client.get(reverse("admin:index"))
    assert (index.status_code, index.context["app_list"], pages(client)) == (200, [], set())
    assert "shop-dashboard" not in index.content.decode()


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        ("catalogue", {"Stock items running low"}),
        ("orders", {*MONEY_MATTERS, "Stock items running low", "Orders of the last"}),
        ("finance", {*MONEY_MATTERS, "Orders of the last"}),
    ],
)
def test_the_first_page_tells_a_group_what_is_its_business(group: str, shown: set[str]) -> None:
    make_rows(1)
    text = client_in(group).get(reverse("admin:index")).content.decode()
    everything = {*MONEY_MATTERS, "Stock items running low", "Orders of the last", "Undelivered events"}
    assert {words for words in everything if words in text} == shown
