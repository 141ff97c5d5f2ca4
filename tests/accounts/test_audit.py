"""The audit log: every change by staff is in it, with before and after, and nothing takes it out again."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import AuditEntry, User
from catalog.models import Category
from catalog.services import category_create
from inventory.models import StockItem
from orders.models import Order
from shipping.models import ShippingMethod, ShippingRate
from shipping.services import address_create
from tests.admin.examples import make_order
from tests.admin.shown_forms import act, press, shown_form
from tests.factories import PASSWORD, make_product, make_user, sole_variant
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

REQUEST_ID = "audited-request-1"


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.com", PASSWORD)


@pytest.fixture
def api(boss: User) -> APIClient:
    client = client_with_token(boss)
    client.defaults["HTTP_X_REQUEST_ID"] = REQUEST_ID
    return client


@pytest.fixture
def root(boss: User) -> Client:
    client = Client(headers={"X-Request-ID": REQUEST_ID})
    client.force_login(boss)
    return client


def entries(object_type: str = "") -> list[AuditEntry]:
    found = AuditEntry.objects.order_by("id")
    return list(found.filter(object_type=object_type) if object_type else found)


def only(object_type: str) -> AuditEntry:
    (entry,) = entries(object_type)
    return entry


def everything() -> str:
    return json.dumps(list(AuditEntry.objects.values("object_type", "object_id", "changes", "route", "request_id")))


class TestApi:
    def test_a_price_change_says_who_what_before_and_after(self, api: APIClient, boss: User) -> None:
        product = make_product(price="10.00")
        assert api.patch(f"/api/v1/products/{product.pk}/", {"price": "12.50"}).status_code == 200
        entry = only("catalog.variantprice")
        assert (entry.actor, entry.action, entry.request_id) == (boss, "changed", REQUEST_ID)
        assert entry.object_id == str(sole_variant(product).prices.get().pk)
        assert entry.changes == {"amount": ["10.00", "12.50"]}
        assert entry.route == f"PATCH /api/v1/products/{product.pk}/"

    def test_only_what_changed_is_noted(self, api: APIClient) -> None:
        product = make_product("Kettle")
        api.patch(f"/api/v1/products/{product.pk}/", {"name": "Teapot", "brand": ""})
        assert only("catalog.product").changes == {"name": ["Kettle", "Teapot"]}

    def test_what_was_created_and_deleted_stays_readable(self, api: APIClient) -> None:
        pk = str(api.post("/api/v1/categories/", {"name": "Phones"}).json()["id"])
        assert api.delete(f"/api/v1/categories/{pk}/").status_code == 204
        created, deleted = entries("catalog.category")
        assert (created.action, created.object_id, created.changes["name"]) == ("created", pk, [None, "Phones"])
        assert (deleted.action, deleted.object_id, deleted.changes["name"]) == ("deleted", pk, ["Phones", None])

    def test_a_product_taken_off_sale(self, api: APIClient) -> None:
        product = make_product()
        assert api.delete(f"/api/v1/products/{product.pk}/").status_code == 204
        assert only("catalog.product").changes == {"status": ["active", "archived"]}

    def test_an_order_moved_on_with_its_parcel(self, api: APIClient, boss: User) -> None:
        order = make_order(make_product())
        api.post(f"/api/v1/orders/{order.number}/transition/", {"status": "shipped", "reason": "Van 7"})
        assert [entry.changes["status"] for entry in entries("orders.order")] == [
            ["pending", "confirmed"],
            ["confirmed", "processing"],
            ["processing", "shipped"],
        ]
        assert entries("orders.orderstatuschange")[-1].changes["reason"] == [None, "Van 7"]
        parcel = only("shipping.shipment")
        assert parcel.object_id == str(order.shipment_id)
        assert parcel.changes["status"] == ["pending", "shipped"]
        assert parcel.changes["shipped_at"][0] is None
        assert parcel.changes["shipped_at"][1].endswith("+00:00")

    def test_a_stock_movement(self, api: APIClient, boss: User) -> None:
        make_product(stock_left=5)
        item = StockItem.objects.get()
        api.post("/api/v1/inventory/movements/", {"stock_item": item.pk, "quantity": 3, "kind": "receipt"})
        booked = only("inventory.stockmovement")
        assert (booked.action, booked.changes["quantity"], booked.actor) == ("created", [None, 3], boss)

    def test_a_confirmed_payment(self, api: APIClient, boss: User) -> None:
        payment = make_order(make_product()).payments.get()
        api.post(f"/api/v1/payments/{payment.number}/confirm/", {"reference": "Bank 17"})
        changes = only("payments.payment").changes
        assert changes["state"] == ["pending", "captured"]
        assert changes["reference"] == ["", "Bank 17"]
        assert changes["confirmed_by"] == [None, boss.pk]
        assert entries("orders.order")[0].changes["captured_total"] == ["0.00", "10.00"]

    def test_what_changes_no_row_is_noted_as_an_act(self, api: APIClient, boss: User) -> None:
        product = make_product()
        api.patch(f"/api/v1/products/{product.pk}/", {})
        (entry,) = entries()
        assert (entry.action, entry.actor, entry.object_type, entry.changes) == ("acted", boss, "", {})
        assert (entry.route, entry.request_id) == (f"PATCH /api/v1/products/{product.pk}/", REQUEST_ID)

    def test_a_user_that_the_test_client_vouches_for_is_known_too(self, staff: User) -> None:
        staff.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog"))
        client = APIClient()
        client.force_authenticate(staff)
        client.post("/api/v1/categories/", {"name": "Phones"})
        assert only("catalog.category").actor == staff


class TestNothing:
    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("/api/v1/categories/", {}, 400),
            ("/api/v1/products/", {"name": "Lamp", "price": "1.001"}, 400),
            ("/api/v1/orders/999/transition/", {"status": "shipped"}, 404),
        ],
    )
    def test_a_refused_request(self, api: APIClient, path: str, body: dict[str, Any], status: int) -> None:
        assert api.post(path, body).status_code == status
        assert entries() == []

    def test_a_refusal_after_the_first_writes(self, api: APIClient) -> None:
        order = make_order(make_product())
        api.post(f"/api/v1/orders/{order.number}/transition/", {"status": "cancelled"})
        before = len(entries())
        assert api.post(f"/api/v1/orders/{order.number}/transition/", {"status": "shipped"}).status_code == 409
        assert len(entries()) == before

    def test_a_transaction_that_was_rolled_back(self, api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        """The price has been written, and its entry with it, when the rest fails."""
        product = make_product(price="10.00")
        seen: list[int] = []

        def fail(*args: Any) -> None:
            seen.append(len(entries("catalog.variantprice")))
            raise RuntimeError("after the price")

        monkeypatch.setattr("catalog.services.prices._price_ranges_refresh", fail)
        assert api.patch(f"/api/v1/products/{product.pk}/", {"price": "12.50"}).status_code == 500
        assert seen == [1]
        assert entries() == []
        assert sole_variant(product).prices.get().amount == 10

    def test_reading(self, api: APIClient) -> None:
        api.get("/api/v1/orders/")
        assert entries() == []

    def test_a_refused_form_of_the_admin(self, root: Client) -> None:
        url = reverse("admin:accounts_user_add")
        assert root.post(url, {**shown_form(root, url), "username": ""}).status_code == 200
        assert entries() == []

    def test_a_button_that_refuses_or_asks_first(self, root: Client) -> None:
        order = make_order(make_product())
        press(root, "orders_order", order.pk, "status", "nonsense")
        press(root, "orders_order", order.pk, "status", "cancelled", reason="")
        act(root, "orders_order", "move_to", [order.pk])
        assert entries() == []


class TestAdmin:
    def test_a_role_and_groups(self, root: Client, boss: User, customer: User) -> None:
        url = reverse("admin:accounts_user_change", args=[customer.pk])
        group = Group.objects.create(name="Packers")
        right = Permission.objects.get(codename="view_order")
        typed = {"role": "staff", "groups": [group.pk], "user_permissions": [right.pk]}
        assert root.post(url, {**shown_form(root, url), **typed}).status_code == 302
        found = entries("accounts.user")
        assert {(entry.actor, entry.object_id, entry.request_id) for entry in found} == {
            (boss, str(customer.pk), REQUEST_ID)
        }
        changes = {name: sides for entry in found for name, sides in entry.changes.items()}
        assert changes == {
            "role": ["customer", "staff"],
            "groups": [[], ["Packers"]],
            "user_permissions": [[], ["orders.view_order"]],
        }

    def test_a_groups_rights(self, root: Client) -> None:
        group = Group.objects.create(name="Packers")
        url = reverse("admin:auth_group_change", args=[group.pk])
        right = Permission.objects.get(codename="change_order")
        root.post(url, {**shown_form(root, url), "name": "Senders", "permissions": [right.pk]})
        renamed, given = entries("auth.group")
        assert renamed.changes == {"name": ["Packers", "Senders"]}
        assert given.changes == {"permissions": [[], ["orders.change_order"]]}

    def test_a_shipping_method_with_its_rates(self, root: Client) -> None:
        method = ShippingMethod.objects.create(name="Post", code="post")
        rate = ShippingRate.objects.create(method=method, currency="USD", price=5)
        url = reverse("admin:shipping_shippingmethod_change", args=[method.pk])
        root.post(url, {**shown_form(root, url), "name": "Mail", "rates-0-price": "6.50"})
        assert only("shipping.shippingmethod").changes == {"name": ["Post", "Mail"]}
        entry = only("shipping.shippingrate")
        assert (entry.object_id, entry.changes) == (str(rate.pk), {"price": ["5.00", "6.50"]})

    def test_a_category_moved_in_the_tree(self, root: Client) -> None:
        kitchen, pots = category_create(name="Kitchen"), category_create(name="Pots")
        old = pots.path
        url = reverse("admin:catalog_category_change", args=[pots.pk])
        typed = {"treebeard_ref_node": kitchen.pk, "treebeard_position": "sorted-child"}
        root.post(url, {**shown_form(root, url), **typed})
        moved = [entry for entry in entries("catalog.category") if "path" in entry.changes]
        assert [entry.changes["path"] for entry in moved] == [[old, Category.objects.get(pk=pots.pk).path]]

    def test_list_actions(self, root: Client) -> None:
        products = [make_product(), make_product()]
        act(root, "catalog_product", "take_off_sale", [product.pk for product in products])
        found = entries("catalog.product")
        assert {entry.object_id for entry in found} == {str(product.pk) for product in products}
        assert [entry.changes for entry in found] == [{"status": ["active", "archived"]}] * 2

    def test_buttons(self, root: Client, boss: User) -> None:
        order = make_order(make_product())
        press(root, "orders_order", order.pk, "tracking", "save", carrier="DHL", tracking_number="17")
        entry = only("shipping.shipment")
        assert entry.changes == {"carrier": ["", "DHL"], "tracking_number": ["", "17"]}
        assert (entry.actor, entry.request_id) == (boss, REQUEST_ID)

    def test_ended_sign_ins_are_an_act_on_each_user(self, root: Client, customer: User, other_customer: User) -> None:
        act(root, "accounts_user", "end_sessions", [customer.pk, other_customer.pk])
        touched = {entry.object_id for entry in entries("accounts.user")}
        assert touched == {str(customer.pk), str(other_customer.pk)}


class TestSecrets:
    def test_passwords_are_never_in_it(self, root: Client, api: APIClient, customer: User) -> None:
        new = "another horse battery 8"
        url = reverse("admin:auth_user_password_change", args=[customer.pk])
        root.post(url, {"password1": new, "password2": new, "usable_password": "true"})
        assert api.post("/api/v1/auth/password/", {"old_password": PASSWORD, "new_password": new}).status_code == 200
        changed = [entry.changes["password"] for entry in entries("accounts.user") if "password" in entry.changes]
        assert changed == [["(hidden)", "(hidden)"]] * 2
        hashes = User.objects.values_list("password", flat=True)
        assert not [secret for secret in (new, PASSWORD, *hashes) if secret in everything()]

    def test_personal_values_are_never_in_it(self, root: Client, customer: User) -> None:
        url = reverse("admin:accounts_user_change", args=[customer.pk])
        root.post(url, {**shown_form(root, url), "email": "secret@example.com", "city": "Arusha", "role": "seller"})
        assert only("accounts.user").changes == {
            "email": ["(personal)", "(personal)"],
            "city": ["(personal)", "(personal)"],
            "role": ["customer", "seller"],
        }
        address = address_create(user=customer, street="Old Street 1")
        url = reverse("admin:shipping_address_change", args=[address.pk])
        root.post(url, {**shown_form(root, url), "street": "New Street 2"})
        assert only("shipping.address").changes == {"street": ["(personal)", "(personal)"]}
        assert not [word for word in ("secret@", "carla", "Arusha", "Street") if word in everything()]


def test_signing_in_to_the_admin_is_noted(db: None, boss: User) -> None:
    Client().post(reverse("admin:login"), {"username": "root", "password": PASSWORD})
    entry = only("accounts.user")
    assert (entry.actor, list(entry.changes)) == (boss, ["last_login"])


def test_a_customer_costs_no_statement(customer: User, django_assert_num_queries: Any) -> None:
    from accounts.audit import update_audited

    user = make_user()
    with django_assert_num_queries(1):
        update_audited(User.objects.filter(pk=user.pk), city="Arusha")
    assert not Order.objects.exists()
