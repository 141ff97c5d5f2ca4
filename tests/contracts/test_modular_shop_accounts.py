"""Document 003: passwords, tokens and who one is."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User, UserSession
from accounts.services.sessions import REFRESH_GRACE
from tests.factories import PASSWORD
from tests.support.mail import link_in, mailed
from tests.support.modular_shop_client import post, said
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db

NEW = "another horse battery 8"


class TestChangePassword:
    def test_ends_every_sign_in_but_the_answers(self, customer: User) -> None:
        before = bearer(customer)
        body = {"old_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
        answer = post("change-password/", body, headers=before)
        assert (answer.status_code, set(answer.json())) == (200, {"message", "access", "refresh"})
        assert APIClient().get("/accounts/user/", headers=before).status_code == 401
        after = {"Authorization": f"Bearer {answer.json()['access']}"}
        assert APIClient().get("/accounts/user/", headers=after).status_code == 200
        assert User.objects.get().check_password(NEW)

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"old_password": "guess"}, (403, "wrong_password")),
            ({"new_password": "12345678"}, (400, "weak_password")),
            ({"confirm_password": PASSWORD}, (400, "invalid")),
            ({"new_password": ""}, (400, "invalid")),
        ],
    )
    def test_refused(self, customer: User, change: dict[str, str], refusal: tuple[int, str]) -> None:
        body = {"old_password": PASSWORD, "new_password": NEW} | change
        assert said(post("change-password/", body, headers=bearer(customer))) == refusal
        assert User.objects.get().check_password(PASSWORD)

    def test_changes_no_other_account_whatever_the_body_claims(self, customer: User, other_customer: User) -> None:
        claims = {"user": other_customer.pk, "username": "oskar", "email": other_customer.email}
        body = {"old_password": PASSWORD, "new_password": NEW, **claims}
        assert post("change-password/", body, headers=bearer(customer)).status_code == 200
        other_customer.refresh_from_db()
        assert other_customer.check_password(PASSWORD)

    def test_needs_a_token(self) -> None:
        assert post("change-password/", {"old_password": PASSWORD, "new_password": NEW}).status_code == 401


class TestPasswordReset:
    @pytest.fixture
    def link(self, customer: User, settings: Any) -> str:
        settings.FRONTEND_URL = "https://front.example"
        assert post("request-reset-email/", {"email": customer.email}).status_code == 200
        (message,) = mailed()
        return link_in(message)

    def confirm(self, link: str, **body: str) -> Any:
        return APIClient().post(urlsplit(link).path, body)

    def test_the_mailed_link_is_the_documents_address(self, link: str) -> None:
        front, path = link.split("/accounts/")
        name, uid, secret, end = path.split("/")
        assert (front, name, end) == ("https://front.example", "password-reset-confirm", "")
        assert uid
        assert secret

    @pytest.mark.parametrize(
        "names",
        [("password",), ("password", "password2"), ("password", "confirm_password"), ("new_password",)],
    )
    def test_sets_the_password_once(self, link: str, customer: User, names: tuple[str, ...]) -> None:
        before = bearer(customer)
        answer = self.confirm(link, **dict.fromkeys(names, NEW))
        assert (answer.status_code, set(answer.json())) == (200, {"message"})
        assert APIClient().get("/accounts/user/", headers=before).status_code == 401
        assert said(self.confirm(link, password=PASSWORD)) == (400, "reset_link_refused")
        # Whoever got the link reads the mailbox.
        assert post("login/", {"username": "carla", "password": NEW}).status_code == 200

    @pytest.mark.parametrize(
        "body", [{}, {"password": ""}, {"password": "12345678"}, {"password": NEW, "confirm_password": PASSWORD}]
    )
    def test_a_bad_password_leaves_the_link_good(self, link: str, body: dict[str, str]) -> None:
        assert self.confirm(link, **body).status_code == 400
        assert User.objects.get().check_password(PASSWORD)
        assert self.confirm(link, password=NEW).status_code == 200

    def test_a_forged_link_is_refused(self, link: str, customer: User, other_customer: User) -> None:
        mine, theirs = urlsplit(link).path, customer.pk
        for path in (mine[:-2] + "x/", mine.replace("confirm/", "confirm/x"), "/accounts/password-reset-confirm/MQ/x/"):
            assert said(APIClient().post(path, {"password": NEW})) == (400, "reset_link_refused"), path
        assert User.objects.get(pk=theirs).check_password(PASSWORD)

    def test_the_host_is_never_the_requests(self, customer: User, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        settings.FRONTEND_URL = "https://front.example"
        post("request-reset-email/", {"email": customer.email}, headers={"Host": "evil.example"})
        (message,) = mailed()
        assert "evil" not in message.body

    def test_an_unknown_address_is_answered_alike(self, customer: User) -> None:
        known, unknown = (
            post("request-reset-email/", {"email": email}) for email in (customer.email, "nobody@example.com")
        )
        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
        assert [message.to for message in mailed()] == [[customer.email]]

    def test_a_browser_that_opens_the_link_gets_a_page(self, link: str) -> None:
        answer = APIClient().get(urlsplit(link).path)
        uid, secret = urlsplit(link).path.split("/")[3:5]
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/account/new-password/#{uid}.{secret}")
        assert APIClient().get(answer.headers["Location"].partition("#")[0]).status_code == 200
        assert self.confirm(link, password=NEW).status_code == 200


class TestUser:
    def test_details(self, customer: User) -> None:
        body = APIClient().get("/accounts/user/", headers=bearer(customer)).json()
        assert body["date_joined"]
        assert {name: body[name] for name in body if name != "date_joined"} == {
            "id": customer.pk,
            "username": "carla",
            "email": "carla@example.com",
            "email_verified": False,
            "first_name": "",
            "last_name": "",
            "is_staff": False,
        }

    def test_are_private_and_not_written_here(self, customer: User) -> None:
        assert APIClient().get("/accounts/user/").status_code == 401
        for method in ("PUT", "PATCH", "POST", "DELETE"):
            answer = APIClient().generic(method, "/accounts/user/", headers=bearer(customer))
            assert answer.status_code == 405


class TestTokens:
    def test_refresh_works_once(self, verified: User) -> None:
        tokens = post("token/", {"username": "carla", "password": PASSWORD}).json()
        first = post("token/refresh/", {"refresh": tokens["refresh"]})
        assert (first.status_code, set(first.json())) == (200, {"access", "refresh"})
        with time_machine.travel(timezone.now() + REFRESH_GRACE + timedelta(seconds=1)):
            assert said(post("token/refresh/", {"refresh": tokens["refresh"]})) == (401, "token_not_valid")
            # The stolen copy gave itself away: its successor has ended too.
            assert post("token/refresh/", {"refresh": first.json()["refresh"]}).status_code == 401

    def test_verify_takes_either_kind(self, verified: User) -> None:
        for token in post("token/", {"username": "carla", "password": PASSWORD}).json().values():
            answer = post("token/verify/", {"token": token})
            assert (answer.status_code, answer.json()) == (200, {})

    @pytest.mark.parametrize("kind", ["access", "refresh"])
    def test_a_token_of_an_ended_sign_in_is_not_good(self, verified: User, kind: str) -> None:
        token = post("token/", {"username": "carla", "password": PASSWORD}).json()[kind]
        UserSession.objects.update(revoked_at=timezone.now())
        assert said(post("token/verify/", {"token": token})) == (401, "token_not_valid")

    def test_a_refresh_token_that_was_exchanged_is_not_good(self, verified: User) -> None:
        tokens = post("token/", {"username": "carla", "password": PASSWORD}).json()
        successor = post("token/refresh/", {"refresh": tokens["refresh"]}).json()
        assert said(post("token/verify/", {"token": tokens["refresh"]})) == (401, "token_not_valid")
        assert post("token/verify/", {"token": successor["refresh"]}).status_code == 200

    @pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."])
    def test_what_is_no_token(self, token: str) -> None:
        assert said(post("token/verify/", {"token": token})) == (401, "token_not_valid")
        assert said(post("token/refresh/", {"refresh": token})) == (401, "token_not_valid")
        assert said(post("token/verify/", {"token": ""})) == (400, "invalid")
