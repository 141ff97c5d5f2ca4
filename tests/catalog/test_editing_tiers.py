"""Setting the prices of customer groups and of quantities, and deleting customer groups."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import CustomerGroup, User
from accounts.privacy import personal_data
from accounts.services import user_erase
from catalog import services
from catalog.models import PriceTier, Product
from catalog.services import tiers as tier_services
from inventory.listings import listing_faults
from tests.admin.shown_forms import shown_form
from tests.factories import PASSWORD, make_product, make_staff, make_user, sole_variant

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Lamp", price="10.00")


@pytest.fixture
def resellers(db: None) -> CustomerGroup:
    return CustomerGroup.objects.create(name="Resellers", code="resellers")


def shown_tiers(api: APIClient, product: Product) -> list[dict[str, Any]]:
    (variant,) = api.get(f"{PRODUCTS}{product.pk}/").json()["variants"]
    return variant["tiers"]


class TestStaff:
    @pytest.fixture
    def path(self, product: Product) -> str:
        return f"{PRODUCTS}{product.pk}/variants/{sole_variant(product).pk}/tiers/"

    def test_set_list_replace_delete(
        self, staff_api: APIClient, product: Product, resellers: CustomerGroup, path: str
    ) -> None:
        for body in (
            {"amount": "8", "min_quantity": 10},
            {"amount": "9.00", "group": "resellers"},
            {"amount": "7.50", "min_quantity": 10, "currency": "usd"},
        ):
            answer = staff_api.post(path, body)
            assert answer.status_code == 201, answer.json()
        rows = staff_api.get(path).json()
        assert [(row["group"], row["min_quantity"], row["currency"], row["amount"]) for row in rows] == [
            (None, 10, "USD", "7.50"),
            ("resellers", 1, "USD", "9.00"),
        ]
        assert answer.json() == rows[0]
        assert staff_api.delete(f"{path}{rows[0]['id']}/").status_code == 204
        assert staff_api.get(path).json() == rows[1:]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"amount": "8.001", "min_quantity": 2}, 400, "bad_price"),
            ({"amount": "8.00"}, 400, "tier_of_one_piece"),
            ({"amount": "8.00", "group": "nobody"}, 400, "customer_group_not_found"),
            ({"amount": "8.00", "min_quantity": 2, "currency": "EUR"}, 400, "unknown_currency"),
            ({"amount": "8.00", "min_quantity": 3}, 409, "quota_reached"),
        ],
    )
    def test_refused(
        self,
        staff_api: APIClient,
        path: str,
        monkeypatch: pytest.MonkeyPatch,
        body: dict[str, Any],
        status: int,
        code: str,
    ) -> None:
        monkeypatch.setattr(tier_services, "TIERS_OF_VARIANT", 1)
        assert staff_api.post(path, {"amount": "8.00", "min_quantity": 2}).status_code == 201
        before = list(PriceTier.objects.values())
        answer = staff_api.post(path, body)
        codes = {answer.json()["code"], *(error["code"] for error in answer.json().get("errors", ()))}
        assert (answer.status_code, code in codes) == (status, True), answer.json()
        assert list(PriceTier.objects.values()) == before

    def test_what_is_not_there(self, staff_api: APIClient, product: Product, path: str) -> None:
        other = sole_variant(make_product())
        assert staff_api.get(path.replace("/variants/", "/variants/9")).status_code == 404
        assert staff_api.post(f"{PRODUCTS}{product.pk}/variants/{other.pk}/tiers/", {"amount": "1"}).status_code == 404
        tier, _ = services.tier_set(variant=other, amount=Decimal(1), currency="USD", min_quantity=2)
        assert staff_api.delete(f"{path}{tier.pk}/").json()["code"] == "tier_not_found"
        assert PriceTier.objects.filter(pk=tier.pk).exists()

    def test_the_database_refuses_two_of_one_kind(self, product: Product, resellers: CustomerGroup) -> None:
        for group in (None, resellers):
            row = {"variant": sole_variant(product), "currency": "USD", "customer_group": group, "min_quantity": 5}
            PriceTier.objects.create(**row, amount=Decimal(1))
            with pytest.raises(IntegrityError), transaction.atomic():
                PriceTier.objects.create(**row, amount=Decimal(2))
        with pytest.raises(IntegrityError), transaction.atomic():
            PriceTier.objects.create(**(row | {"customer_group": None, "min_quantity": 1}), amount=Decimal(2))

    def test_in_the_admin(self, product: Product, resellers: CustomerGroup, anonymous_api: APIClient) -> None:
        root = Client()
        root.force_login(User.objects.create_superuser("root", "root@example.com", PASSWORD))
        assert shown_tiers(anonymous_api, product) == []
        url = reverse("admin:catalog_variant_change", args=[sole_variant(product).pk])
        rows = [("", "10", "8.00"), (resellers.pk, "1", "9.00")]
        typed = {"tiers-TOTAL_FORMS": "2"}
        for number, (group, pieces, amount) in enumerate(rows):
            stem = f"tiers-{number}-"
            typed |= {f"{stem}currency": "usd", f"{stem}customer_group": group, f"{stem}min_quantity": pieces}
            typed |= {f"{stem}amount": amount}
        answer = root.post(url, {**shown_form(root, url), **typed})
        assert answer.status_code == 302, answer.context["errors"]
        assert shown_tiers(anonymous_api, product) == [{"min_quantity": 10, "unit_price": "8.00"}]
        assert list(listing_faults()) == []
        answer = root.post(url, {**shown_form(root, url), "tiers-0-min_quantity": "1"})
        assert "A tier for everybody begins with 2 pieces." in str(answer.context["errors"])


class TestGroups:
    def test_a_group_that_is_in_use_stays(self, resellers: CustomerGroup, product: Product) -> None:
        make_user("rosa", customer_group=resellers)
        with pytest.raises(ProtectedError):
            resellers.delete()
        User.objects.update(customer_group=None)
        services.tier_set(variant=sole_variant(product), amount=Decimal(1), currency="USD", group=resellers)
        with pytest.raises(ProtectedError):
            resellers.delete()

    def test_it_is_part_of_what_is_kept_about_a_person(self, resellers: CustomerGroup) -> None:
        rosa = make_user("rosa", customer_group=resellers)
        assert personal_data(rosa)["account"]["customer_group"] == "Resellers"
        user_erase(user=rosa)
        rosa.refresh_from_db()
        assert rosa.customer_group is None

    def test_the_catalogues_staff_make_groups_and_do_not_choose_members(self, resellers: CustomerGroup) -> None:
        clerk = make_staff(groups=["catalogue"])
        assert clerk.has_perm("accounts.add_customergroup")
        assert not clerk.has_perm("accounts.change_user")
