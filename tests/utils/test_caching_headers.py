"""Test which answers a cache between the shop and the client may keep."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
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


def test_the_public_catalogue_may_be_kept(anonymous_api: APIClient) -> None:
    make_product()
    assert "Cache-Control" not in anonymous_api.get("/api/v1/products/").headers
