"""Document 003 as its front end meets it: from another origin, from the registration to a changed catalogue."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.architecture.test_openapi import operations, sent
from tests.config.test_settings import ROOT
from tests.factories import PASSWORD
from tests.support.mail import code_in, link_in, mailed
from tests.support.modular_shop_client import said
from tests.support.storefronts.modular_shop import ROUTES

pytestmark = pytest.mark.django_db

FRONT = "http://localhost:3000"
NEW = "another horse battery 8"


@pytest.fixture
def local(settings: Any) -> None:
    """Return the origins that the default settings let in, read in a process of their own."""
    code = "import json, config.settings.local as s; print(json.dumps([s.CORS_ALLOWED_ORIGINS, s.FRONTEND_URL]))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    settings.CORS_ALLOWED_ORIGINS, settings.FRONTEND_URL = json.loads(found.stdout)


@pytest.mark.usefixtures("local")
class TestOrigins:
    @pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/user/", "/catalog/products/", "/catalog/nothing/"])
    def test_the_front_end_may_ask_with_a_token(self, path: str) -> None:
        asked = {
            "Origin": FRONT,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = APIClient().options(path, headers=asked)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == FRONT
        assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(
            answer.headers["Access-Control-Allow-Methods"].split(", ")
        )
        assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))

    @pytest.mark.parametrize(("path", "status"), [("/catalog/products/", 200), ("/accounts/user/", 401)])
    def test_the_front_end_may_read_answers_and_refusals(self, path: str, status: int) -> None:
        answer = APIClient().get(path, headers={"Origin": FRONT})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, FRONT)
        assert "Access-Control-Allow-Credentials" not in answer.headers

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "https://localhost:3000", "http://localhost:3001", "null"]
    )
    def test_others_may_not(self, origin: str) -> None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for answer in (APIClient().get("/catalog/products/", headers=asked), APIClient().options("/", headers=asked)):
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_request_without_the_closing_slash_while_debugging(settings: Any) -> None:
    settings.DEBUG = True
    for path in ("/accounts/login", "/catalog/products", "/catalog/nothing/"):
        assert said(APIClient().post(path, {})) == (404, "not_found")


def test_every_operation_is_documented(staff_api: APIClient) -> None:
    document = staff_api.get("/swagger.json").json()
    found = operations(document, "/accounts/") | operations(document, "/catalog/")
    assert len(found) == sum(len(methods) for methods in ROUTES.values())
    for name, operation in found.items():
        assert operation["tags"] == ["003 modular shop"], name
        assert operation["summary"], name
        assert operation["description"], name
        schema = sent(document, operation)
        assert schema is None or set(schema["example"]) <= set(schema["properties"]), name


class FrontEnd:
    """Sends JSON as the front end does, with the token it was given."""

    def __init__(self) -> None:
        self.api = APIClient(headers={"Origin": FRONT})

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        content = json.dumps(body).encode() if body is not None else b""
        answer = self.api.generic(method, path, content, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def sign_in(self, path: str, name: str, password: str) -> dict[str, str]:
        tokens = self.send("POST", path, {"username": name, "password": password})
        self.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
        return tokens


@pytest.mark.usefixtures("local")
def test_a_customers_account_from_the_registration_to_a_new_password() -> None:
    nora = FrontEnd()
    account = {"username": "nora", "email": "nora@example.com", "password": PASSWORD, "password2": PASSWORD}
    nora.send("POST", "/accounts/register/", account, 201)
    first = code_in(mailed()[0])
    nora.send("POST", "/accounts/login/", {"username": "nora", "password": PASSWORD}, 403)
    nora.send("POST", "/accounts/resend-otp/", {"email": "nora@example.com"})
    second = code_in(mailed()[0])
    nora.send("POST", "/accounts/verify-otp/", {"email": "nora@example.com", "otp": second})
    nora.send("POST", "/accounts/verify-otp/", {"email": "nora@example.com", "otp": first}, 400)

    nora.sign_in("/accounts/login/", "nora@example.com", PASSWORD)
    assert nora.send("GET", "/accounts/user/")["email_verified"] is True
    nora.send("POST", "/accounts/change-password/", {"old_password": PASSWORD, "new_password": NEW})
    nora.send("GET", "/accounts/user/", status=401)
    mailed()

    forgetful = FrontEnd()
    forgetful.send("POST", "/accounts/request-reset-email/", {"email": "nora@example.com"})
    link = link_in(mailed()[0])
    path = "/accounts/" + link.partition("/accounts/")[2]
    forgetful.send("POST", path, {"password": PASSWORD, "password2": PASSWORD})
    forgetful.send("POST", path, {"password": NEW}, 400)

    tokens = forgetful.sign_in("/accounts/token/", "nora", PASSWORD)
    forgetful.send("POST", "/accounts/token/verify/", {"token": tokens["access"]})
    newer = forgetful.send("POST", "/accounts/token/refresh/", {"refresh": tokens["refresh"]})
    forgetful.send("POST", "/accounts/token/verify/", {"token": newer["access"]})
    forgetful.send("POST", "/catalog/products/", {"name": "Lamp", "price": 1}, 403)


def test_a_superusers_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="root", email="root@example.com", verbosity=0)
    root, visitor = FrontEnd(), FrontEnd()
    root.sign_in("/accounts/login/", "root", PASSWORD)
    shelf = root.send("POST", "/catalog/categories/", {"name": "Electronics"}, 201)["id"]
    body = {"name": "Gaming Laptop", "description": "Fast", "price": 1299.99, "stock": 50, "category": shelf}
    product = root.send("POST", "/catalog/products/", body, 201)["id"]
    path = f"/catalog/products/{product}/"
    assert visitor.send("GET", path)["price"] == "1299.99"
    root.send("PUT", path, body | {"price": "1199.99"})
    root.send("PATCH", path, {"stock": 45})
    (row,) = visitor.send("GET", f"/catalog/products/?category={shelf}&search=laptop")["results"]
    assert (row["price"], row["stock"], row["category"]) == ("1199.99", 45, shelf)
    root.send("PUT", f"/catalog/categories/{shelf}/", {"name": "Computing"})
    assert visitor.send("GET", path)["category_name"] == "Computing"
    root.send("DELETE", f"/catalog/categories/{shelf}/", status=409)
    root.send("DELETE", path, status=204)
    assert visitor.send("GET", "/catalog/products/")["count"] == 0
    visitor.send("GET", path, status=404)
