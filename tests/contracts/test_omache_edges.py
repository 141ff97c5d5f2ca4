"""Document 002: what every one of its addresses does with other methods, other languages and its own documentation."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.architecture.routes import FROM_GATEWAYS, PUBLISHED_FOR_GATEWAYS
from tests.architecture.test_openapi import operations
from tests.support.problems import flaw
from tests.support.rows import all_rows, changed
from tests.support.storefronts.omache import ROUTES
from tests.support.tries import Tries
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

WORDS = {"<key:category>": "gaming", "<slug:token>": "x"}


@pytest.fixture
def shopper(customer: User) -> APIClient:
    return client_with_token(customer)


@pytest.fixture(params=ROUTES)
def pattern(request: pytest.FixtureRequest) -> str:
    return request.param


def path_of(pattern: str) -> str:
    for parameter, word in WORDS.items():
        pattern = pattern.replace(parameter, word)
    return f"/{pattern}"


def test_a_method_that_is_not_offered(shopper: APIClient, pattern: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[pattern]):
        tries = Tries(shopper, method, path_of(pattern))
        tries.must_answer(method, 405, b"{}")
        tries.assert_flawless()


def test_options_and_head(shopper: APIClient, pattern: str) -> None:
    path = path_of(pattern)
    before = all_rows()
    assert shopper.options(path).status_code == 200
    if "GET" in ROUTES[pattern]:
        read, head = shopper.get(path), shopper.head(path)
        assert (head.status_code, head.content, head["Content-Type"]) == (read.status_code, b"", read["Content-Type"])
    assert changed(before, all_rows()) == []


def test_a_format_that_is_not_offered(shopper: APIClient) -> None:
    """Only the front page is a page."""
    for path in ("/product/search/", "/track/order/", "/account/"):
        answer = shopper.get(path, HTTP_ACCEPT="text/html")
        assert (flaw(answer), answer.status_code) == ("", 406)
    assert shopper.get("/", HTTP_ACCEPT="application/xml").status_code == 406


def test_a_cookie_alone_writes_nothing(customer: User) -> None:
    """Any page on the web can make a browser send it."""
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(customer)
    before = all_rows()
    for path in ("/create/", "/cashout/", "/account/"):
        assert browser.generic("PUT" if path == "/account/" else "POST", path, "{}").status_code == 403
    assert changed(before, all_rows()) == []


def test_it_is_documented(staff_api: APIClient) -> None:
    document: dict[str, Any] = staff_api.get("/swagger.json").json()
    found = operations(document)
    for pattern, methods in ROUTES.items():
        path = f"/{pattern.replace('<key:category>', '{category}')}"
        tags = [found.get(f"{method} {path}", {}).get("tags") for method in methods]
        is_hidden = pattern.startswith(FROM_GATEWAYS) and pattern not in PUBLISHED_FOR_GATEWAYS
        assert tags == [None if is_hidden else ["002 O-Mache"]] * len(methods), pattern
