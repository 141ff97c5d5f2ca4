"""What the shop says over HTTP under the settings of production: headers, cookies, origins, hosts, hidden pages."""

import shutil
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.config.test_settings import GOOD, ROOT, value
from tests.factories import PASSWORD
from tests.support.problems import flaw
from utils.api.health import LiveView

pytestmark = pytest.mark.django_db

OURS = "https://front.example"
ABOUT_HTTP = ("SECURE_", "SESSION_COOKIE_", "CSRF_", "CORS_", "X_FRAME_", "USE_X_", "DEBUG", "ALLOWED_HOSTS")
PROMISED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ANSWERS = {
    "a page": ("GET", "/", 200),
    "a page with a form": ("GET", "/admin/login/", 200),
    "a redirect": ("GET", "/admin/", 302),
    "an answer": ("GET", "/api/v1/products/", 200),
    "a public file": ("GET", "/static/utils/admin.css", 200),
    "not readable": ("POST", "/api/v1/auth/token/", 400),
    "not signed in": ("GET", "/api/v1/auth/me/", 401),
    "not found": ("GET", "/api/v1/nothing/", 404),
    "not found outside of the API": ("GET", "/nothing", 404),
    "not offered": ("DELETE", "/api/v1/products/", 405),
    "our own fault": ("GET", "/api/v1/health/live/", 500),
}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Read the settings of ``config.settings.production`` that have to do with HTTP."""
    checkout = tmp_path_factory.mktemp("checkout")
    for package in ("config", "utils"):
        shutil.copytree(ROOT / package, checkout / package, ignore=shutil.ignore_patterns("__pycache__"))
    expression = f"{{name: found for name, found in vars(s).items() if name.startswith({ABOUT_HTTP})}}"
    found = value(checkout, "production", expression, **GOOD, CORS_ALLOWED_ORIGINS=OURS)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def web(production: dict[str, Any], settings: Any) -> APIClient:
    """Return a visitor's client, behind the proxy that ends TLS."""
    for name, found in production.items():
        setattr(settings, name, found)
    return APIClient(raise_request_exception=False, headers={"Host": "shop.example", "X-Forwarded-Proto": "https"})


class TestHeaders:
    @pytest.mark.parametrize("case", ANSWERS)
    def test_every_kind_of_answer_carries_them(
        self, web: APIClient, case: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(LiveView, "get", fail)
        method, path, status = ANSWERS[case]
        answer = web.generic(method, path, b"{", content_type="application/json")
        answer.close()  # the file
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED
        assert answer.headers["X-Request-ID"]
        # A style sheet in a frame shows nobody anything.
        assert answer.headers.get("X-Frame-Options") == (None if case == "a public file" else "DENY")

    def test_plain_http_is_sent_to_https(self, web: APIClient) -> None:
        answer = web.get("/api/v1/products/?page=1", headers={"X-Forwarded-Proto": "http"})
        assert (answer.status_code, answer.headers["Location"]) == (301, "https://shop.example/api/v1/products/?page=1")

    def test_cookies_travel_by_https_and_not_from_other_sites(self, web: APIClient, staff: Any) -> None:
        token = web.get("/api/v1/auth/session/").json()["csrf_token"]
        headers = {"X-CSRFToken": token, "Referer": "https://shop.example/"}
        credentials = {"username": "stefan", "password": PASSWORD}
        assert web.post("/api/v1/auth/session/", credentials, headers=headers).status_code == 200
        web.get("/admin/")
        assert {"csrftoken", "sessionid"} <= set(web.cookies)
        for cookie in web.cookies.values():
            assert (cookie["secure"], cookie["samesite"], cookie["domain"]) == (True, "Lax", ""), cookie.key
        assert web.cookies["sessionid"]["httponly"]


class TestHidden:
    @pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/auth/group/1/change/", "/admin/x/"])
    def test_of_the_admin_the_sign_in_page_alone(self, web: APIClient, path: str) -> None:
        answer = web.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={path}")

    @pytest.mark.parametrize(
        "path",
        [
            "/.env",
            "/.git/config",
            "/.git/HEAD",
            "/static/../.env",
            "/static/..%2f..%2f.env",
            "/static/%2e%2e/%2e%2e/.git/HEAD",
            "/media/../.env",
            "/media/",
            "/static/",
            "/var/shop.sqlite3",
            "/config/settings/base.py",
            "/manage.py",
            "/requirements.txt",
            "/metrics",
            "/__debug__/",
            "/debug/",
            "/schema/",
            "/api/schema/",
            "/openapi.json",
            "/api-auth/login/",
            "/server-status",
        ],
    )
    def test_what_there_is_not(self, web: APIClient, path: str) -> None:
        answer = web.get(path)
        assert (flaw(answer), answer.status_code) == ("", 404)

    def test_a_page_to_try_the_api_with(self, web: APIClient) -> None:
        assert web.get("/api/v1/products/", headers={"Accept": "text/html"}).status_code == 406


class TestOrigins:
    STRANGE = [
        "https://evil.example",
        "null",
        "*",
        "http://front.example",
        "https://front.example.evil.example",
        "https://evilfront.example",
        "https://sub.front.example",
        "https://front.example:8443",
        "https://front.example@evil.example",
        "https://FRONT.example\x00",
    ]

    @pytest.mark.parametrize("origin", STRANGE)
    @pytest.mark.parametrize("path", ["/api/v1/products/", "/api/v1/auth/me/", "/api/v1/nothing/"])
    def test_a_foreign_one_may_read_nothing(self, web: APIClient, origin: str, path: str) -> None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for answer in (web.get(path, headers=asked), web.options(path, headers=asked)):
            assert not [name for name in answer.headers if name.lower().startswith("access-control-allow")]

    def test_ours_may_read_but_brings_no_cookies(self, web: APIClient) -> None:
        headers = web.get("/api/v1/products/", headers={"Origin": OURS}).headers
        assert headers["Access-Control-Allow-Origin"] == OURS
        assert "Access-Control-Allow-Credentials" not in headers
        assert "origin" in headers["Vary"]

    def test_ours_may_read_what_answers_say_beside_their_bodies(self, web: APIClient) -> None:
        shown = web.get("/api/v1/products/", headers={"Origin": OURS}).headers["Access-Control-Expose-Headers"]
        assert set(shown.split(", ")) == {
            *(
                "Content-Disposition",
                "ETag",
                "Idempotent-Replayed",
                "Link",
                "Location",
                "RateLimit",
                "RateLimit-Policy",
            ),
            *("Retry-After", "X-Request-ID", "X-Total-Count"),
        }

    def test_ours_is_told_exactly_what_it_may_send(self, web: APIClient) -> None:
        asked = {"Origin": OURS, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-evil"}
        headers = web.options("/api/v1/orders/", headers=asked).headers
        assert headers["Access-Control-Allow-Origin"] == OURS
        assert set(headers["Access-Control-Allow-Methods"].split(", ")) == {
            *("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
        }
        assert set(headers["Access-Control-Allow-Headers"].split(", ")) == {
            *("accept", "authorization", "content-type", "idempotency-key", "if-match"),
            *("x-cart-token", "x-csrftoken", "x-currency", "x-order-token", "x-request-id"),
        }


class TestHosts:
    @pytest.mark.parametrize("path", ["/", "/admin/login/", "/api/v1/products/", "/api/v1/nothing/"])
    @pytest.mark.parametrize("host", ["evil.example", "shop.example.evil.example", "shop.example@evil.example", "a b"])
    def test_a_foreign_one_is_refused_and_told_nothing(self, web: APIClient, path: str, host: str) -> None:
        answer = web.get(path, headers={"Host": host})
        assert (flaw(answer), answer.status_code) == ("", 400)
        for secret in ("evil", "shop.example", "ALLOWED_HOSTS", "Traceback", "django"):
            assert secret not in answer.content.decode()

    def test_no_other_header_names_one(self, web: APIClient) -> None:
        claims = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
        for path in ("/", "/admin/", "/api/v1/products/?page_size=1", "/api/v1/problems/", "/api/v1/products"):
            answer = web.get(path, headers=claims)
            assert "evil" not in answer.content.decode() + str(answer.headers), path

    def test_what_was_asked_for_in_vain_is_not_repeated(self, web: APIClient) -> None:
        for path in ("/canary<script>", "/api/v1/canary/", "/static/canary.css"):
            answer = web.get(f"{path}?canary=1")
            assert (flaw(answer), answer.status_code) == ("", 404)
            assert "canary" not in answer.content.decode()
