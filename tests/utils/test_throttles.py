"""How many requests a caller may send, and what the answers tell of it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from tests.conftest import client_of
from tests.support.problems import flaw
from utils import counters
from utils.api import catalogue
from utils.limits import Limit, TooManyRequests, spend

pytestmark = pytest.mark.django_db

PRODUCTS, CART = "/api/v1/products/", "/api/v1/cart/items/"
SECRET = Limit("sign-in", count=5, seconds=300, guards_secrets=True)


@pytest.fixture(autouse=True)
def _five_reads_a_minute(settings: Any) -> None:
    """Allow five reads and one write a minute, and ten and two signed in. Nothing is counted yet."""
    settings.THROTTLE_RATE_SCALE = 1 / 60
    counters._memory._windows.clear()


@pytest.fixture
def api() -> APIClient:
    return APIClient()


def statuses(api: APIClient, times: int) -> list[int]:
    return [api.get(PRODUCTS).status_code for _ in range(times)]


def test_every_answer_tells_what_is_left(api: APIClient) -> None:
    answers = [api.get(PRODUCTS) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"anonymous-read";q=5;w=60'}
    assert answers[0].headers["RateLimit"] == '"anonymous-read";r=4;t=60'
    assert answers[5].headers["RateLimit"].startswith('"anonymous-read";r=0;t=')
    assert "Retry-After" not in answers[0].headers


def test_a_refusal_is_a_problem_document_that_says_when_to_try_again(api: APIClient) -> None:
    statuses(api, 5)
    refused = api.get(PRODUCTS)
    assert flaw(refused) == ""
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"] == f'"anonymous-read";r=0;t={refused.headers["Retry-After"]}'


def test_other_refusals_tell_what_is_left_as_well(api: APIClient) -> None:
    assert api.get("/api/v1/products/999999/").headers["RateLimit"].startswith('"anonymous-read";r=4;')


def test_a_limit_that_guards_a_secret_shows_when_it_refuses(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise TooManyRequests(limit=SECRET, retry_after=120)

    monkeypatch.setattr(catalogue, "_errors_below", refuse)
    refused = api.get("/api/v1/problems/")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "120")
    assert refused.headers["RateLimit-Policy"] == '"anonymous-read";q=5;w=60, "sign-in";q=5;w=300'
    assert refused.headers["RateLimit"].startswith('"anonymous-read";r=4;t=')
    assert refused.headers["RateLimit"].endswith(', "sign-in";r=0;t=120')


def test_the_catalogue_of_problems_knows_it(api: APIClient) -> None:
    assert api.get("/api/v1/problems/").json()["too_many_requests"]["status"] == 429


def test_reads_and_writes_are_counted_apart(api: APIClient) -> None:
    assert statuses(api, 6)[-1] == 429
    assert [api.post(CART, {}).status_code for _ in range(2)] == [400, 429]


def test_a_refused_write_changes_nothing(customer: User) -> None:
    api = client_of(customer)
    limited = [api.post("/api/v1/addresses/", {"street": "1 Main Street"}) for _ in range(3)]
    assert [answer.status_code for answer in limited] == [201, 201, 429]
    assert api.get("/api/v1/addresses/").json()["count"] == 2


def test_whoever_is_signed_in_is_counted_alone_and_wherever_he_is(customer: User, other_customer: User) -> None:
    def statuses_of(user: User, times: int) -> list[int]:
        api = client_of(user)
        return [api.get(PRODUCTS, REMOTE_ADDR=f"10.0.0.{number}").status_code for number in range(times)]

    assert statuses_of(customer, 11) == [200] * 10 + [429]
    assert statuses_of(other_customer, 1) == [200]


@pytest.mark.parametrize(("proxies", "added_by_our_proxy"), [(0, ""), (1, ", 192.0.2.1")])
def test_a_claimed_address_changes_nothing(
    api: APIClient, settings: Any, proxies: int, added_by_our_proxy: str
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    claims = [f"10.0.0.{number}{added_by_our_proxy}" for number in range(30)]
    answers = [api.get(PRODUCTS, HTTP_X_FORWARDED_FOR=claim).status_code for claim in claims]
    assert answers == [200] * 5 + [429] * 25


def test_another_client_of_the_same_proxy_is_counted_apart(api: APIClient, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert [api.get(PRODUCTS, HTTP_X_FORWARDED_FOR="192.0.2.1").status_code for _ in range(6)][-1] == 429
    assert api.get(PRODUCTS, HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 200


def test_what_guards_secrets_is_not_scaled(settings: Any) -> None:
    settings.THROTTLE_RATE_SCALE = 1000
    for _ in range(5):
        spend(SECRET, "carla")
    with pytest.raises(TooManyRequests):
        spend(SECRET, "carla")


@pytest.mark.parametrize("path", ["/api/v1/health/", "/api/v1/health/live/"])
def test_health_is_asked_as_often_as_need_be(api: APIClient, path: str) -> None:
    answers = [api.get(path) for _ in range(8)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_counting_asks_the_database_nothing(api: APIClient) -> None:
    with CaptureQueriesContext(connection) as captured:
        answer = api.get("/api/v1/problems/")
    assert "RateLimit" in answer.headers
    assert len(captured) == 0


def test_pages_of_other_origins_may_read_the_headers(settings: Any, api: APIClient) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    answer = api.get(PRODUCTS, HTTP_ORIGIN="https://front.example")
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)
