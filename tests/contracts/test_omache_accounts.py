"""Document 002: its section "Authentication", in dj-rest-auth's shapes, and the profile."""

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.support.omache_till import customers_sell as customers_sell
from tests.support.omache_till import picture, pointers, told
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

REGISTRATION = {
    "username": "wanjiru",
    "email": "wanjiru@example.com",
    "password1": "securepass123",
    "password2": "securepass123",
}


@pytest.fixture
def shopper(customer: User) -> APIClient:
    return client_with_token(customer)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class TestRegistration:
    @pytest.mark.parametrize("kind", ["json", "multipart"])
    def test_it_signs_in_at_once(self, anonymous_api: APIClient, kind: str) -> None:
        answer = anonymous_api.post("/registration/", REGISTRATION, format=kind)
        body = answer.json()
        user = User.objects.get()
        assert (answer.status_code, set(body)) == (201, {"access", "refresh", "user"})
        assert body["user"] == {
            "pk": user.pk,
            "username": "wanjiru",
            "email": "wanjiru@example.com",
            "first_name": "",
            "last_name": "",
        }
        assert anonymous_api.get("/user/", headers=bearer(body["access"])).json() == body["user"]

    @pytest.mark.parametrize("email", ["", None])
    def test_without_an_address(self, anonymous_api: APIClient, email: str | None) -> None:
        answer = anonymous_api.post("/registration/", REGISTRATION | {"email": email}, format="json")
        assert (answer.status_code, answer.json()["user"]["email"]) == (201, None)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"password2": "another horse"}, "invalid"),
            ({"password1": "12345678", "password2": "12345678"}, "weak_password"),
            ({"username": ""}, "invalid"),
            ({"email": "no address"}, "invalid"),
            ({"username": "a@b"}, "bad_username"),
        ],
    )
    def test_refused(self, anonymous_api: APIClient, change: dict, code: str) -> None:
        assert told(anonymous_api.post("/registration/", REGISTRATION | change)) == (400, code)
        assert not User.objects.exists()

    def test_a_name_that_is_taken(self, anonymous_api: APIClient) -> None:
        make_user("wanjiru", email="")
        assert told(anonymous_api.post("/registration/", REGISTRATION)) == (409, "username_taken")

    def test_it_gives_no_rights(self, anonymous_api: APIClient) -> None:
        claims = {"role": "staff", "is_staff": True, "is_superuser": True}
        anonymous_api.post("/registration/", REGISTRATION | claims, format="json")
        user = User.objects.get()
        assert (user.role, user.is_staff, user.is_superuser) == ("customer", False, False)


class TestTokens:
    @pytest.mark.parametrize("fields", [{"username": "carla"}, {"email": "carla@example.com"}])
    def test_login(self, anonymous_api: APIClient, customer: User, fields: dict) -> None:
        answer = anonymous_api.post("/login/", fields | {"password": PASSWORD})
        assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh", "user"})
        assert answer.json()["user"]["pk"] == customer.pk

    @pytest.mark.parametrize("name", ["carla", "nobody"])
    def test_a_wrong_password_and_a_name_nobody_has_are_answered_alike(
        self, anonymous_api: APIClient, customer: User, name: str
    ) -> None:
        answer = anonymous_api.post("/login/", {"username": name, "password": "wrong"})
        assert told(answer) == (401, "wrong_credentials")

    def test_without_a_name(self, anonymous_api: APIClient) -> None:
        assert pointers(anonymous_api.post("/login/", {"password": PASSWORD})) == ["/username"]

    def test_verify(self, anonymous_api: APIClient, customer: User) -> None:
        body = self.login(anonymous_api)
        for name in ("access", "refresh"):
            answer = anonymous_api.post("/token/verify/", {"token": body[name]})
            assert (answer.status_code, answer.json()) == (200, {})
        for token in ("nonsense", body["access"][:-4] + "AAAA"):
            assert told(anonymous_api.post("/token/verify/", {"token": token}))[0] == 401

    def test_refresh(self, anonymous_api: APIClient, customer: User) -> None:
        old = self.login(anonymous_api)
        new = anonymous_api.post("/token/refresh/", {"refresh": old["refresh"]}).json()
        assert anonymous_api.get("/user/", headers=bearer(new["access"])).status_code == 200
        assert anonymous_api.post("/token/verify/", {"token": old["refresh"]}).status_code == 401

    def test_a_refresh_token_opens_nothing(self, anonymous_api: APIClient, customer: User) -> None:
        refresh = self.login(anonymous_api)["refresh"]
        assert anonymous_api.get("/account/", headers=bearer(refresh)).status_code == 401

    def test_logout_ends_the_sign_in(self, anonymous_api: APIClient, customer: User) -> None:
        body = self.login(anonymous_api)
        answer = anonymous_api.post("/logout/", {"refresh": body["refresh"]})
        assert (answer.status_code, answer.json()) == (200, {"detail": "Successfully logged out."})
        assert anonymous_api.get("/user/", headers=bearer(body["access"])).status_code == 401
        assert anonymous_api.post("/token/verify/", {"token": body["access"]}).status_code == 401
        assert anonymous_api.post("/token/refresh/", {"refresh": body["refresh"]}).status_code == 401

    def test_logout_without_a_token_ends_nothing(self, anonymous_api: APIClient, customer: User) -> None:
        body = self.login(anonymous_api)
        assert anonymous_api.post("/logout/").status_code == 200
        assert anonymous_api.get("/user/", headers=bearer(body["access"])).status_code == 200

    @staticmethod
    def login(api: APIClient) -> dict[str, Any]:
        return api.post("/login/", {"username": "carla", "password": PASSWORD}).json()


class TestUser:
    def test_the_name_changes_and_nothing_else(self, shopper: APIClient, customer: User) -> None:
        assert shopper.put("/user/", {"first_name": "Carla", "last_name": "Otieno"}).status_code == 200
        answer = shopper.patch("/user/", {"last_name": "Kamau", "username": "root", "email": "root@example.com"})
        assert answer.json() == shopper.get("/user/").json()
        assert answer.json() == {
            "pk": customer.pk,
            "username": "carla",
            "email": "carla@example.com",
            "first_name": "Carla",
            "last_name": "Kamau",
        }


class TestAccount:
    @pytest.fixture(autouse=True)
    def media(self, settings: Any, tmp_path: Path) -> Path:
        settings.MEDIA_ROOT = str(tmp_path)
        return tmp_path

    def test_it_holds_what_the_document_names(self, shopper: APIClient) -> None:
        assert shopper.get("/account/").json() == {"first_name": "", "last_name": "", "avatar": None, "gender": ""}

    @pytest.mark.parametrize("method", ["put", "patch"])
    @pytest.mark.parametrize("kind", ["json", "multipart"])
    def test_update(self, shopper: APIClient, method: str, kind: str) -> None:
        body = {"first_name": "Wanjiru", "last_name": "Kamau", "avatar": "", "gender": "female"}
        answer = getattr(shopper, method)("/account/", body, format=kind)
        assert (answer.status_code, answer.json()) == (200, body | {"avatar": None})
        assert getattr(shopper, method)("/account/", {"gender": ""}, format=kind).json()["first_name"] == "Wanjiru"
        assert shopper.get("/account/").json()["gender"] == ""

    def test_the_picture(self, shopper: APIClient, media: Path) -> None:
        answer = shopper.put("/account/", {"avatar": picture()}, format="multipart")
        address = answer.json()["avatar"]
        assert (answer.status_code, address.endswith(".png")) == (200, True)
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1
        assert shopper.put("/account/", {"first_name": "Wanjiru"}).json()["avatar"] == address

    @pytest.mark.parametrize("change", [{"gender": "unknown"}, {"avatar": "text"}, {"first_name": "a" * 151}])
    def test_refused(self, shopper: APIClient, change: dict) -> None:
        before = all_rows()
        answer = shopper.put("/account/", {"last_name": "Kamau"} | change, format="json")
        assert (told(answer), pointers(answer)) == ((400, "invalid"), [f"/{next(iter(change))}"])
        assert changed(before, all_rows()) == []

    def test_it_gives_no_rights(self, shopper: APIClient, customer: User) -> None:
        claims = {"role": "staff", "is_staff": True, "is_superuser": True, "pk": 1, "email": "root@example.com"}
        for path in ("/account/", "/user/"):
            assert shopper.put(path, claims | {"first_name": "Carla"}, format="json").status_code == 200
        before, customer = customer, User.objects.get()
        assert (customer.role, customer.is_staff, customer.is_superuser) == ("customer", False, False)
        assert (customer.pk, customer.email) == (before.pk, before.email)

    @pytest.mark.parametrize("path", ["/account/", "/user/"])
    def test_somebody_has_to_be_signed_in(self, anonymous_api: APIClient, path: str) -> None:
        assert [getattr(anonymous_api, method)(path).status_code for method in ("get", "put", "patch")] == [401] * 3
