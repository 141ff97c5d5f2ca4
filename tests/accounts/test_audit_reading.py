"""Reading the audit log, in the API and the admin, and the attempts to rewrite it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import AuditEntry, User
from tests.admin.shown_forms import act
from tests.factories import PASSWORD, make_product
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
    client = Client()
    client.force_login(boss)
    return client


class TestUndeletable:
    @pytest.fixture
    def entry(self, boss: User) -> AuditEntry:
        return AuditEntry.objects.create(actor=boss, action="acted", route="POST /", request_id=REQUEST_ID)

    def test_by_model_and_queryset(self, entry: AuditEntry) -> None:
        for attempt in (
            entry.save,
            entry.delete,
            AuditEntry.objects.all().delete,
            lambda: AuditEntry.objects.update(route="GET /"),
        ):
            with pytest.raises(TypeError):
                attempt()
        assert AuditEntry.objects.get() == entry

    @pytest.mark.parametrize("page", ["change", "delete"])
    def test_by_the_admin(self, root: Client, boss: User, page: str) -> None:
        entry = AuditEntry.objects.create(actor=boss, action="acted", route="POST /", request_id=REQUEST_ID)
        url = reverse(f"admin:accounts_auditentry_{page}", args=[entry.pk])
        assert root.post(url, {"route": "GET /", "post": "yes"}).status_code == 403
        assert root.post(reverse("admin:accounts_auditentry_add"), {"route": "GET /"}).status_code == 403
        act(root, "accounts_auditentry", "delete_selected", [entry.pk], post="yes")
        assert [row.route for row in AuditEntry.objects.all()] == ["POST /"]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such trigger")
    @pytest.mark.parametrize("sql", ["DELETE FROM accounts_auditentry", "UPDATE accounts_auditentry SET route = ''"])
    def test_by_sql(self, entry: AuditEntry, sql: str) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert AuditEntry.objects.get() == entry


class TestReading:
    URL = "/api/v1/audit/"

    def test_who_may_read(self, api: APIClient, customer_api: APIClient, staff_api: APIClient, staff: User) -> None:
        assert APIClient().get(self.URL).status_code == 401
        assert customer_api.get(self.URL).status_code == 403
        assert staff_api.get(self.URL).status_code == 403
        assert api.get(self.URL).status_code == 200
        staff.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
        assert client_with_token(staff).get(self.URL).status_code == 200

    def test_entries_are_found_newest_first(self, api: APIClient, boss: User) -> None:
        product = make_product("Kettle", price="10.00")
        for name in ("Teapot", "Jug"):
            api.patch(f"/api/v1/products/{product.pk}/", {"name": name})
        api.patch(f"/api/v1/products/{product.pk}/", {"price": "12.50"})
        found = api.get(self.URL, {"object_type": "catalog.product", "object_id": product.pk}).json()["results"]
        assert [entry["changes"] for entry in found] == [{"name": ["Teapot", "Jug"]}, {"name": ["Kettle", "Teapot"]}]
        newest = AuditEntry.objects.latest("id")
        assert found[0].keys() == {
            *("id", "at", "actor", "action", "object_type", "object_id", "changes", "route", "request_id")
        }
        assert found[0]["actor"] == "root"
        counts = {
            name: api.get(self.URL, {name: value}).json()["count"]
            for name, value in {
                "actor": boss.pk,
                "action": "created",
                "request_id": REQUEST_ID,
                "at_after": newest.at.isoformat(),
                "at_before": newest.at.isoformat(),
            }.items()
        }
        assert counts == {"actor": 3, "action": 0, "request_id": 3, "at_after": 1, "at_before": 2}

    @pytest.mark.parametrize(
        "query", [{"acter": 1}, {"actor": "x"}, {"action": "x"}, {"at_after": "soon"}, {"object_type": "x" * 101}]
    )
    def test_a_bad_filter_is_refused(self, api: APIClient, query: dict[str, Any]) -> None:
        assert api.get(self.URL, query).status_code == 400

    def test_the_admins_pages(self, root: Client, api: APIClient) -> None:
        product = make_product("Kettle")
        api.patch(f"/api/v1/products/{product.pk}/", {"name": "<b>Teapot</b>"})
        listed = root.get(reverse("admin:accounts_auditentry_changelist"), {"q": REQUEST_ID}).content.decode()
        assert reverse("admin:catalog_product_change", args=[product.pk]) in listed
        page = reverse(
            "admin:accounts_auditentry_change", args=[AuditEntry.objects.get(object_type="catalog.product").pk]
        )
        shown = root.get(page).content.decode()
        assert "<td>Kettle</td>" in shown
        assert "&lt;b&gt;Teapot&lt;/b&gt;" in shown

    def test_the_admins_filters(self, root: Client, boss: User) -> None:
        entry = AuditEntry.objects.create(
            actor=boss, action="deleted", object_type="no.such", object_id="1", route="POST /", request_id=REQUEST_ID
        )
        url = reverse("admin:accounts_auditentry_changelist")
        for query in ({"actor": boss.pk}, {"action": "deleted"}, {"object_type": "no.such"}, {"q": "1"}):
            assert [row.pk for row in root.get(url, query).context["cl"].result_list] == [entry.pk]
        assert root.get(url, {"actor": "x"}).context["cl"].result_list.count() == 0

    def test_other_staff_do_not_see_the_page(self, staff: User) -> None:
        client = Client()
        client.force_login(staff)
        assert client.get(reverse("admin:accounts_auditentry_changelist")).status_code == 403
