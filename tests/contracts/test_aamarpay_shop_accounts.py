"""Document 000: signing in with a token and a cookie, codes by mail, and support threads."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User, UserSession
from notifications.models import Thread
from tests.contracts.test_stripe_shop_orders import told
from tests.factories import PASSWORD
from tests.support.mail import code_in, mailed, wrong
from tests.support.rows import all_rows, changed
from tests.support.tokens import bearer
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

LOGIN, REGISTER, THREADS = "/api/login/", "/api/register/", "/api/threads/"
ASK, VERIFY = "/api/request_by_email_verification/", "/api/verify_email_token/"
CART = "/api/product_cart/"
# As the shell hands the document's examples to curl.
MAHADI = {
    "username": "admin1",
    "email": "itsmahadi@gmail.com",
    "password1": "M@h@d\\!@199610",
    "password2": "M@h@d\\!@199610",
}
NEW = "M@h@d\\!@1996"
STALE = "csrftoken=<csrftoken>; sessionid=<sessionid>"


@pytest.fixture
def browser() -> APIClient:
    return APIClient(enforce_csrf_checks=True)


def form(path: str, body: dict[str, Any], *, by: APIClient | None = None, **headers: Any) -> Any:
    """Post a form as curl's --form sends it."""
    return (by or APIClient()).post(path, body, format="multipart", headers=headers)


def sign_in(browser: APIClient, user: User, **headers: str) -> Any:
    return form(LOGIN, {"username": user.username, "password": PASSWORD}, by=browser, **headers)


class TestLogin:
    def test_answers_tokens_and_sets_the_cookie(self, browser: APIClient, customer: User) -> None:
        answer = sign_in(browser, customer, cookie=STALE)
        body = answer.json()
        assert (answer.status_code, set(body)) == (200, {"access", "refresh", "user"})
        assert body["user"] == {"id": customer.pk, "username": "carla", "email": "carla@example.com"}
        assert {"sessionid", "csrftoken"} <= set(answer.cookies)
        assert answer.cookies["sessionid"]["httponly"]

    @pytest.mark.parametrize("format", ["json", "multipart"])
    def test_the_token_is_enough_without_a_cookie(self, customer: User, format: str) -> None:
        body = {"username": "carla", "password": PASSWORD}
        access = APIClient().post(LOGIN, body, format=format).json()["access"]
        headers = {"authorization": f"Bearer {access}", "cookie": STALE}
        assert form(CART, {}, by=APIClient(enforce_csrf_checks=True), **headers).status_code == 200

    def test_the_cookie_is_enough_with_its_csrf_token(self, browser: APIClient, customer: User) -> None:
        sign_in(browser, customer)
        assert browser.get("/api/order_shipping/").status_code == 200
        before = all_rows()
        assert form(CART, {}, by=browser).status_code == 403
        assert form(CART, {}, by=browser, **{"x-csrftoken": "x" * 32}).status_code == 403
        assert changed(before, all_rows()) == []
        token = browser.cookies["csrftoken"].value
        assert form(CART, {}, by=browser, **{"x-csrftoken": token}).status_code == 200

    def test_a_new_password_ends_the_cookies_sign_in(self, browser: APIClient, customer: User) -> None:
        sign_in(browser, customer)
        form(ASK, {"email": customer.email, "using_for": "password_reset"})
        reset = {"email": customer.email, "using_for": "password_reset", "otp": code_in(mailed()[-1]), "password": NEW}
        assert form(VERIFY, reset).status_code == 200
        assert browser.get("/api/order_shipping/").status_code == 401

    @pytest.mark.parametrize("body", [{"username": "carla", "password": "no"}, {"username": "no", "password": "no"}])
    def test_a_wrong_password(self, customer: User, body: dict[str, str]) -> None:
        answer = form(LOGIN, body)
        assert told(answer) == (401, "wrong_credentials")
        assert ("sessionid" in answer.cookies, UserSession.objects.count()) == (False, 0)

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
    def test_a_strangers_page_signs_nobody_in(self, browser: APIClient, customer: User, origin: str) -> None:
        answer = sign_in(browser, customer, origin=origin)
        assert (answer.status_code, "sessionid" in answer.cookies, UserSession.objects.count()) == (403, False, 0)

    def test_a_page_of_our_own_or_a_listed_one_signs_in(
        self, browser: APIClient, customer: User, settings: Any
    ) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
        for origin in ("http://testserver", "https://front.example"):
            assert sign_in(browser, customer, origin=origin).status_code == 200


class TestThreads:
    def test_a_customer_opens_one_of_their_own(self, customer: User) -> None:
        answer = form(THREADS, {"user": str(customer.pk)}, cookie=STALE, **bearer_of(customer))
        thread = Thread.objects.get()
        assert answer.status_code == 201
        assert {name: answer.json()[name] for name in ("id", "user", "status")} == {
            "id": thread.pk,
            "user": customer.pk,
            "status": "open",
        }
        assert (thread.user, thread.messages.count()) == (customer, 0)

    @pytest.mark.parametrize("is_known", [True, False])
    def test_a_customer_opens_none_of_somebody_else(self, customer: User, other_customer: User, is_known: bool) -> None:
        body = {"user": other_customer.pk if is_known else 999_999}
        assert told(form(THREADS, body, **bearer_of(customer))) == (403, "thread_denied")
        assert not Thread.objects.exists()

    def test_by_staff_for_a_customer(self, customer: User, staff: User) -> None:
        assert form(THREADS, {"user": customer.pk}, **bearer_of(staff)).json()["user"] == customer.pk
        assert form(THREADS, {"user": 999_999}, **bearer_of(staff)).status_code == 400

    def test_are_not_opened_without_a_sign_in(self, customer: User) -> None:
        assert form(THREADS, {"user": customer.pk}).status_code == 401


def bearer_of(user: User) -> dict[str, Any]:
    return {"authorization": bearer(user)["Authorization"]}


class TestRegister:
    @pytest.mark.parametrize("token", ["<JWT token>", ""])
    def test_as_the_document_sends_it(self, token: str) -> None:
        answer = form(REGISTER, MAHADI, authorization=f"Bearer {token}", cookie=STALE)
        user = User.objects.get()
        assert (answer.status_code, answer.json()["username"]) == (201, "admin1")
        assert (user.email, user.check_password(MAHADI["password1"])) == ("itsmahadi@gmail.com", True)
        assert (user.is_email_verified, "sessionid" in answer.cookies) == (False, False)
        assert "password" not in answer.content.decode()

    def test_gives_no_rights(self) -> None:
        form(REGISTER, MAHADI | {"is_staff": "true", "is_superuser": "true", "role": "staff", "id": "1"})
        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.role) == (False, False, "customer")

    def test_passwords_that_differ(self) -> None:
        answer = form(REGISTER, MAHADI | {"password2": "another"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password2")
        assert not User.objects.exists()


class TestCodes:
    def body(self, user: User, purpose: str, **fields: str) -> dict[str, str]:
        return {"email": user.email or "", "using_for": purpose} | fields

    def code(self, user: User, purpose: str) -> str:
        assert form(ASK, self.body(user, purpose), cookie=STALE).status_code == 200
        (message,) = mailed()
        assert message.to == [user.email]
        return code_in(message)

    def test_for_a_new_password(self, customer: User) -> None:
        api = client_with_token(customer)
        body = self.body(customer, "password_reset", otp=self.code(customer, "password_reset"), password=NEW)
        answer = form(VERIFY, body, cookie=STALE)
        assert (answer.status_code, set(answer.json())) == (200, {"message"})
        assert form(LOGIN, {"username": "carla", "password": NEW}).status_code == 200
        assert told(form(LOGIN, {"username": "carla", "password": PASSWORD})) == (401, "wrong_credentials")
        assert api.get("/api/order_shipping/").status_code == 401, "earlier tokens have ended"
        assert told(form(VERIFY, body | {"password": "a third horse 9"})) == (400, "code_refused")

    def test_that_prove_an_address(self, customer: User) -> None:
        body = self.body(customer, "email_verification", otp=self.code(customer, "email_verification"))
        # The form of the document's page always has the field.
        assert form(VERIFY, body | {"password": ""}).status_code == 200
        customer.refresh_from_db()
        assert (customer.is_email_verified, customer.check_password(PASSWORD)) == (True, True)

    @pytest.mark.parametrize(
        ("asked", "used"), [("email_verification", "password_reset"), ("password_reset", "email_verification")]
    )
    def test_are_good_for_one_purpose(self, customer: User, asked: str, used: str) -> None:
        code = self.code(customer, asked)
        assert told(form(VERIFY, self.body(customer, used, otp=code, password=NEW))) == (400, "code_refused")
        customer.refresh_from_db()
        assert (customer.is_email_verified, customer.check_password(PASSWORD)) == (False, True)

    def test_of_four_digits_are_refused(self, customer: User) -> None:
        self.code(customer, "password_reset")
        answer = form(VERIFY, self.body(customer, "password_reset", otp="2285", password=NEW))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/otp")

    def test_can_not_be_guessed(self, customer: User) -> None:
        code = self.code(customer, "password_reset")
        for guess in [*[wrong(code)] * 5, code]:
            answer = form(VERIFY, self.body(customer, "password_reset", otp=guess, password=NEW))
            assert told(answer) == (400, "code_refused")
        customer.refresh_from_db()
        assert customer.check_password(PASSWORD)

    def test_are_not_somebody_elses(self, customer: User, other_customer: User) -> None:
        code = self.code(customer, "password_reset")
        answer = form(VERIFY, self.body(other_customer, "password_reset", otp=code, password=NEW))
        assert told(answer) == (400, "code_refused")
        other_customer.refresh_from_db()
        assert other_customer.check_password(PASSWORD)

    @pytest.mark.parametrize("purpose", ["password_reset", "email_verification"])
    def test_an_unknown_address_is_answered_alike(self, customer: User, purpose: str) -> None:
        answers = [form(ASK, {"email": email, "using_for": purpose}) for email in (customer.email, "no@example.com")]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert [message.to for message in mailed()] == [[customer.email]]
        tries = [
            form(VERIFY, {"email": email, "using_for": purpose, "otp": "000000", "password": NEW}).json()
            for email in (customer.email, "no@example.com")
        ]
        assert tries[0] | {"request_id": ""} == tries[1] | {"request_id": ""}

    def test_a_new_password_is_needed_and_has_to_be_a_good_one(self, customer: User) -> None:
        code = self.code(customer, "password_reset")
        for fields in ({}, {"password": ""}, {"password": "12345678"}):
            answer = form(VERIFY, self.body(customer, "password_reset", otp=code, **fields))
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password")
        assert form(VERIFY, self.body(customer, "password_reset", otp=code, password=NEW)).status_code == 200

    @pytest.mark.parametrize("purpose", ["", "email_change", "anything"])
    def test_there_is_no_other_purpose(self, customer: User, purpose: str) -> None:
        assert form(ASK, self.body(customer, purpose)).status_code == 400
        assert mailed() == []
