"""The headers of the API's answers, whole: whoever makes the shop faster loses none of them."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import client_of

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"
ALWAYS = {
    "Content-Type": "application/json",
    "Allow": "GET, POST, HEAD, OPTIONS",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Of an answer that any cache may keep (docs/deployment.md).
KEPT = {
    "Vary": "Cookie, origin, Accept, Authorization, X-Cart-Token, X-Currency, X-Order-Token",
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Surrogate-Key": "products categories",
}
CHANGING = {"Content-Length", "RateLimit", "RateLimit-Policy", "X-Request-ID"}


def headers_of(answer: Any) -> dict[str, str]:
    assert answer.headers.keys() >= CHANGING
    return {name: value for name, value in answer.headers.items() if name not in CHANGING}


def test_to_a_guest(client: Client) -> None:
    found = headers_of(client.get(PRODUCTS))
    assert found.pop("ETag")
    assert found == {**ALWAYS, **KEPT}


def test_to_a_guest_of_another_origin(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    found = headers_of(client.get(PRODUCTS, headers={"Origin": "https://front.example"}))
    exposed = found.pop("access-control-expose-headers")
    assert exposed == ", ".join(settings.CORS_EXPOSE_HEADERS)
    assert found.pop("ETag")
    assert found == {**ALWAYS, **KEPT, "access-control-allow-origin": "https://front.example"}


def test_to_whoever_has_a_cookie(client: Client, customer: User) -> None:
    client.force_login(customer)
    expected = {**ALWAYS, "Vary": "Cookie, origin", "Cache-Control": "private, no-store"}
    assert headers_of(client.get(PRODUCTS)) == expected


def test_a_preflight_of_another_origin(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    asked = {"Origin": "https://front.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/v1/orders/", headers=asked)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "https://front.example")
    assert "idempotency-key" in answer.headers["Access-Control-Allow-Headers"]


def test_a_body_may_be_asked_for_in_each_usual_way(client: Client) -> None:
    for accept in ("", "*/*", "application/json", "application/json, text/plain, */*", "text/html, */*;q=0.1"):
        assert client.get(PRODUCTS, headers={"Accept": accept}).headers["Content-Type"] == "application/json"
    assert client.get(PRODUCTS, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(f"{PRODUCTS}?format=xml", headers={"Accept": "*/*"}).status_code == 404


def test_a_write_with_a_cookie_needs_the_csrf_token(customer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(customer)
    refused = client.post("/api/v1/addresses/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    token = client.get("/api/v1/auth/session/").json()["csrf_token"]
    told = client.post("/api/v1/addresses/", {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert told.status_code == 400


def test_a_token_needs_none(customer: User) -> None:
    assert client_of(customer).post("/api/v1/addresses/", {}).status_code == 400
