"""Clients may make small mistakes without being refused."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User, UserSession
from tests.factories import make_product
from tests.support.tokens import bearer
from utils.errors import TooManyRequests
from utils.limits import Limit, forgive, spend

pytestmark = pytest.mark.django_db
PUBLIC_PAGES = ["/api/v1/products/", "/api/v1/products/lamp/", "/api/v1/products/lamp/reviews/", "/api/v1/categories/"]
CONTRACT_PAGES = ["/api/products/", "/catalog/products/", "/catalog/categories/"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_of_a_token_has_no_letter_case(customer: User, scheme: str) -> None:
    token = bearer(customer)["Authorization"].split()[1]
    answer = APIClient().get("/api/v1/auth/me/", HTTP_AUTHORIZATION=f"{scheme} {token}")
    assert (answer.status_code, answer.json().get("username")) == (200, "carla")


@pytest.mark.parametrize("path", [*PUBLIC_PAGES, *CONTRACT_PAGES])
def test_whoever_brings_an_ended_token_reads_as_a_guest(customer: User, path: str) -> None:
    make_product("Lamp")
    headers = bearer(customer)
    UserSession.objects.update(expires_at=UserSession.objects.get().created_at - timedelta(days=1))
    as_guest = APIClient().get(path)
    for stale in (headers["Authorization"], "Bearer nonsense"):
        answer = APIClient().get(path, HTTP_AUTHORIZATION=stale)
        assert (answer.status_code, answer.content) == (200, as_guest.content)


@pytest.mark.parametrize("path", ["/api/v1/cart/", "/api/v1/auth/me/", "/api/v1/orders/"])
def test_what_is_personal_still_asks_for_a_good_token(path: str) -> None:
    answer = APIClient().get(path, HTTP_AUTHORIZATION="Bearer nonsense")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


def test_a_write_to_a_public_page_asks_for_a_good_token() -> None:
    make_product("Lamp")
    answer = APIClient().post("/api/v1/products/lamp/reviews/", {"rating": 5}, HTTP_AUTHORIZATION="Bearer nonsense")
    assert answer.status_code == 401


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_compressed_body_is_told_so(content_type: str) -> None:
    body = gzip.compress(json.dumps({"username": "carla", "password": "x"}).encode())
    answer = Client().post("/api/v1/auth/token/", body, content_type=content_type, HTTP_CONTENT_ENCODING="gzip")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("accept", ["", " ", ","])
def test_an_empty_accept_takes_everything(accept: str) -> None:
    assert Client().get("/api/v1/products/", HTTP_ACCEPT=accept).status_code == 200


def test_a_site_of_ipv6_networks_is_also_counted_as_one(settings: Any) -> None:
    limit = Limit("tries", count=2, seconds=60)
    networks = [f"2001:db8:1:{number:x}::/64" for number in range(33)]
    for network in networks[:32]:
        spend(limit, network)
    with pytest.raises(TooManyRequests):
        spend(limit, networks[32])
    assert spend(limit, "2001:db8:2::/64").remaining == 1
    assert spend(limit, "192.0.2.9").remaining == 1
    forgive(limit, networks[0])
    assert spend(limit, networks[32]).limit == limit
