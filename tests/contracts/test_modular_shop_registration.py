"""Document 003: from the registration to the first sign-in."""

from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import User, UserSession
from tests.factories import PASSWORD
from tests.support.mail import code_in, mailed, wrong
from tests.support.modular_shop_client import post, said

pytestmark = pytest.mark.django_db

REGISTRATION = {"username": "nora", "email": "Nora@Example.com", "password": PASSWORD, "password2": PASSWORD}
NEW = "another horse battery 8"


class TestRegister:
    def test_mails_a_code_and_signs_nobody_in(self) -> None:
        answer = post("register/", REGISTRATION | {"first_name": "Nora", "last_name": "Nord"})
        user = User.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "message": "User registered. A code that activates the account is on its way by mail.",
            "id": user.pk,
            "username": "nora",
            "email": "nora@example.com",
            "first_name": "Nora",
            "last_name": "Nord",
        }
        assert (user.is_staff, user.is_email_verified, UserSession.objects.count()) == (False, False, 0)
        assert "sessionid" not in answer.cookies
        (message,) = mailed()
        assert message.to == ["nora@example.com"]
        assert code_in(message) not in answer.content.decode()

    @pytest.mark.parametrize("format", ["json", "multipart"])
    @pytest.mark.parametrize(
        "names",
        [
            ("password",),
            ("password", "password2"),
            ("password1", "password2"),
            ("password", "password1"),
            ("password", "confirm_password"),
        ],
    )
    def test_however_the_password_is_called(self, names: tuple[str, ...], format: str) -> None:
        body = {"username": "nora", "email": "nora@example.com", **dict.fromkeys(names, PASSWORD)}
        assert post("register/", body, format=format).status_code == 201
        assert User.objects.get().check_password(PASSWORD)

    def test_without_a_username_one_is_made_of_the_address(self) -> None:
        assert post("register/", {"email": "nora@example.com", "password": PASSWORD}).json()["username"] == "nora"

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"email": ""}, "/email"),
            ({"email": "nora"}, "/email"),
            ({"password2": NEW}, "/password2"),
            ({"confirm_password": NEW}, "/confirm_password"),
            ({"password": "12345678", "password2": "12345678"}, "/password"),
            ({"username": "nora@home"}, "/username"),
        ],
    )
    def test_what_is_wrong_is_named(self, change: dict[str, str], pointer: str) -> None:
        answer = post("register/", REGISTRATION | change)
        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert not User.objects.exists()

    def test_the_address_is_needed(self) -> None:
        answer = post("register/", {"username": "nora", "password": PASSWORD})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("change", "code"),
        [({"email": "other@example.com"}, "username_taken"), ({"username": "other"}, "email_taken")],
    )
    def test_a_name_is_taken_whatever_its_case(self, change: dict[str, str], code: str) -> None:
        post("register/", REGISTRATION)
        taken = {"username": "NORA", "email": "NORA@example.com"}
        assert said(post("register/", REGISTRATION | taken | change)) == (409, code)
        assert User.objects.count() == 1

    def test_gives_no_rights_and_proves_nothing(self) -> None:
        claims = {"is_staff": True, "is_superuser": True, "role": "staff", "is_verified": True, "is_active": False}
        post("register/", REGISTRATION | claims | {"email_verified_at": "2020-01-01T00:00:00Z"})
        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.is_active, user.is_email_verified) == (False, False, True, False)


class TestVerifyOtp:
    @pytest.fixture
    def code(self) -> str:
        post("register/", REGISTRATION)
        (message,) = mailed()
        return code_in(message)

    @pytest.mark.parametrize("name", ["otp", "code"])
    def test_the_mailed_code_activates_the_account(self, code: str, name: str) -> None:
        assert said(post("login/", REGISTRATION)) == (403, "email_not_verified")
        answer = post("verify-otp/", {"email": "nora@example.com", name: code})
        assert (answer.status_code, set(answer.json())) == (200, {"message"})
        assert post("login/", REGISTRATION).status_code == 200

    def test_a_code_works_once(self, code: str) -> None:
        body = {"email": "nora@example.com", "otp": code}
        assert post("verify-otp/", body).status_code == 200
        assert said(post("verify-otp/", body)) == (400, "code_refused")

    def test_guessing_ends_after_five_tries(self, code: str) -> None:
        for _ in range(5):
            assert said(post("verify-otp/", {"email": "nora@example.com", "otp": wrong(code)})) == (400, "code_refused")
        assert said(post("verify-otp/", {"email": "nora@example.com", "otp": code})) == (400, "code_refused")
        assert not User.objects.get().is_email_verified

    def test_otp_goes_before_code_when_both_are_sent(self, code: str) -> None:
        both = {"email": "nora@example.com", "otp": wrong(code), "code": code}
        assert said(post("verify-otp/", both)) == (400, "code_refused")

    @pytest.mark.parametrize("body", [{}, {"otp": ""}, {"otp": "12345"}, {"otp": None}, {"otp": [1]}])
    def test_a_malformed_code_does_not_count_as_a_try(self, code: str, body: dict[str, Any]) -> None:
        assert said(post("verify-otp/", {"email": "nora@example.com", **body}, format="json")) == (400, "invalid")
        assert post("verify-otp/", {"email": "nora@example.com", "otp": code}).status_code == 200

    def test_nobody_elses_account_is_activated(self, code: str, customer: User) -> None:
        assert said(post("verify-otp/", {"email": customer.email, "otp": code})) == (400, "code_refused")
        customer.refresh_from_db()
        assert not customer.is_email_verified


class TestResendOtp:
    def test_a_new_code_voids_the_one_before(self, customer: User) -> None:
        codes = []
        for _ in range(2):
            assert post("resend-otp/", {"email": customer.email}).status_code == 200
            codes += [code_in(message) for message in mailed()]
        first, second = codes
        if first != second:
            assert said(post("verify-otp/", {"email": customer.email, "otp": first})) == (400, "code_refused")
        assert post("verify-otp/", {"email": customer.email, "otp": second}).status_code == 200

    def test_an_unknown_and_a_verified_address_are_answered_alike(self, customer: User, verified: User) -> None:
        answers = [post("resend-otp/", {"email": email}) for email in (verified.email, "nobody@example.com")]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert mailed() == []


@pytest.mark.parametrize("path", ["login/", "token/"])
class TestSignIn:
    @pytest.mark.parametrize(
        "name", [{"username": "carla"}, {"username": "Carla@example.com"}, {"email": "carla@example.com"}]
    )
    def test_by_name_or_address(self, verified: User, path: str, name: dict[str, str]) -> None:
        answer = post(path, {**name, "password": PASSWORD})
        assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh"})
        headers = {"Authorization": f"Bearer {answer.json()['access']}"}
        assert APIClient().get("/accounts/user/", headers=headers).json()["username"] == "carla"

    def test_not_before_the_address_is_proven(self, customer: User, path: str) -> None:
        assert said(post(path, {"username": "carla", "password": PASSWORD})) == (403, "email_not_verified")
        assert UserSession.objects.count() == 0

    def test_whether_it_is_proven_is_told_to_the_owner_alone(self, customer: User, path: str) -> None:
        for name in ("carla", "nobody"):
            assert said(post(path, {"username": name, "password": "guess"})) == (401, "wrong_credentials")

    @pytest.mark.parametrize("body", [{"password": PASSWORD}, {"username": "carla"}, {"username": [], "password": {}}])
    def test_what_is_missing(self, verified: User, path: str, body: dict[str, Any]) -> None:
        assert said(post(path, body, format="json")) == (400, "invalid")

    def test_a_superuser_made_on_the_command_line_needs_no_code(
        self, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command("createsuperuser", interactive=False, username="root", email="root@example.com", verbosity=0)
        answer = post(path, {"username": "root", "password": PASSWORD})
        assert answer.status_code == 200
        made = APIClient(headers={"Authorization": f"Bearer {answer.json()['access']}"}).post(
            "/catalog/categories/", {"name": "Electronics"}
        )
        assert made.status_code == 201
