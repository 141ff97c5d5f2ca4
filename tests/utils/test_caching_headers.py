"""Test which answers a cache between the shop and the client may keep."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import category_create
from tests.factories import make_product
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db


def test_personal_answers_are_kept_by_nobody(customer: User, anonymous_api: APIClient) -> None:
    mine = bearer(customer)
    answers = [
        anonymous_api.get("/api/v1/auth/me/", headers=mine),
        anonymous_api.get("/api/v1/products/", headers=mine),
        anonymous_api.get("/api/v1/auth/me/", headers={"Authorization": "Bearer nonsense"}),
        anonymous_api.post("/api/v1/auth/token/", {"username": "carla", "password": "wrong"}),
        anonymous_api.get("/api/v1/cart/", headers={"X-Cart-Token": "nonsense"}),
        anonymous_api.get("/accounts/user/", headers=mine),
        anonymous_api.post("/accounts/token/", {"username": "carla", "password": "wrong"}),
        anonymous_api.get("/accounts/password-reset-confirm/MQ/secret/"),
    ]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}


@pytest.mark.parametrize("path", ["/api/v1/products/", "/api/v1/categories/", "/api/products/", "/catalog/products/"])
def test_the_public_catalogue_may_be_kept_by_who_asks_before_sending_it_again(
    anonymous_api: APIClient, path: str
) -> None:
    make_product()
    for _ in range(2):
        headers = anonymous_api.get(path).headers
        assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert {"Accept", "Authorization", "Cookie", "X-Cart-Token"} <= set(headers["Vary"].split(", "))
        assert headers["ETag"]


def test_a_cdn_may_be_told_to_send_it_without_asking(anonymous_api: APIClient, settings: Any) -> None:
    settings.CACHE_SECONDS = 30
    for _ in range(2):
        header = anonymous_api.get("/api/v1/products/").headers["Cache-Control"]
        assert header == "public, max-age=0, s-maxage=30, must-revalidate"


def test_answers_name_what_they_show(anonymous_api: APIClient) -> None:
    home = category_create(name="Home")
    lamp, mug = make_product(category=home), make_product()

    def named(path: str) -> set[str]:
        return set(anonymous_api.get(path).headers["Surrogate-Key"].split())

    both = {"products", "categories", f"product-{lamp.pk}", f"product-{mug.pk}", f"category-{home.pk}"}
    assert named("/api/v1/products/") == named("/api/products/") == both
    assert named("/product/search/?search=product") == both - {f"category-{home.pk}"}
    assert named(f"/api/v1/products/{mug.pk}/") == {"products", "categories", f"product-{mug.pk}"}
    assert named("/api/v1/categories/") == named(f"/catalog/categories/{home.pk}/")
    assert named("/api/v1/categories/") == {"categories", f"category-{home.pk}"}
    assert named(f"/api/v1/products/{lamp.pk}/reviews/") == {"reviews"}
