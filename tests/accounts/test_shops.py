"""What the published shops ask of accounts: names that nobody chose, customers who sell, and cookies beside tokens."""

from typing import Any

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from accounts.audit import trail_of
from accounts.authentication import cookie_sign_in
from accounts.errors import EmailTaken, SellingBarred
from accounts.models import AuditEntry, User
from accounts.services import seller_become, user_register
from tests.factories import PASSWORD, make_product, make_staff, make_user
from tests.support.rows import all_rows, changed
from tests.support.tokens import CLIENT, open_session
from tests.support.world import client_with_token
from utils.errors import Denied

pytestmark = pytest.mark.django_db


class TestRegisteringWithoutAName:
    @pytest.mark.parametrize(
        ("email", "name"),
        [
            ("Wanjiru.K@example.com", "wanjiru.k"),
            ("a!b@example.com", "ab"),
            ("নমিতা@example.com", "নমিতা"),
            ("!@example.com", "customer"),
            ("\N{COMBINING ACUTE ACCENT}@example.com", "customer"),
            ("\N{CYRILLIC SMALL LETTER ES}ustomer@example.com", "customer"),
        ],
    )
    def test_it_is_what_stands_before_the_at(self, email: str, name: str) -> None:
        assert user_register(email=email, password=PASSWORD, client=CLIENT).username == name

    def test_with_a_number_when_somebody_has_it(self) -> None:
        make_user("wanjiru", email="other@example.com")
        user = user_register(email="Wanjiru@example.com", password=PASSWORD, client=CLIENT)
        base, _, number = user.username.partition("-")
        assert (base, len(number), number.isdigit()) == ("wanjiru", 6, True)

    @pytest.mark.parametrize("taken", [False, True])
    def test_a_long_one_is_cut(self, taken: bool) -> None:
        email = f"{'w' * 200}@example.com"
        if taken:
            make_user("w" * 143, email="other@example.com")
        answer = APIClient().post("/accounts/register/", {"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.content
        name = User.objects.get(email=email).username
        assert name.startswith("w" * 143)
        assert len(name) == (150 if taken else 143)

    def test_an_address_that_is_taken_is_no_second_account(self) -> None:
        make_user("wanjiru")
        before = all_rows()
        with pytest.raises(EmailTaken):
            user_register(email="wanjiru@example.com", password=PASSWORD, client=CLIENT)
        assert changed(before, all_rows()) == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/v1/auth/register/", ["password"]),
        ("/registration/", ["password1", "password2"]),
        ("/api/auth/register/", ["password", "password2"]),
    ],
)
def test_whoever_registers_sees_on_which_device(path: str, names: list[str]) -> None:
    body = {"username": "wanjiru", "email": "wanjiru@example.com", **dict.fromkeys(names, PASSWORD)}
    answer = APIClient().post(path, body, headers={"User-Agent": "Fairphone"})
    assert answer.status_code == 201, answer.content
    assert User.objects.get().sessions.get().device == "Fairphone"


class TestSellers:
    @pytest.mark.parametrize(("role", "then"), [("customer", "seller"), ("seller", "seller"), ("staff", "staff")])
    def test_customers_become_one_and_nobody_else_changes(self, role: Any, then: str) -> None:
        user, other = make_user(role=role), make_user()
        seller_become(user=user)
        assert user.role == User.objects.get(pk=user.pk).role == then
        assert User.objects.get(pk=other.pk).role == "customer"

    def test_the_role_that_is_stored_counts(self) -> None:
        user = make_user()
        User.objects.filter(pk=user.pk).update(role="staff")
        seller_become(user=user)
        assert User.objects.get().role == "staff"

    @pytest.mark.parametrize("role", ["customer", "seller", "staff"])
    def test_whoever_was_barred_becomes_none(self, role: Any) -> None:
        user = make_user(role=role)
        User.objects.filter(pk=user.pk).update(may_sell=False)
        before = all_rows()
        with pytest.raises(SellingBarred):
            seller_become(user=user)
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("role", ["customer", "seller"])
    def test_whoever_was_barred_offers_and_changes_nothing(self, role: Any) -> None:
        seller = make_user(role=role, may_sell=False)
        mine = make_product("Lamp", seller=seller)
        api, before = client_with_token(seller), all_rows()
        listing = {"name": "Mouse", "category": "gaming", "item_number": "12", "price": "2500"}
        refusals = [
            api.post("/create/", listing),
            api.post("/api/v1/products/", {"name": "Mouse", "price": "10.00"}),
            api.patch(f"/api/v1/products/{mine.pk}/", {"name": "Lamp 2"}),
            api.delete(f"/api/v1/products/{mine.pk}/"),
        ]
        assert [answer.status_code for answer in refusals] == [403, 403, 403, 403]
        assert refusals[0].json()["code"] == "selling_barred", refusals[0].json()
        assert changed(before, all_rows()) == []

    def test_what_staff_make_of_a_customer_is_audited(self, customer: User) -> None:
        request = APIRequestFactory().post("/")
        request.user = make_staff()
        with trail_of(request):
            seller_become(user=customer)
        entry = AuditEntry.objects.get()
        assert (entry.object_type, entry.object_id, entry.actor) == ("accounts.user", str(customer.pk), request.user)
        assert entry.changes["role"] == ["customer", "seller"]


class TestCookies:
    HOST = "http://testserver"

    def sign_in(self, user: User, **headers: str) -> Request:
        request = APIRequestFactory().post("/", headers=headers)
        SessionMiddleware(lambda request: HttpResponse()).process_request(request)
        cookie_sign_in(Request(request), user)
        return Request(request)

    @pytest.mark.parametrize("origin", ["", "http://testserver", "https://front.example", "https://app.example"])
    def test_of_programs_and_of_pages_that_are_ours(self, customer: User, settings: Any, origin: str) -> None:
        settings.CORS_ALLOWED_ORIGINS, settings.CSRF_TRUSTED_ORIGINS = (
            ["https://front.example"],
            ["https://app.example"],
        )
        request = self.sign_in(customer, **({"Origin": origin} if origin else {}))
        assert request._request.session["_auth_user_id"] == str(customer.pk)

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "https://testserver",
            "http://testserver.evil.example",
            "testserver",
            "http://[x",
            "http://testserver/",
        ],
    )
    def test_of_a_strangers_page_none(self, customer: User, origin: str) -> None:
        before = all_rows()
        with pytest.raises(Denied):
            self.sign_in(customer, Origin=origin)
        assert changed(before, all_rows()) == []

    def test_an_origin_that_is_no_address_is_a_strangers(self, customer: User) -> None:
        before = all_rows()
        body = {"email": customer.email, "password": PASSWORD}
        answer = APIClient().post("/api/login/", body, headers={"Origin": "http://[x"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
        assert changed(before, all_rows()) == []


class TestSigningOut:
    ADDRESSES = ("/api/v1/auth/logout/", "/logout/")

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_of_the_tokens_ends_the_cookies_sign_in_too(self, customer: User, path: str) -> None:
        browser = APIClient(enforce_csrf_checks=True)
        browser.force_login(customer)
        answer = browser.post(path, {"refresh": open_session(customer).refresh})
        assert answer.status_code in (200, 204)
        assert not Session.objects.exists()
        assert browser.cookies["sessionid"].value == ""
        assert not customer.sessions.filter(revoked_at=None).exists()

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_with_a_token_that_has_ended_ends_the_cookies_sign_in(self, customer: User, path: str) -> None:
        browser = APIClient(enforce_csrf_checks=True)
        browser.force_login(customer)
        assert browser.post(path, {"refresh": "nonsense"}).status_code == 401
        assert not Session.objects.exists()

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_elsewhere_leaves_the_cookie_alone(self, customer: User, path: str) -> None:
        APIClient().force_login(customer)
        APIClient().post(path, {"refresh": open_session(customer).refresh})
        assert Session.objects.count() == 1
