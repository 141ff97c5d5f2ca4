"""What one seller may put up: bounds for each product, seller and day."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Role, User
from catalog import quotas
from catalog.models import Product, ProductImage
from tests.factories import make_product, make_staff, make_user
from tests.support.omache_till import picture
from tests.support.rows import all_rows, changed
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"
BODY = {"name": "Lamp", "price": "10.00"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.THROTTLE_RATE_SCALE = 1
    monkeypatch.setattr("catalog.services.products.PICTURES_OF_PRODUCT", 5)
    bounds = {"VARIANTS_OF_PRODUCT": 2, "PRODUCTS_OF_SELLER": 4}
    days = {"_PRODUCTS_A_DAY": 3, "_PRODUCTS_OF_NEWCOMER": 2, "_PICTURES_A_DAY": 3, "_PICTURES_OF_NEWCOMER": 2}
    for name, value in (bounds | days).items():
        monkeypatch.setattr(quotas, name, value)


def api_of(user: User) -> APIClient:
    return APIClient(headers=bearer(user))


def attach(api: APIClient, product: Any) -> Any:
    return api.post(f"{PRODUCTS}{product.pk}/images/", {"file": picture()}, format="multipart")


@pytest.mark.parametrize(("awaits", "most"), [(False, 3), (True, 2)])
class TestADay:
    def test_products(self, awaits: bool, most: int) -> None:
        api = api_of(make_user(role=Role.SELLER, awaits_approval=awaits))
        assert {api.post(PRODUCTS, BODY | {"price": "0.001"}).status_code for _ in range(9)} == {400}
        assert {api.post(PRODUCTS, BODY).status_code for _ in range(most)} == {201}
        before = all_rows()
        answer = api.post(PRODUCTS, BODY)
        assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "quota_reached", most)
        assert changed(before, all_rows()) == []

    def test_pictures(self, awaits: bool, most: int) -> None:
        seller = make_user(role=Role.SELLER, awaits_approval=awaits)
        api, products = api_of(seller), [make_product(seller=seller) for _ in range(4)]
        assert [attach(api, product).status_code for product in products] == [201] * most + [409] * (4 - most)
        assert ProductImage.objects.count() == most


def test_what_was_put_up_yesterday_is_not_counted_today() -> None:
    seller = make_user(role=Role.SELLER)
    for _ in range(3):
        make_product(seller=seller)
    assert api_of(seller).post(PRODUCTS, BODY).status_code == 409
    Product.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert api_of(seller).post(PRODUCTS, BODY).status_code == 201


def test_products_of_a_seller() -> None:
    seller = make_user(role=Role.SELLER)
    for _ in range(4):
        make_product(seller=seller)
    api = api_of(seller)
    before = all_rows()
    answer = api.post(PRODUCTS, BODY)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "quota_reached", 4)
    assert changed(before, all_rows()) == []


def test_pictures_of_a_product() -> None:
    api, product = api_of(make_staff()), make_product()
    assert {attach(api, product).status_code for _ in range(5)} == {201}
    before = all_rows()
    body = {"product": product.pk, "images": [picture(), picture()]}
    for answer in (attach(api, product), api.post("/api/products/upload-images/", body, format="multipart")):
        assert (answer.status_code, answer.json()["code"]) == (409, "quota_reached")
    assert changed(before, all_rows()) == []


def test_variants_of_a_product() -> None:
    api, product = api_of(make_staff()), make_product()
    sizes = [{"options": [{"name": "Size", "value": size}], "price": "1.00"} for size in "SM"]
    answers = [api.post(f"{PRODUCTS}{product.pk}/variants/", body, format="json") for body in sizes]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert product.variants.count() == 2


def test_staff_put_up_as_much_as_they_like() -> None:
    api = api_of(make_staff())
    assert {api.post(PRODUCTS, BODY).status_code for _ in range(6)} == {201}
