"""Where the buyer's browser goes on to: an address for each outcome, and none of a stranger's."""

from typing import Any

import pytest
from django.test import Client

from payments.errors import ReturnAddressRefused
from payments.gateways.base import Buyer
from payments.gateways.errors import GatewayDown
from payments.gateways.results import Started
from payments.models import Payment
from payments.requests import PaymentRequest
from payments.services import payment_start, settle
from tests.conftest import client_of
from tests.payments.conftest import Sale
from tests.support.fake_gateway import FakeGateway, paid, result_of
from tests.support.rows import all_rows, changed

OURS = "http://127.0.0.1:8000"
ADDRESSES: dict[str, Any] = {
    "return_url": f"{OURS}/done",
    "failed_url": f"{OURS}/failed",
    "cancelled_url": f"{OURS}/gave-up",
}
TRICKY = [
    "https://evil.example.com/",
    f"{OURS}@evil.example.com/",
    "http://user@127.0.0.1:8000/",
    "http://user:word@127.0.0.1:8000/",
    f"{OURS}.evil.example.com/",
    f"{OURS}\\@evil.example.com/",
    f"{OURS}\\.evil.example.com/",
    "http:\\\\127.0.0.1:8000/",
    "//evil.example.com/",
    "///evil.example.com/",
    "/thanks",
    "thanks",
    "javascript:alert(1)",
    "data:text/html,hello",
    "https://127.0.0.1:8000/",
    "http://127.0.0.1:8001/",
    "http://127.0.0.1/",
    "http://[",
    "http://[::1]evil/",
    f"{OURS}/\r\nSet-Cookie: a=b",
    f"{OURS}/\tthanks",
    f" {OURS}/",
    f"{OURS}/\x00",
    f"{OURS}/\x7f",
    f"{OURS}/{'x' * 500}",
    "http://127.0.0.1:8000\u3002evil.example.com/",
]


@pytest.mark.parametrize("field", ADDRESSES)
def test_strangers_and_tricks_are_refused(sale: Sale, fake: FakeGateway, field: str) -> None:
    for address in TRICKY:
        with pytest.raises(ReturnAddressRefused) as refused:
            payment_start(payment_id=sale.payment.pk, request=PaymentRequest(**{field: address}))
        sale.payment.refresh_from_db()
        found = (refused.value.field, getattr(sale.payment, field), sale.payment.state)
        assert (found, fake.calls) == ((field, "", "pending"), []), address


def test_an_address_that_is_not_set_allows_nothing(sale: Sale, settings: Any) -> None:
    settings.FRONTEND_URL = ""
    for address in ("///evil.example.com/", "evil"):
        with pytest.raises(ReturnAddressRefused):
            payment_start(payment_id=sale.payment.pk, request=PaymentRequest(return_url=address))


@pytest.mark.parametrize("address", [f"{OURS}/a?b=c&d=%20#e", f"{OURS}", f"{OURS}/ধন্যবাদ"])
def test_pages_of_our_own_are_taken(sale: Sale, address: str) -> None:
    assert payment_start(payment_id=sale.payment.pk, request=PaymentRequest(return_url=address)).return_url == address


@pytest.mark.parametrize(
    "address", ["myshop://paid", "MyShop://paid?a=b", "myshop:///paid", "com.example.shop:/paid#end"]
)
class TestApps:
    @pytest.fixture(autouse=True)
    def listed(self, settings: Any) -> None:
        settings.APP_URL_SCHEMES = ["myshop", "com.example.shop"]

    def test_a_listed_app_is_opened_again(self, sale: Sale, address: str) -> None:
        api = client_of(sale.buyer)
        answer = api.post(f"/api/v1/payments/{sale.payment.number}/start/", {"return_url": address})
        sale.payment.refresh_from_db()
        assert (answer.status_code, sale.payment.return_url) == (200, address)
        page, _, rest = address.partition("#")
        told = f"{'&' if '?' in page else '?'}order={sale.order.number}&payment={sale.payment.number}"
        back = Client().get(f"/api/v1/payments/return/{sale.payment.number}/")
        assert (back.status_code, back["Location"]) == (303, f"{page}{told}{'#' if rest else ''}{rest}")

    def test_an_app_that_is_not_listed_is_refused(self, sale: Sale, settings: Any, address: str) -> None:
        settings.APP_URL_SCHEMES = ["another"]
        before = all_rows()
        for name in ADDRESSES:
            answer = client_of(sale.buyer).post(f"/api/v1/payments/{sale.payment.number}/start/", {name: address})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{name}")
        assert changed(before, all_rows()) == []


def test_a_listed_app_lets_nobody_else_in(sale: Sale, settings: Any) -> None:
    settings.APP_URL_SCHEMES = ["myshop"]
    for address in (*TRICKY, "myshopping://paid", "my\tshop://paid", "myshop://[", "myshop://a b"):
        with pytest.raises(ReturnAddressRefused):
            payment_start(payment_id=sale.payment.pk, request=PaymentRequest(return_url=address))
            pytest.fail(f"taken: {address!a}")


def come_back(payment: Payment, outcome: str, *, posting: bool = False) -> str:
    hint = f"?outcome={outcome}" if outcome else ""
    client = Client()
    send = client.post if posting else client.get
    answer = send(f"/api/v1/payments/return/{payment.number}/{hint}")
    assert answer.status_code == 303
    return answer["Location"].split("?")[0]


@pytest.mark.parametrize("posting", [False, True])
@pytest.mark.parametrize(
    ("became", "hint", "page"),
    [
        ("open", "", "done"),
        ("open", "cancelled", "gave-up"),
        ("open", "failed", "failed"),
        ("open", "nonsense", "done"),
        ("open", "captured", "done"),
        ("failed", "", "failed"),
        ("failed", "cancelled", "failed"),
        ("paid", "", "done"),
        ("paid", "cancelled", "done"),
        ("paid", "failed", "done"),
    ],
)
def test_each_outcome_has_its_page(
    sale: Sale, fake: FakeGateway, became: str, hint: str, page: str, posting: bool
) -> None:
    payment = payment_start(payment_id=sale.payment.pk, request=PaymentRequest(**ADDRESSES))
    if became == "paid":
        fake.pay(payment)
    elif became == "failed":
        fake.decline(payment)
    assert come_back(payment, hint, posting=posting) == f"{OURS}/{page}"
    payment.refresh_from_db()
    assert payment.state == {"open": "waiting", "failed": "failed", "paid": "captured"}[became], "a hint is no news"


def test_an_outcome_without_its_own_page_leads_to_the_return_url(sale: Sale, fake: FakeGateway) -> None:
    payment = payment_start(payment_id=sale.payment.pk, request=PaymentRequest(return_url=ADDRESSES["return_url"]))
    assert come_back(payment, "cancelled") == ADDRESSES["return_url"]
    settle(payment_id=payment.pk, result=result_of({"outcome": "failed"}))
    assert come_back(payment, "failed") == ADDRESSES["return_url"]


def test_money_for_a_cancelled_order_leads_to_the_page_for_money(sale: Sale) -> None:
    payment = payment_start(payment_id=sale.payment.pk, request=PaymentRequest(**ADDRESSES))
    Payment.objects.update(state="cancelled")
    settle(payment_id=payment.pk, result=paid(payment))
    assert come_back(payment, "cancelled") == ADDRESSES["return_url"]


class TestBuyer:
    @pytest.fixture
    def told(self, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> list[Buyer]:
        told: list[Buyer] = []

        def start(payment: Payment, *, buyer: Buyer, callback: str) -> Started:
            told.append(buyer)
            return Started(gateway_id="at-1", pay_url="https://pay.example.com/")

        monkeypatch.setattr(fake, "start", start)
        return told

    def test_the_request_goes_before_the_order(self, sale: Sale, told: list[Buyer]) -> None:
        said = Buyer(name="Rahima", phone="0170", city="Dhaka")
        payment_start(payment_id=sale.payment.pk, request=PaymentRequest(buyer=said))
        (buyer,) = told
        assert (buyer.name, buyer.phone, buyer.city) == ("Rahima", "0170", "Dhaka")
        assert (buyer.street, buyer.email) == ("1 Main Street", sale.order.email or sale.buyer.email or "")

    def test_what_the_request_says_of_the_buyer_is_not_kept(self, sale: Sale, told: list[Buyer]) -> None:
        payment_start(payment_id=sale.payment.pk, request=PaymentRequest(buyer=Buyer(name="Rahima", street="Road 7")))
        rows = [*Payment.objects.values(), *type(sale.order).objects.values("email", "phone", "note")]
        assert "Rahima" not in str(rows) + str(vars(sale.order.shipment))

    def test_a_phone_of_the_request_goes_before_the_buyers(self, sale: Sale, told: list[Buyer]) -> None:
        payment_start(payment_id=sale.payment.pk, request=PaymentRequest(phone="0199", buyer=Buyer(phone="0170")))
        assert told[0].phone == "0199"


def test_a_start_that_came_to_nothing_keeps_no_secret(sale: Sale, fake: FakeGateway) -> None:
    fake.start_failure = GatewayDown("No route")
    with pytest.raises(Exception, match="does not answer"):
        payment_start(payment_id=sale.payment.pk)
    assert Payment.objects.get().client_secret == ""
