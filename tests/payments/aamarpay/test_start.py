"""Handing a payment to aamarPay: what is sent, and which replies are a payment page."""

import json
from typing import Any

import pytest
import requests

from payments.gateways.aamarpay import api
from tests.factories import make_product
from tests.payments.steps import alerts
from tests.support.fake_aamarpay import KEY, STORE, Transaction
from tests.support.shared import shared_file
from tests.support.shop_with_aamarpay import ORDER, AamarPayShop, state_of

pytestmark = pytest.mark.django_db


def test_what_is_sent_is_the_shops_own(shop: AamarPayShop, settings: Any) -> None:
    settings.SITE_URL = "https://shop.example"
    payment = shop.order("1234.50")
    wished = {"success_url": "https://evil.example", "currency": "USD", "amount": "1.00", "cus_name": "Eve"}
    assert (shop.start(payment, **wished).status_code, shop.fake.seen) == (400, [])
    answer = shop.start(payment)
    assert answer.status_code == 200
    assert answer.json()["pay_url"] == f"{shop.fake.address}/paynow.php?track=AAM0000001"
    (_, _, sent) = shop.fake.seen[0]
    back = f"https://shop.example/api/v1/payments/return/{payment.number}/"
    assert (sent["tran_id"], sent["amount"], sent["currency"]) == (payment.number, "1234.50", "BDT")
    assert (len(sent["tran_id"]), int(sent["tran_id"], 16) > 0) == (24, True)
    outcomes = (sent["success_url"], sent["fail_url"], sent["cancel_url"])
    assert outcomes == (back, f"{back}?outcome=failed", f"{back}?outcome=cancelled")
    assert (sent["store_id"], sent["signature_key"], sent["type"]) == (STORE, KEY, "json")
    assert (sent["cus_name"], sent["cus_phone"]) == ("Rahima Khatun", "+8801700112233")
    assert (sent["cus_email"], sent["cus_city"]) == ("carla@example.com", "Dhaka")
    assert payment.order.number in sent["desc"]
    payment.refresh_from_db()
    assert (payment.state, payment.gateway_id) == ("waiting", payment.number)


def test_numbers_are_not_guessed(shop: AamarPayShop) -> None:
    numbers = [shop.started().number for _ in range(3)]
    assert len(set(numbers)) == 3
    assert all(number[:6] != numbers[0][:6] for number in numbers[1:])


def test_started_again_it_answers_the_same_page(shop: AamarPayShop) -> None:
    payment = shop.order()
    assert shop.start(payment).json() == shop.start(payment).json()
    assert len(shop.fake.seen) == 1


def test_only_taka_is_taken(shop: AamarPayShop, settings: Any) -> None:
    settings.DEFAULT_CURRENCY = "USD"
    shop.post("/api/v1/cart/items/", {"product": make_product().pk, "quantity": 1})
    answer = shop.post("/api/v1/orders/", ORDER)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_payable")
    assert shop.fake.seen == []


def test_a_phone_is_needed(shop: AamarPayShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ORDER, "phone", "")
    answer = shop.start(shop.order())
    assert (answer.status_code, answer.json()["code"]) == (400, "phone_needed")
    assert shop.fake.seen == []


PAGE = "https://evil.example/paynow.php?track=AAM1"
UNCERTAIN = {
    "foreign host": {"result": "true", "payment_url": PAGE},
    "no page": {"result": "true"},
    "page is no text": {"result": "true", "payment_url": [PAGE]},
    "a page with a no": {"result": "false", "payment_url": PAGE},
    "script": {"result": "true", "payment_url": "javascript:alert(1)"},
    "a list": [{"result": "true"}],
    "nothing": None,
    "empty": {},
    "a number": 7,
}


@pytest.mark.parametrize("reply", UNCERTAIN.values(), ids=UNCERTAIN)
def test_a_reply_that_is_neither_yes_nor_no(shop: AamarPayShop, reply: Any) -> None:
    payment = shop.order()
    shop.fake.answer = json.dumps(reply)
    answer = shop.start(payment)
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_uncertain")
    assert int(answer.headers["Retry-After"]) > 0
    payment.refresh_from_db()
    assert (payment.state, payment.pay_url) == ("unknown", "")
    shop.fake.answer = None
    again = shop.start(payment)
    assert (again.status_code, bool(again.json()["pay_url"])) == (200, True)
    assert len(shop.fake.seen) == 2
    assert shop.fake.seen[1][2]["tran_id"] != payment.number, "the same tran_id is never sent again"


@pytest.mark.parametrize(
    "host",
    [
        "{host}.evil.example",
        "{host}@evil.example",
        "evil.example\\@{host}",
        "evil.example/{host}",
        "{host}:1",
        "{host} ",
    ],
)
def test_addresses_that_look_like_its_own(shop: AamarPayShop, host: str) -> None:
    payment = shop.order()
    address = "http://" + host.format(host=shop.fake.address.removeprefix("http://")) + "/paynow.php"
    shop.fake.answer = json.dumps({"result": "true", "payment_url": address})
    assert shop.start(payment).status_code == 503
    payment.refresh_from_db()
    assert payment.pay_url == ""


def test_plain_http_is_for_tests_only(shop: AamarPayShop, settings: Any) -> None:
    settings.AAMARPAY_BASE_URL = "https://secure.aamarpay.com"
    assert api._is_its_page("https://secure.aamarpay.com/paynow.php?track=AAM1")
    assert not api._is_its_page("http://secure.aamarpay.com/paynow.php?track=AAM1")


@pytest.mark.parametrize("result", [True, "true"])
def test_both_ways_to_say_yes(shop: AamarPayShop, result: Any) -> None:
    shop.fake.answer = json.dumps({"result": result, "payment_url": f"{shop.fake.address}/paynow.php?track=AAM1"})
    assert shop.start(shop.order()).status_code == 200


REFUSALS = [
    ({"result": False, "message": "Daily limit reached"}, "aamarPay: Daily limit reached"),
    ({"result": "false", "message": "Daily limit reached"}, "aamarPay: Daily limit reached"),
    ({"cus_email": "A mail address is needed"}, "aamarPay: A mail address is needed"),
    ({"cus_name": "Rahima Khatun is not a name"}, "aamarPay: cus_name"),
    ({"result": False, "message": f"No: {KEY}"}, "aamarPay: refused."),
    ({"result": False, "message": "x" * 500}, "aamarPay: refused."),
]


@pytest.mark.parametrize(("reply", "told"), REFUSALS)
def test_a_refusal_ends_the_attempt(shop: AamarPayShop, reply: Any, told: str) -> None:
    payment = shop.order()
    shop.fake.answer = json.dumps(reply)
    answer = shop.start(payment)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_refused")
    assert state_of(payment) == ("failed", "pending", "unpaid")
    assert (payment.failure, payment.next_check_at) == (told, None)


WRONG_KEYS = [
    '{"result": false, "message": "Invalid Signature Key"}',
    '"Invalid Store ID"',
    "Store_id & signature key not matched",
]


@pytest.mark.parametrize("reply", WRONG_KEYS)
def test_wrong_credentials_are_told_to_staff(shop: AamarPayShop, reply: str) -> None:
    payment = shop.order()
    shop.fake.answer = reply
    answer = shop.start(payment)
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    assert state_of(payment)[0] == "pending"
    assert alerts() == ["configuration"]
    shop.fake.answer = None
    assert shop.start(payment).status_code == 200


def test_redirects_are_not_followed(shop: AamarPayShop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    send = requests.request
    monkeypatch.setattr(api.requests, "request", lambda *args, **kw: asked.append(kw) or send(*args, **kw))
    shop.come_back(shop.started())
    assert [(kw["allow_redirects"], kw["timeout"]) for kw in asked] == [(False, api.TIMEOUT)] * 2


def test_our_aamarpay_replies_with_the_documented_fields() -> None:
    samples = json.loads(shared_file("gateways/data/aamarpay-samples.json").read_text())
    sent = {name: "x" for name in samples["trxcheck_successful"]["body"] if name.startswith("cus_") or name == "desc"}
    reply = Transaction({**sent, "tran_id": "t", "amount": "1.00", "currency": "BDT"}, "AAM1").reply()
    assert reply.keys() == samples["trxcheck_successful"]["body"].keys()
