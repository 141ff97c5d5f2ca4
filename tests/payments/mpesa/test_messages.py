"""Messages of every shape at a payment's callback address: 200 or 400, and no row for what is no callback."""

import copy
import json
from typing import Any

import pytest

from payments.gateways.mpesa import Mpesa
from payments.models import GatewayEvent, Payment, PaymentAlert
from tests.support.fake_daraja import Daraja
from tests.support.rows import all_rows, changed
from tests.support.shared import shared_file
from tests.support.shop_with_mpesa import MpesaShop

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}
SAMPLES = "gateways/data/mpesa-samples.json"


def broken_messages() -> dict[str, Any]:
    """JSON that is no callback."""
    good = {
        "Body": {
            "stkCallback": {
                "MerchantRequestID": "m",
                "CheckoutRequestID": "c",
                "ResultCode": 0,
                "CallbackMetadata": {
                    "Item": [{"Name": "Amount", "Value": 1235.0}, {"Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV"}]
                },
            }
        }
    }
    found: dict[str, Any] = {
        "a list": [good],
        "a number": 7,
        "a text": "x",
        "null": None,
        "empty": {},
        "Body": {"Body": []},
    }
    for name, value in {
        "CheckoutRequestID": 7,
        "MerchantRequestID": None,
        "ResultCode": 1.5,
        "CallbackMetadata": [],
    }.items():
        found[name] = copy.deepcopy(good)
        found[name]["Body"]["stkCallback"][name] = value
    for case, items in {
        "no items": [],
        "items of nothing": [None, 7, {"Value": 1}, {"Name": ["Amount"]}],
        "an amount in words": [{"Name": "Amount", "Value": "many"}],
        "an endless amount": [{"Name": "Amount", "Value": "9" * 1000}],
        "an amount with an exponent": [{"Name": "Amount", "Value": "1e3"}],
        "a true amount": [{"Name": "Amount", "Value": True}],
        "a negative amount": [{"Name": "Amount", "Value": -1235}],
        "no value": [{"Name": "Amount"}],
        "a receipt that is none": [{"Name": "Amount", "Value": 1235}, {"Name": "MpesaReceiptNumber", "Value": "<b>"}],
    }.items():
        found[case] = copy.deepcopy(good)
        found[case]["Body"]["stkCallback"]["CallbackMetadata"] = {"Item": items}
    found["a code of lists"] = copy.deepcopy(good)
    found["a code of lists"]["Body"]["stkCallback"]["ResultCode"] = [0]
    found["a true code"] = copy.deepcopy(good)
    found["a true code"]["Body"]["stkCallback"]["ResultCode"] = True
    return found


BROKEN = {
    **{name: json.dumps(message).encode() for name, message in broken_messages().items()},
    "nothing": b"",
    "half a body": b'{"Body": {"stkCallback": {',
    "not UTF-8": b'\xff\xfe{"Body": 1}',
    "NaN": b'{"Body": NaN}',
    "an infinite number": b'{"Body": {"stkCallback": 1e999}}',
    "nested deeply": b"[" * 100_000,
    "a NUL": b'{"Body": "\\u0000"}',
    "half a surrogate pair": b'{"Body": "\\ud800"}',
    "HTML": b"<html></html>",
}


class TestBrokenMessages:
    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
    def test_are_refused_without_a_row(self, shop: MpesaShop, content_type: str) -> None:
        shop.started()
        before = all_rows()
        for case, body in BROKEN.items():
            answer = shop.outside.generic("POST", shop.daraja.last.path, body, content_type=content_type)
            assert (answer.status_code, changed(before, all_rows())) == (400, []), case

    def test_too_large_a_body(self, shop: MpesaShop) -> None:
        shop.started()
        before = all_rows()
        answer = shop.outside.generic("POST", shop.daraja.last.path, b" " * 3_000_000, content_type="application/json")
        assert answer.status_code == 413
        assert changed(before, all_rows()) == []

    def test_whatever_a_message_calls_itself(self, shop: MpesaShop) -> None:
        payment = shop.started()
        body = json.dumps(shop.daraja.decide(shop.daraja.last)).encode()
        answer = shop.outside.generic(
            "POST",
            shop.daraja.last.path,
            body,
            content_type="text/plain",
            HTTP_AUTHORIZATION="Bearer x",
            HTTP_ACCEPT="a/b",
        )
        assert (answer.status_code, answer.json()) == (200, ACCEPTED)
        shop.retry_events()
        payment.refresh_from_db()
        assert payment.state == "captured"


class TestSamples:
    """Documented shapes, kept outside of this project."""

    def test_every_callback_is_understood(self, shop: MpesaShop) -> None:
        samples = json.loads(shared_file(SAMPLES).read_text())
        for name in ("callback_success", "callback_success_no_balance_reordered", "callback_less"):
            payment = shop.started()
            answer = shop.deliver(samples[name])
            assert answer.json() == ACCEPTED
            assert payment.pk == GatewayEvent.objects.latest("pk").payload["payment"]
        for failure in samples["callback_failures"]:
            message = copy.deepcopy(samples["callback_failure_template"])
            message["Body"]["stkCallback"] |= {"ResultCode": failure["code"], "ResultDesc": failure["desc"]}
            assert shop.deliver(message).json() == ACCEPTED

    def test_every_answer_of_a_query_is_understood(self, shop: MpesaShop, daraja: Daraja, monkeypatch: Any) -> None:
        samples = json.loads(shared_file(SAMPLES).read_text())
        payment = shop.started()
        Payment.objects.update(gateway_id="ws_CO_1007202409152617172396192")
        payment.refresh_from_db()
        for name, outcome in (("success", "paid"), ("cancelled", "failed"), ("still_processing", "open")):
            sample = samples[f"query_{name}"]
            monkeypatch.setattr(daraja, "query", lambda sent, sample=sample: (sample["http"], sample["body"]))
            assert Mpesa().query(payment).outcome == outcome
        assert PaymentAlert.objects.count() == 0
