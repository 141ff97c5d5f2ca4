"""Document 000: the confirmation URLs, which anybody may post to, and the document's whole flow."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from payments.models import GatewayEvent, Payment, PaymentEntry
from tests.contracts.test_aamarpay_shop_accounts import MAHADI, NEW, form
from tests.factories import balance
from tests.payments.steps import settle_down
from tests.support.aamarpay_shop_till import (
    CART,
    CONFIRMATION,
    FAIL,
    REQUEST,
    SUCCESS,
    AamarPayShopTill,
    come_back,
    sell,
)
from tests.support.mail import code_in, mailed
from tests.support.rows import all_rows, changed
from tests.support.shop_with_aamarpay import AamarPayShop, disagreements, state_of
from tests.support.storefronts.aamarpay_shop import PAYMENT

pytestmark = pytest.mark.django_db

FRONT = "https://front.example"
PAGES = {"success_url": f"{FRONT}/thanks", "fail_url": f"{FRONT}/failed", "cancel_url": f"{FRONT}/cart"}
HOME = "http://127.0.0.1:8000/"
FORGED = {"pay_status": "Successful", "status_code": "2", "amount": "250.00", "currency": "BDT", "pg_txnid": "AAM9"}
UNDECIDED, PAID, FAILED = "0", "2", "7"

both = pytest.mark.parametrize("path", [SUCCESS, FAIL])


@pytest.fixture
def till(aamarpay_till: AamarPayShopTill, settings: Any) -> AamarPayShopTill:
    settings.CORS_ALLOWED_ORIGINS = [FRONT]
    return aamarpay_till


class TestTheBrowserGoesOn:
    @pytest.mark.parametrize(
        ("became", "path", "page"),
        [
            (PAID, SUCCESS, "success_url"),
            (PAID, FAIL, "success_url"),
            (FAILED, SUCCESS, "fail_url"),
            (FAILED, FAIL, "fail_url"),
            (UNDECIDED, SUCCESS, "success_url"),
            (UNDECIDED, FAIL, "fail_url"),
        ],
    )
    def test_to_the_clients_page_for_what_became_of_it(
        self, till: AamarPayShopTill, became: str, path: str, page: str
    ) -> None:
        payment = till.started(**PAGES)
        till.shop.fake.pay(payment.number, code=became)
        answer = come_back(till.shop, path, till.shop.fake.hint(payment.number))
        expected = f"{PAGES[page]}?order={payment.order.number}&payment={payment.number}"
        assert (answer.status_code, answer["Location"]) == (303, expected)
        assert state_of(payment)[0] == {PAID: "captured", FAILED: "failed", UNDECIDED: "waiting"}[became]

    def test_into_a_listed_app(self, till: AamarPayShopTill, settings: Any) -> None:
        settings.APP_URL_SCHEMES = ["myshop"]
        payment = till.started(success_url="myshop://paid")
        till.shop.fake.pay(payment.number)
        answer = come_back(till.shop, SUCCESS, till.shop.fake.hint(payment.number))
        assert answer["Location"] == f"myshop://paid?order={payment.order.number}&payment={payment.number}"

    @pytest.mark.parametrize(("became", "path"), [(PAID, SUCCESS), (FAILED, FAIL)])
    def test_to_the_confirmation_url_when_it_is_the_clients_page(
        self, till: AamarPayShopTill, became: str, path: str
    ) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number, code=became)
        sent_on = come_back(till.shop, path, till.shop.fake.hint(payment.number))["Location"]
        assert sent_on.startswith(f"{HOME.rstrip('/')}{CONFIRMATION}{path}?")
        before = all_rows()
        answer = till.shop.outside.get(sent_on.removeprefix(HOME.rstrip("/")), headers={"accept": "text/html"})
        assert (answer.status_code, set(answer.json())) == (200, {"message"})
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("stranger", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "evil"])
    @both
    def test_never_to_the_page_of_a_stranger(self, till: AamarPayShopTill, stranger: str, path: str) -> None:
        payment = till.started(**dict.fromkeys(PAGES, stranger))
        till.shop.fake.pay(payment.number)
        answer = come_back(till.shop, path, till.shop.fake.hint(payment.number))
        assert answer["Location"].split("?")[0] == HOME
        assert (payment.return_url, payment.failed_url, payment.cancelled_url) == ("", "", "")

    def test_from_the_address_that_the_gateway_was_given(self, till: AamarPayShopTill) -> None:
        payment = till.started(**PAGES)
        till.shop.fake.pay(payment.number)
        answer = till.shop.come_back(payment, till.shop.fake.hint(payment.number))
        assert answer["Location"].startswith(PAGES["success_url"])
        assert state_of(payment)[0] == "captured"


class TestForged:
    @pytest.mark.parametrize("word", [{}, {"pay_status": "Failed", "status_code": "7"}])
    @both
    def test_what_the_form_says_is_not_believed(self, till: AamarPayShopTill, path: str, word: dict[str, str]) -> None:
        payment = till.started()
        come_back(till.shop, path, FORGED | word | {"mer_txnid": payment.number})
        settle_down()
        assert state_of(payment) == ("waiting", "pending", "unpaid")
        assert not PaymentEntry.objects.exists()

    def test_failed_at_the_success_url(self, till: AamarPayShopTill) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number)
        said = till.shop.fake.hint(payment.number, pay_status="Failed", status_code="7")
        come_back(till.shop, SUCCESS, said)
        settle_down()
        assert state_of(payment) == ("captured", "confirmed", "paid")

    def test_successful_at_the_fail_url(self, till: AamarPayShopTill) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number, code=FAILED)
        said = till.shop.fake.hint(payment.number, pay_status="Successful", status_code="2")
        come_back(till.shop, FAIL, said)
        settle_down()
        assert state_of(payment) == ("failed", "pending", "unpaid")

    @pytest.mark.parametrize("number", ["0" * 24, "1", "", None, "' OR 1=1 --", "\x00"])
    @both
    def test_an_unknown_number_leads_to_the_front_page(
        self, till: AamarPayShopTill, path: str, number: str | None
    ) -> None:
        till.started()
        before, asked = all_rows(), len(till.shop.fake.seen)
        fields = FORGED if number is None else FORGED | {"mer_txnid": number}
        answer = come_back(till.shop, path, fields)
        assert (answer.status_code, answer["Location"]) == (303, HOME)
        assert changed(before, all_rows()) == []
        assert len(till.shop.fake.seen) == asked

    @pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "text/plain", "nonsense"])
    @both
    def test_an_unreadable_body_leads_to_the_front_page(
        self, till: AamarPayShopTill, path: str, content_type: str
    ) -> None:
        payment = till.started()
        answer = till.shop.outside.post(f"{CONFIRMATION}{path}", b"\x00{[%%\xff", content_type=content_type)
        assert (answer.status_code, answer["Location"]) == (303, HOME)
        assert state_of(payment)[0] == "waiting"

    def test_a_message_that_nobody_signed(self, till: AamarPayShopTill) -> None:
        payment = till.started()
        answer = till.shop.tell(FORGED | {"mer_txnid": payment.number})
        settle_down()
        assert (answer.status_code, GatewayEvent.objects.count()) == (200, 1)
        assert state_of(payment) == ("waiting", "pending", "unpaid")

    @both
    def test_coming_back_twice_captures_once(self, till: AamarPayShopTill, path: str) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number)
        for _ in range(3):
            come_back(till.shop, path, till.shop.fake.hint(payment.number))
            till.shop.tell(till.shop.fake.hint(payment.number))
            settle_down()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        assert (PaymentEntry.objects.count(), disagreements(till.shop.fake)) == (1, [])


def test_the_documents_whole_flow(aamarpay_shop: AamarPayShop) -> None:
    lamp, fake = sell(), aamarpay_shop.fake
    email = MAHADI["email"]

    user = form("/api/register/", MAHADI).json()["id"]
    code = code_in(mailed()[-1])
    verify = {"otp": code, "email": email, "using_for": "email_verification"}
    assert form("/api/verify_email_token/", verify).status_code == 200
    asked = form("/api/request_by_email_verification/", {"email": email, "using_for": "password_reset"})
    assert asked.status_code == 200
    reset = {"otp": code_in(mailed()[-1]), "email": email, "using_for": "password_reset", "password": NEW}
    assert form("/api/verify_email_token/", reset).status_code == 200

    signed_in = form("/api/login/", {"username": "admin1", "password": NEW})
    api = APIClient(enforce_csrf_checks=True)
    api.cookies = signed_in.cookies
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.json()['access']}")
    assert form("/api/threads/", {"user": user}, by=api).status_code == 201

    (found,) = api.get("/api/products/").json()["results"]
    cart = form(CART, {}, by=api).json()["id"]
    item = form(CART, {"cart": cart, "product": found["id"], "created_by": user, "quantity": 1}, by=api).json()
    quantity = {"cart": cart, "product": found["id"], "created_by": user, "quantity": 7}
    assert form(f"{CART}{item['id']}/", quantity, by=api).json()["quantity"] == 7

    body = PAYMENT | {"currency": "BDT", "identification": {"cart_id": cart}}
    answer = api.post(REQUEST, body, format="json").json()
    assert (answer["amount"], balance(lamp)) == ("875.00", (10, 7))

    ((number, transaction),) = fake.transactions.items()
    assert answer["payment_url"].startswith(fake.address)
    assert transaction.sent["amount"] == "875.00"
    fake.pay(number)
    assert come_back(aamarpay_shop, SUCCESS, fake.hint(number)).status_code == 303
    settle_down()
    assert state_of(Payment.objects.get()) == ("captured", "confirmed", "paid")
    assert [email] in [message.to for message in mailed()]

    (parcel,) = api.get("/api/order_shipping/").json()["results"]
    assert (parcel["order"], parcel["order_status"], parcel["name"]) == (answer["order"], "confirmed", "Mahadi")
    assert balance(lamp) == (3, 0)
    assert form(CART, {}, by=api).json()["items"] == []
