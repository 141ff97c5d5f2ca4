"""Every failed request is answered with a problem document, whichever layer refuses it."""

import base64
import json
import logging
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from orders.models import Order
from orders.services import place
from tests.architecture.routes import ROUTES, path_of
from tests.support.hostile import BODIES, TOO_LARGE
from tests.support.problems import KEYS, flaw
from tests.support.rows import all_rows, changed
from tests.support.tries import Tries
from tests.support.world import World
from utils.api.health import LiveView

pytestmark = pytest.mark.django_db

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
ORDER = json.dumps({"address": {"street": "1 Main Street"}}).encode()
API_ROUTES = [pattern for pattern in ROUTES if not pattern.startswith(("swagger", "redoc"))]
# A token whose header is JSON, nested deeper than Python reads.
DEEP_TOKEN = f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.e30.e30"


@pytest.fixture
def words(world: World) -> dict[str, Any]:
    return world.words()


@pytest.fixture
def anonymous(db: None) -> APIClient:
    return APIClient(raise_request_exception=False)


class TestAddressesAndMethods:
    @pytest.mark.parametrize("method", sorted(METHODS))
    @pytest.mark.parametrize(
        "path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/products/", "/api/v1/products//"]
    )
    def test_an_unknown_address(self, world: World, method: str, path: str) -> None:
        for role in ("anonymous", "staff"):
            tries = Tries(world.api[role], method, path)
            tries.must_answer(role, 404, b"{}")
            tries.assert_flawless()

    @pytest.mark.parametrize("is_debug", [False, True])
    @pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/cart", "/accounts/login", "/cashout", "/nothing/"])
    @pytest.mark.parametrize("method", sorted(METHODS - {"GET"}))
    def test_an_unknown_address_from_a_browser(self, settings: Any, path: str, method: str, is_debug: bool) -> None:
        """Answer 404 with local settings, too, and without a CSRF token, which no page could have for the path."""
        settings.DEBUG = is_debug
        browser = APIClient(enforce_csrf_checks=True)
        answer = browser.generic(method, path, b"{}", content_type="application/json")
        assert (flaw(answer), answer.status_code, answer.json()["code"]) == ("", 404, "not_found")

    @pytest.mark.parametrize("path", ["/cart", "/admin", "/api/v1/products", "/account/new-password"])
    def test_reading_without_the_closing_slash_is_sent_on(self, anonymous: APIClient, path: str) -> None:
        answer = anonymous.get(f"{path}?page=1")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}/?page=1")

    def test_a_form_without_its_csrf_token(self) -> None:
        browser = APIClient(enforce_csrf_checks=True)
        refusal = browser.post("/account/new-password/", {})
        assert (flaw(refusal), refusal.status_code) == ("", 403)
        page = browser.post("/admin/login/", {})
        assert (page.status_code, page.headers["Content-Type"]) == (403, "text/html; charset=utf-8")

    @pytest.mark.parametrize("pattern", API_ROUTES)
    @pytest.mark.battery
    def test_a_method_that_is_not_offered(self, world: World, words: dict[str, Any], pattern: str) -> None:
        for method in METHODS - set(ROUTES[pattern]):
            tries = Tries(world.api["superuser"], method, path_of(pattern, words))
            tries.must_answer(method, 405, b"{}")
            tries.assert_flawless()

    def test_the_methods_that_are_offered_are_named(self, anonymous: APIClient) -> None:
        answer = anonymous.delete("/api/v1/health/")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("pattern", API_ROUTES)
    @pytest.mark.battery
    def test_asking_for_options_or_only_the_head(self, world: World, words: dict[str, Any], pattern: str) -> None:
        path = path_of(pattern, words)
        before = all_rows()
        assert world.api["superuser"].options(path).status_code == 200
        if "GET" in ROUTES[pattern]:
            assert world.carla.api.head(path).status_code == world.carla.api.get(path).status_code
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense", "a/b; q=x"])
    def test_a_format_that_is_not_offered(self, world: World, accept: str) -> None:
        for method, path, body in [("GET", "/api/v1/products/", b""), ("POST", "/api/v1/orders/", ORDER)]:
            tries = Tries(world.carla.api, method, path)
            tries.must_answer(f"{method} {accept}", 406, body, HTTP_ACCEPT=accept)
            tries.assert_flawless()

    def test_a_host_that_is_not_ours(self, anonymous: APIClient) -> None:
        answer = anonymous.get("/api/v1/products/", headers={"Host": "evil.example"})
        assert (flaw(answer), answer.status_code, answer.json()["code"]) == ("", 400, "bad_host")

    @pytest.mark.parametrize(
        ("who", "path"),
        [
            ("customer", "/api/v1/orders/{order_number}/cancel/"),
            ("customer", "/api/v1/notifications/ticket/"),
            ("orders", "/api/v1/threads/{thread}/close/"),
        ],
    )
    def test_a_body_nobody_asked_for_is_not_read(
        self, world: World, words: dict[str, Any], who: str, path: str
    ) -> None:
        tries = Tries(world.api[who], "POST", path.format(**words))
        for case, body in {**BODIES, "too large": TOO_LARGE}.items():
            tries.must_answer(case, 200, body)
        tries.must_answer("another type", 200, b"text", "text/plain")
        tries.assert_flawless()


class TestHeaders:
    @pytest.mark.parametrize(
        "authorization",
        [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer a.b.c",
            "Bearer null",
            "Bearer \x00",
            "Bearer \xff\xfe",
            "Bearer " + "a" * 100_000,
            f"Bearer {DEEP_TOKEN}",
            "Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ.",
            "Basic Y2FybGE6eA==",
        ],
    )
    def test_credentials_that_are_none(self, anonymous: APIClient, authorization: str) -> None:
        answer = anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=authorization)
        assert (flaw(answer), answer.status_code) == ("", 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'

    @pytest.mark.parametrize(
        "path", ["/api/v1/auth/token/verify/", "/api/v1/auth/token/refresh/", "/api/auth/token/refresh/"]
    )
    def test_a_token_nested_too_deep(self, anonymous: APIClient, path: str) -> None:
        short = f"{base64.urlsafe_b64encode(b'[' * 1400).decode()}.e30.e30"
        answer = anonymous.post(path, {"token" if "verify" in path else "refresh": short})
        assert (flaw(answer), answer.status_code) == ("", 401)

    def test_a_session_cookie_alone_writes_nothing(self, world: World) -> None:
        """Refuse a write by cookie alone, because any page on the web can make a browser send the cookie."""
        browser = APIClient(enforce_csrf_checks=True)
        browser.force_login(world.carla.user)
        tries = Tries(browser, "POST", "/api/v1/orders/")
        tries.must_answer("no CSRF token", 403, ORDER)
        tries.must_answer("as a form", 403, b"address.street=1", "application/x-www-form-urlencoded")
        tries.assert_flawless()

    @pytest.mark.parametrize("key", ["k" * 256, "a\x00b", "a\tb", "\x7f", "\x85"])
    @pytest.mark.parametrize(
        ("path", "who", "body"),
        [
            ("/api/v1/orders/", "customer", ORDER),
            ("/api/orders/", "customer", b'{"shipping_address": "1 Main Street", "phone_number": "+1234567890"}'),
            ("/api/v1/payments/{payment}/confirm/", "staff", b"{}"),
            ("/api/v1/inventory/movements/", "staff", b'{"stock_item": 1, "quantity": 1, "kind": "receipt"}'),
        ],
    )
    def test_an_idempotency_key_that_is_none(
        self, world: World, words: dict[str, Any], path: str, who: str, body: bytes, key: str
    ) -> None:
        tries = Tries(world.api[who], "POST", path.format(**words))
        tries.must_answer(repr(key[:10]), 400, body, HTTP_IDEMPOTENCY_KEY=key)
        tries.assert_flawless()

    @pytest.mark.parametrize("depth", [200, 900, 950, 975, 1000, 5000])
    def test_an_idempotency_key_with_a_deep_body(self, world: World, depth: int) -> None:
        """Refuse a deep body with a key, too.

        The body's fingerprint encodes it again, which must not fail where parsing did not.
        """
        tries = Tries(world.carla.api, "POST", "/api/v1/orders/")
        body = b'{"address": ' + b"[" * depth + b"]" * depth + b"}"
        tries.must_answer(str(depth), 400, body, HTTP_IDEMPOTENCY_KEY="deep")
        tries.assert_flawless()

    @pytest.mark.parametrize("token", ["x", "0", "\xff", "a" * 100_000, "{}", "00000000-0000-0000-0000-000000000000"])
    def test_a_cart_token_that_is_none(self, world: World, words: dict[str, Any], token: str) -> None:
        item = json.dumps({"product": words["product"]}).encode()
        for method, path in [
            ("GET", "cart/"),
            ("DELETE", "cart/"),
            ("POST", "cart/items/"),
            ("PATCH", "cart/items/1/"),
        ]:
            body = b'{"quantity": 1}' if method == "PATCH" else item
            tries = Tries(world.api["anonymous"], method, f"/api/v1/{path}")
            tries.must_answer(f"{method} {path}", 404, body, HTTP_X_CART_TOKEN=token)
            tries.assert_flawless()

    @pytest.mark.parametrize("offered", ["short", "a" * 65, 'quote"d-quote', "new\nline-new", "\xff" * 10, ""])
    def test_a_request_id_that_is_no_good_is_replaced(self, anonymous: APIClient, offered: str) -> None:
        answer = anonymous.get("/api/v1/nothing/", HTTP_X_REQUEST_ID=offered)
        assert flaw(answer) == ""
        assert answer.json()["request_id"] != offered

    def test_a_good_request_id_is_kept(self, anonymous: APIClient) -> None:
        answer = anonymous.get("/api/v1/nothing/", HTTP_X_REQUEST_ID="trace-0001")
        assert answer.json()["request_id"] == answer.headers["X-Request-ID"] == "trace-0001"


class TestOurOwnFaults:
    def test_an_error_nobody_foresaw(
        self, anonymous: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*_: Any) -> None:
            raise ZeroDivisionError("a secret of ours")

        monkeypatch.setattr(LiveView, "get", fail)
        with caplog.at_level(logging.CRITICAL):
            answer = anonymous.get("/api/v1/health/live/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
        assert set(answer.json()) == KEYS
        assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
        assert b"secret" not in answer.content
        assert b"Traceback" not in answer.content

    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
    @pytest.mark.parametrize(("error", "status"), [(ZeroDivisionError(), 500), (OperationalError("locked"), 503)])
    def test_an_order_that_fails_at_the_last_step_is_taken_back(
        self,
        world: World,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        status: int,
        headers: dict[str, str],
    ) -> None:
        """Roll back the idempotency key, too, so that the same request can be sent again."""

        def fail(*args: Any, **kwargs: Any) -> None:
            raise error

        before = all_rows()
        with monkeypatch.context() as patch:
            patch.setattr(place, "stock_reserve", fail)
            answer = world.carla.api.post("/api/v1/orders/", json.loads(ORDER), headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert ("Retry-After" in answer.headers) is (status == 503)
        assert changed(before, all_rows()) == []
        again = world.carla.api.post("/api/v1/orders/", json.loads(ORDER), headers=headers)
        assert again.status_code == 201
        assert Order.objects.filter(user=world.carla.user).count() == 2
