"""What the documents have in common is the same everywhere."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["json", "multipart"])
@pytest.mark.parametrize("path", ["/api/login/", "/login/", "/accounts/login/", "/accounts/token/"])
class TestSigningIn:
    @pytest.mark.parametrize(
        "who",
        [
            {"username": "carla"},
            {"username": "carla@example.com"},
            {"email": "carla@example.com"},
            {"username": "", "email": "carla@example.com"},
            {"username": "carla", "email": ""},
        ],
    )
    def test_by_name_or_address(
        self, anonymous_api: APIClient, verified: User, path: str, kind: str, who: dict[str, str]
    ) -> None:
        answer = anonymous_api.post(path, who | {"password": PASSWORD}, format=kind)
        assert (answer.status_code, {"access", "refresh"} <= set(answer.json())) == (200, True)

    @pytest.mark.parametrize("who", [{}, {"username": ""}, {"username": "", "email": ""}])
    def test_without_name_and_address_is_refused(
        self, anonymous_api: APIClient, path: str, kind: str, who: dict[str, str]
    ) -> None:
        answer = anonymous_api.post(path, who | {"password": PASSWORD}, format=kind)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/username")


@pytest.mark.parametrize("path", ["/api/orders/", "/api/orders/create/", "/api/create-checkout-session/", "/cashout/"])
def test_whoever_orders_may_send_a_key(staff_api: APIClient, path: str) -> None:
    operation = staff_api.get("/swagger.json").json()["paths"][path]["post"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
