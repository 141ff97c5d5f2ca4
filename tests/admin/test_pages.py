"""Every list and every page of the admin: it opens, it costs the same for any number of rows, it keeps to rights."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OneTimeCode, User
from catalog.models import Category
from inventory.models import Listing
from tests.admin.examples import make_rows
from tests.factories import make_product
from utils.models import Revision

OUR_APPS = {"accounts", "catalog", "inventory", "cart", "shipping", "orders", "payments", "notifications", "utils"}
MODELS = [model for model in admin.site._registry if model._meta.app_label in OUR_APPS] + [Group]
READ_ONLY = [
    "accounts_auditentry",
    "accounts_usersession",
    "cart_cart",
    "inventory_reservation",
    "inventory_stockmovement",
    "notifications_notification",
    "notifications_thread",
    "orders_order",
    "payments_gatewayevent",
    "payments_payment",
    "payments_paymentalert",
    "payments_paymententry",
    "payments_refund",
    "shipping_shipment",
    "utils_idempotencykey",
    "utils_outboxevent",
    "utils_queuedjob",
    "utils_ratecount",
]


def name_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_of_the_apps_has_a_page_or_stands_on_one() -> None:
    shown = set(admin.site._registry)
    for model_admin in admin.site._registry.values():
        shown.update(inline.model for inline in model_admin.inlines)
    ours = {model for model in apps.get_models() if model._meta.app_label in OUR_APPS}
    assert ours - shown == {OneTimeCode, Revision, Listing}, "staff have no use for codes, revisions and the read model"


def test_no_page_makes_more_queries_for_8_rows_than_for_2(root: Client) -> None:
    urls = [reverse(f"admin:{name_of(model)}_changelist") for model in MODELS] + [reverse("admin:index")]
    make_rows(2)
    for url in urls:
        queries(root, url)
    few = {url: queries(root, url) for url in urls}
    make_rows(6)
    assert min(model._default_manager.count() for model in MODELS) >= 8
    assert {url: queries(root, url) for url in urls} == few


@pytest.mark.battery
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_change_page_opens(root: Client, model: type[Model]) -> None:
    make_rows(1)
    for row in model._default_manager.all():
        assert root.get(reverse(f"admin:{name_of(model)}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("catalog.product", "category"),
        ("catalog.product", "seller"),
        ("catalog.variant", "product"),
        ("inventory.stockitem", "variant"),
        ("inventory.stockitem", "location"),
    ],
)
def test_a_choice_is_found_by_typing(root: Client, model: str, field: str) -> None:
    app, name = model.split(".")
    sought = {"app_label": app, "model_name": name, "field_name": field}
    url = f"{reverse('admin:autocomplete')}?{urlencode(sought)}"
    make_rows(2)
    few = queries(root, url)
    make_rows(2)
    assert len(root.get(url).json()["results"]) >= 4
    assert queries(root, url) == few


def test_the_category_tree_unfolds(root: Client) -> None:
    kitchen = Category.objects.add_root(instance=Category(name="Kitchen", slug="kitchen"))
    Category.objects.add_child(kitchen, instance=Category(name="Pots", slug="pots"))
    url = reverse("admin:catalog_category_changelist")
    assert "Pots" not in root.get(url).content.decode()
    assert "Pots" in root.get(f"{url}children/{kitchen.pk}/").json()["result_html"]


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_list_can_be_searched(root: Client, model: type[Model]) -> None:
    make_rows(1)
    assert root.get(reverse(f"admin:{name_of(model)}_changelist"), {"q": "a b"}).status_code == 200


@pytest.mark.battery
@pytest.mark.parametrize("model", [model for model in MODELS if name_of(model) not in READ_ONLY], ids=name_of)
def test_an_add_page_opens_where_rows_are_made_by_hand(root: Client, model: type[Model]) -> None:
    made_by_customers = {"catalog_review", "shipping_address"}
    expected = 403 if name_of(model) in made_by_customers else 200
    assert root.get(reverse(f"admin:{name_of(model)}_add")).status_code == expected


@pytest.mark.battery
@pytest.mark.parametrize("name", READ_ONLY)
def test_what_services_write_is_neither_added_nor_changed_nor_deleted(root: Client, name: str) -> None:
    make_rows(1)
    model = apps.get_model(*name.split("_"))
    row = model._default_manager.order_by("pk").first()
    before = model._default_manager.order_by("pk").values().get(pk=row.pk)
    assert root.post(reverse(f"admin:{name}_add"), {}).status_code == 403
    assert root.post(reverse(f"admin:{name}_change", args=[row.pk]), {"status": "x"}).status_code == 403
    assert root.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model._default_manager.values().get(pk=row.pk) == before


@pytest.mark.battery
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_staff_without_rights_see_nothing(staff_with: Callable[..., Client], model: type[Model]) -> None:
    make_rows(1)
    client, row = staff_with(), model._default_manager.order_by("pk").first()
    assert client.get(reverse(f"admin:{name_of(model)}_changelist")).status_code == 403
    assert client.get(reverse(f"admin:{name_of(model)}_change", args=[row.pk])).status_code == 403


@pytest.mark.battery
@pytest.mark.parametrize("model", MODELS, ids=name_of)
@pytest.mark.parametrize("right", ["view", "change"])
def test_one_right_opens_a_models_pages(staff_with: Callable[..., Client], model: type[Model], right: str) -> None:
    make_rows(1)
    client = staff_with(f"{model._meta.app_label}.{right}_{model._meta.model_name}")
    row = model._default_manager.order_by("pk").first()
    assert client.get(reverse(f"admin:{name_of(model)}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:{name_of(model)}_change", args=[row.pk])).status_code == 200


def test_customers_are_sent_to_the_sign_in_page(customer: User) -> None:
    client = Client()
    client.force_login(customer)
    assert client.get(reverse("admin:index")).status_code == 302


def test_names_are_escaped(root: Client, superuser: User) -> None:
    make_rows(1)
    bad = "<script>alert(1)</script>"
    product = make_product(bad)
    variant = product.variants.get()
    item = variant.stock_items.get()
    for url in (
        reverse("admin:catalog_product_changelist"),
        reverse("admin:catalog_product_change", args=[product.pk]),
        reverse("admin:catalog_variant_changelist"),
        reverse("admin:catalog_variant_change", args=[variant.pk]),
        reverse("admin:inventory_stockitem_changelist"),
        reverse("admin:inventory_stockitem_change", args=[item.pk]),
        reverse("admin:inventory_stockmovement_changelist"),
    ):
        text = root.get(url).content.decode()
        assert bad not in text, url
        assert "&lt;script&gt;alert(1)" in text, url
