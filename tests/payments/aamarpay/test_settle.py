"""What aamarPay's unsigned messages lead to, and what happens without any."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from django.conf import settings as django_settings
from django.db import connection

from orders.models import OrderStatusChange
from payments.gateways.aamarpay.gateway import HINTS
from payments.models import GatewayEvent, Payment, PaymentEntry
from payments.services import events_process_due
from tests.payments.steps import alerts
from tests.support.fake_aamarpay import KEY, STORE, post_form
from tests.support.jobs import run_jobs
from tests.support.patience import wait_for
from tests.support.server import running_shop
from tests.support.shop_with_aamarpay import FORM, WEBHOOK, AamarPayShop, disagreements, state_of
from utils.events import deliver_due

pytestmark = pytest.mark.django_db


def news() -> None:
    """Do what the shop does within the next second."""
    for _ in range(2):
        deliver_due()
        run_jobs()


def confirmations() -> int:
    return OrderStatusChange.objects.filter(new_status="confirmed").count()


class TestHints:
    @pytest.mark.parametrize("content_type", [FORM, "json", "multipart"])
    def test_its_message_makes_us_ask(self, shop: AamarPayShop, content_type: str) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        answer = shop.tell(shop.fake.hint(payment.number), content_type)
        assert (answer.status_code, len(shop.fake.seen)) == (200, 1), "it is answered before anybody is asked"
        news()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        event = GatewayEvent.objects.get()
        assert (event.state, event.payload) == ("done", {"mer_txnid": payment.number})
        assert disagreements(shop.fake) == []

    def test_a_forged_one_changes_nothing(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.tell({"mer_txnid": payment.number, "pay_status": "Successful", "status_code": "2", "amount": "1234.50"})
        news()
        assert state_of(payment) == ("waiting", "pending", "unpaid")

    def test_equal_messages_are_kept_once_and_different_ones_up_to_a_limit(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        for _ in range(3):
            assert shop.tell({"mer_txnid": payment.number}).status_code == 200
        assert GatewayEvent.objects.count() == 1
        for each in range(2 * HINTS.count):
            assert shop.tell({"mer_txnid": payment.number, "reason": str(each)}).status_code == 200
        assert GatewayEvent.objects.count() == HINTS.count - 2
        shop.fake.pay(payment.number)
        shop.later()
        assert state_of(payment)[0] == "captured"

    def test_a_later_one_with_other_content_is_heard(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.tell({"mer_txnid": payment.number, "pay_status": "Failed"})
        news()
        assert state_of(payment)[0] == "waiting"
        shop.fake.pay(payment.number)
        shop.tell(shop.fake.hint(payment.number))
        news()
        assert state_of(payment)[0] == "captured"

    def test_a_message_of_no_open_payment_is_not_kept(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        manual = Payment.objects.create(order=payment.order, method="manual", amount=1, currency="BDT")
        for number in ("0" * 24, manual.number):
            assert shop.tell({"mer_txnid": number}).status_code == 200
        paid = shop.paid()
        assert shop.tell(shop.fake.hint(paid.number)).status_code == 200
        assert not GatewayEvent.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\x00",
            b"mer_txnid=",
            b"mer_txnid=" + b"f" * 23,
            b"mer_txnid=" + b"f" * 25,
            b"{" * 100_000,
            b'{"mer_txnid": 7}',
        ],
    )
    def test_what_names_no_payment_is_refused(self, shop: AamarPayShop, body: bytes) -> None:
        answer = shop.outside.post(WEBHOOK, body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
        assert not GatewayEvent.objects.exists()


class TestOnce:
    def test_replayed_and_in_any_order(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        hint = shop.fake.hint(payment.number)
        for _ in range(2):
            shop.tell(hint)
            shop.come_back(payment, hint)
            news()
            shop.tell(hint, "json")
            shop.come_back(payment, {**hint, "pay_status": "Failed"})
            shop.later()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        assert (PaymentEntry.objects.count(), confirmations()) == (1, 1)
        assert payment.order.lines.get().variant.stock_items.get().on_hand == 9

    def test_a_closed_browser_and_no_message(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        shop.later()
        assert state_of(payment) == ("captured", "confirmed", "paid")
        entry = PaymentEntry.objects.get()
        assert (entry.receipt, entry.amount) == (shop.fake.transactions[payment.number].pg_txnid, payment.amount)


UNREADABLE = [
    "<html><body>502 Bad Gateway</body></html>",
    "Please come again later",
    "parameter is required",
    '{"status_code": "2", "pay_sta',
    '{"result": false, "message": "Busy"}',
    '{"status_code": "2"} {"status_code": "2"}',
    "[" * 100_000,
    "null",
    "",
    "[]",
    "2",
]


class TestUnreadable:
    @pytest.mark.parametrize("reply", UNREADABLE, ids=lambda reply: reply[:20])
    def test_settles_nothing_until_it_can_be_read(self, shop: AamarPayShop, reply: str) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        shop.fake.answer = reply
        shop.tell(shop.fake.hint(payment.number))
        assert shop.come_back(payment, shop.fake.hint(payment.number)).status_code == 303
        shop.later(1)
        assert (state_of(payment), alerts()) == (("waiting", "pending", "unpaid"), [])
        shop.fake.answer = None
        shop.later(10)
        assert (state_of(payment), alerts()) == (("captured", "confirmed", "paid"), [])
        assert disagreements(shop.fake) == []

    def test_a_wrong_key_is_the_shops_fault(self, shop: AamarPayShop, settings: Any) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number)
        settings.AAMARPAY_SIGNATURE_KEY = f"{KEY} of yesterday"
        assert shop.come_back(payment).status_code == 303
        shop.later(1)
        assert (state_of(payment)[0], alerts()) == ("waiting", ["configuration"])
        settings.AAMARPAY_SIGNATURE_KEY = KEY
        shop.later(10)
        assert state_of(payment)[0] == "captured"

    @pytest.mark.parametrize("missing", [{"amount": None}, {"pg_txnid": None}, {"pg_txnid": "Not-Available"}], ids=str)
    def test_a_success_that_is_not_finished_is_asked_for_again(
        self, shop: AamarPayShop, missing: dict[str, Any]
    ) -> None:
        payment = shop.started()
        shop.fake.pay(payment.number, **missing)
        shop.come_back(payment, shop.fake.hint(payment.number))
        assert (state_of(payment), alerts()) == (("waiting", "pending", "unpaid"), [])
        shop.fake.transactions[payment.number].overlay = {}
        shop.later(10)
        assert (state_of(payment), alerts()) == (("captured", "confirmed", "paid"), [])

    def test_a_code_that_is_not_known_is_not_final(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.fake.transactions[payment.number].overlay = {"status_code": "11"}
        shop.later(1)
        assert state_of(payment)[0] == "waiting"
        assert payment.next_check_at is not None

    def test_the_question_holds_the_payments_number_and_the_credentials_only(self, shop: AamarPayShop) -> None:
        payment = shop.started()
        shop.come_back(payment)
        asked = {"request_id": payment.number, "store_id": STORE, "signature_key": KEY, "type": "json"}
        assert shop.fake.seen[-1] == ("GET", "/api/v1/trxcheck/request.php", asked)


@pytest.mark.django_db(transaction=True)
def test_its_message_and_the_browser_at_the_same_moment(shop: AamarPayShop) -> None:
    payment = shop.started()
    shop.fake.pay(payment.number)
    hint = shop.fake.hint(payment.number)
    environment = {
        "AAMARPAY_STORE_ID": STORE,
        "AAMARPAY_SIGNATURE_KEY": KEY,
        "AAMARPAY_BASE_URL": django_settings.AAMARPAY_BASE_URL,
        "DEFAULT_CURRENCY": "BDT",
    }
    with running_shop(**environment) as address:
        paths = [WEBHOOK, f"/api/v1/payments/return/{payment.number}/"] * 6
        with ThreadPoolExecutor(max_workers=len(paths)) as pool:
            answers: list[requests.Response] = list(pool.map(lambda path: post_form(address + path, hint), paths))
        assert [answer.status_code for answer in answers] == [200, 303] * 6
        if connection.vendor == "postgresql":  # whose jobs are the worker's
            events_process_due()
            run_jobs()
        wait_for(lambda: state_of(payment), ("captured", "confirmed", "paid"))
    assert (PaymentEntry.objects.count(), confirmations(), alerts()) == (1, 1, [])
