"""Signing in: its limits, its cookie, the list of where one is signed in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import EmailNotVerified
from accounts.models import User, UserSession
from tests.conftest import client_of
from tests.factories import PASSWORD, make_user
from tests.support.tokens import CLIENT, open_session

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"


def sign_in(username: str, password: str, **extra: Any) -> Any:
    return APIClient().post(f"{AUTH}/token/", {"username": username, "password": password}, **extra)


class TestLimits:
    def test_five_wrong_passwords_shut_the_door_for_five_minutes(self, customer: User, settings: Any) -> None:
        settings.REDIS_URL = ""  # whose clock can't be moved
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert [sign_in("carla", "guess").status_code for _ in range(6)] == [401] * 5 + [429]
            refused = sign_in("carla", PASSWORD)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
            assert refused.headers["Retry-After"] == "300"
            clock.shift(timedelta(seconds=301))
            assert sign_in("carla", PASSWORD).status_code == 200

    def test_a_forged_forwarding_header_changes_nothing(self, customer: User) -> None:
        statuses = [
            sign_in("carla", "guess", headers={"X-Forwarded-For": f"203.0.113.{turn}"}).status_code for turn in range(7)
        ]
        assert statuses == [401] * 5 + [429] * 2

    def test_spellings_of_one_name_count_together(self, customer: User) -> None:
        names = ["carla@example.com", "CARLA@example.com", " Carla@Example.com", "\uff43arla@example.com"]
        statuses = [sign_in(names[turn % 4], "guess").status_code for turn in range(7)]
        assert statuses == [401] * 5 + [429] * 2

    def test_all_names_of_an_account_count_together(self, customer: User) -> None:
        names = ["carla", "carla@example.com", "CARLA", "\uff43arla"]
        assert [sign_in(names[turn % 4], "guess").status_code for turn in range(7)] == [401] * 5 + [429] * 2

    def test_letters_that_a_database_takes_for_others_are_others(self) -> None:
        """PostgreSQL makes an I of a dotless i; then one account would have several budgets."""
        make_user("kiwi")
        assert sign_in("k\u0131wi", PASSWORD).status_code == 401
        make_user("k\u0131wi")
        assert sign_in("KIWI", PASSWORD).status_code == 200
        assert sign_in(" K\u0131WI ", PASSWORD).status_code == 200

    def test_a_name_nobody_has_is_limited_alike(self) -> None:
        assert [sign_in("nobody", "guess").status_code for _ in range(6)] == [401] * 5 + [429]

    def test_a_right_password_forgives(self, customer: User) -> None:
        for _ in range(3):
            assert [sign_in("carla", "guess").status_code for _ in range(4)] == [401] * 4
            assert sign_in("carla", PASSWORD).status_code == 200

    def test_many_addresses_together_get_twenty_tries_at_one_account(self, customer: User) -> None:
        statuses = [sign_in("carla", "guess", REMOTE_ADDR=f"203.0.113.{turn}").status_code for turn in range(22)]
        assert statuses == [401] * 20 + [429] * 2

    def test_one_address_gets_a_hundred_tries_at_all_accounts(self) -> None:
        statuses = [sign_in(f"user{turn}", "Password1").status_code for turn in range(102)]
        assert statuses == [401] * 100 + [429] * 2

    def test_the_present_password_is_limited_too(self, customer: User) -> None:
        """Whoever stole a token must not find the password with it."""
        client, body = client_of(customer), {"old_password": "guess", "new_password": "another horse battery 8"}
        statuses = [client.post(f"{AUTH}/password/", body).status_code for _ in range(7)]
        assert statuses == [403] * 5 + [429] * 2

    def test_registrations_from_one_address(self) -> None:
        statuses = [
            APIClient()
            .post(f"{AUTH}/register/", {"username": f"n{turn}", "email": f"n{turn}@example.com", "password": PASSWORD})
            .status_code
            for turn in range(32)
        ]
        assert statuses == [201] * 30 + [429] * 2
        assert User.objects.count() == 30

    def test_the_admins_door_has_the_same_limits(self, staff: User) -> None:
        client = Client()
        for _ in range(5):
            assert client.post("/admin/login/", {"username": "stefan", "password": "guess"}).status_code == 200
        answer = client.post("/admin/login/", {"username": "stefan", "password": PASSWORD})
        assert answer.status_code == 200
        assert "Too many" in answer.content.decode()
        assert sign_in("stefan", PASSWORD).status_code == 429

    def test_the_admins_door_opens(self, staff: User) -> None:
        answer = Client().post("/admin/login/?next=/admin/", {"username": "stefan", "password": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")

    def test_the_admins_door_stays_shut_for_customers(self, customer: User) -> None:
        client = Client()
        assert client.post("/admin/login/", {"username": "carla", "password": PASSWORD}).status_code == 200
        assert "_auth_user_id" not in client.session


def test_a_door_may_insist_on_a_verified_address(customer: User) -> None:
    credentials = {"username": "carla", "password": PASSWORD, "client": CLIENT}
    with pytest.raises(EmailNotVerified):
        services.sign_in(**credentials, needs_verified_email=True)
    assert not UserSession.objects.exists()
    User.objects.update(email_verified_at=timezone.now())
    services.sign_in(**credentials, needs_verified_email=True)


class TestCookie:
    def browser(self) -> tuple[APIClient, str]:
        browser = APIClient(enforce_csrf_checks=True)
        return browser, browser.get(f"{AUTH}/session/").json()["csrf_token"]

    def test_sign_in_act_and_sign_out(self, customer: User) -> None:
        browser, token = self.browser()
        credentials = {"username": "carla", "password": PASSWORD}
        answer = browser.post(f"{AUTH}/session/", credentials, headers={"X-CSRFToken": token})
        assert answer.status_code == 200
        assert answer.json()["user"]["username"] == "carla"
        cookie = browser.cookies["sessionid"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

        assert browser.patch(f"{AUTH}/me/", {"city": "Oslo"}).status_code == 403
        token = {"X-CSRFToken": answer.json()["csrf_token"]}
        assert browser.patch(f"{AUTH}/me/", {"city": "Oslo"}, headers=token).status_code == 200

        assert browser.delete(f"{AUTH}/session/", headers=token).status_code == 204
        assert browser.get(f"{AUTH}/session/").json()["user"] is None
        customer.refresh_from_db()
        assert customer.city == "Oslo"

    def test_a_strangers_page_can_not_sign_a_visitor_in(self, customer: User) -> None:
        browser, _ = self.browser()
        answer = browser.post(f"{AUTH}/session/", {"username": "carla", "password": PASSWORD})
        assert answer.status_code == 403
        assert "sessionid" not in browser.cookies

    def test_it_ends_with_the_password_with_all_sign_ins_and_with_the_account(self, customer: User) -> None:
        def signed_in() -> APIClient:
            browser = APIClient()
            browser.force_login(customer)
            assert browser.get(f"{AUTH}/me/").status_code == 200
            return browser

        browser = signed_in()
        services.sign_ins_end(user=customer)
        assert browser.get(f"{AUTH}/me/").status_code == 401
        browser = signed_in()
        services.password_change(
            user=customer, old_password=PASSWORD, new_password="another horse battery 8", client=CLIENT
        )
        assert browser.get(f"{AUTH}/me/").status_code == 401
        browser = signed_in()
        User.objects.update(is_active=False)
        assert browser.get(f"{AUTH}/me/").status_code == 401

    def test_whoever_changes_the_password_by_cookie_stays_signed_in(self, customer: User) -> None:
        here, there = APIClient(), APIClient()
        here.force_login(customer)
        there.force_login(customer)
        body = {"old_password": PASSWORD, "new_password": "another horse battery 8"}
        assert here.post(f"{AUTH}/password/", body).status_code == 200
        assert here.get(f"{AUTH}/me/").status_code == 200
        assert there.get(f"{AUTH}/me/").status_code == 401

    def test_it_ends_after_twelve_hours(self, customer: User) -> None:
        browser = APIClient()
        browser.force_login(customer)
        with time_machine.travel(timezone.now() + timedelta(hours=11, minutes=59)):
            assert browser.get(f"{AUTH}/me/").status_code == 200
        with time_machine.travel(timezone.now() + timedelta(hours=12, seconds=1)):
            assert browser.get(f"{AUTH}/me/").status_code == 401


class TestWhereOneIsSignedIn:
    def test_the_list_names_devices_and_this_one(self, customer: User, other_customer: User) -> None:
        open_session(other_customer)
        sign_in("carla", PASSWORD, headers={"User-Agent": "An old phone"})
        access = sign_in("carla", PASSWORD, headers={"User-Agent": "A browser\x00"}).json()["access"]
        found = APIClient().get(f"{AUTH}/sessions/", headers={"Authorization": f"Bearer {access}"}).json()
        assert [(row["device"], row["is_current"]) for row in found] == [("A browser", True), ("An old phone", False)]

    def test_end_one(self, customer: User, other_customer: User) -> None:
        lost = open_session(customer)
        lost_id = UserSession.objects.get().pk
        assert client_of(other_customer).delete(f"{AUTH}/sessions/{lost_id}/").status_code == 404
        assert client_of(customer).delete(f"{AUTH}/sessions/{lost_id}/").status_code == 204
        assert client_of(customer).delete(f"{AUTH}/sessions/{lost_id}/").status_code == 404
        answer = APIClient().get(f"{AUTH}/me/", headers={"Authorization": f"Bearer {lost.access}"})
        assert answer.status_code == 401

    def test_end_all(self, customer: User) -> None:
        tokens = [open_session(customer).access for _ in range(2)]
        theirs = open_session(make_user()).access
        bearers = [{"Authorization": f"Bearer {token}"} for token in [*tokens, theirs]]
        assert APIClient().delete(f"{AUTH}/sessions/", headers=bearers[0]).status_code == 204
        assert [APIClient().get(f"{AUTH}/me/", headers=each).status_code for each in bearers] == [401, 401, 200]
