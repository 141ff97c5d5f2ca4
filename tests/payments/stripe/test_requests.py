"""Our requests before judges that we did not write: Stripe's own schemas, and a library that reads them."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests

from payments.gateways import gateway
from payments.gateways.errors import GatewayDown
from payments.gateways.results import Outcome, Result
from payments.gateways.stripe import api
from payments.models import Payment
from payments.services import settle
from tests.support.node import node_modules
from tests.support.server import free_port
from tests.support.shared import shared_file
from tests.support.shop_with_stripe import StripeShop

pytestmark = pytest.mark.django_db

SCHEMA = "gateways/data/stripe-openapi-2026-10-28.endive-derived.json"


@pytest.fixture(scope="module")
def judge() -> Iterator[str]:
    """Return the URL of the stub, which checks every request against the schema."""
    stub, schema = shared_file("gateways/tools/stripe_stub.cjs"), shared_file(SCHEMA)
    modules, port = node_modules("openapi-backend@5", "express@5"), free_port()
    command = [shutil.which("node") or "", str(stub), str(schema), str(port)]
    process = subprocess.Popen(
        command, env={"NODE_PATH": str(modules)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        assert process.stdout is not None
        assert b"stripe stub" in process.stdout.readline()
        # It compiles the schemas when it meets them first.
        assert open_session(address, {"mode": "payment"}).status_code == 200
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=10)


def open_session(judge: str, fields: dict[str, str]) -> requests.Response:
    headers = {"Authorization": "Bearer sk_test_1"}
    return requests.post(f"{judge}/v1/checkout/sessions", data=fields, headers=headers, timeout=20)


@pytest.fixture
def judged(shop: StripeShop, judge: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> StripeShop:
    monkeypatch.setattr(api, "TIMEOUT", (2, 5))
    requests.post(f"{judge}/_reset", timeout=5)
    settings.STRIPE_API_BASE = judge
    settings.SITE_URL = "https://shop.example"
    return shop


def log_of(judge: str) -> list[dict[str, Any]]:
    return requests.get(f"{judge}/_log", timeout=5).json()


def test_every_request_is_as_stripe_documents_it(judged: StripeShop, judge: str) -> None:
    payment = judged.started()
    stripe = gateway("stripe")
    result = stripe.query(payment)
    assert result.outcome == Outcome.OPEN
    settle(payment_id=payment.pk, result=paid(payment, result.gateway_id))
    refund = judged.refunded(Payment.objects.get(pk=payment.pk), "5.00")
    # The judge's lists lead on to a next page that it does not have.
    with suppress(GatewayDown):
        stripe.query_refund(refund)
    with suppress(GatewayDown):
        stripe.undelivered()
    assert stripe.cancel(payment).outcome == "failed"
    log = [entry for entry in log_of(judge) if entry["path"].startswith("/v1/")]
    assert {entry["path"].split("/")[2] for entry in log} == {"checkout", "refunds", "events"}
    assert [entry for entry in log if entry.get("status") != 200] == []
    for entry in log:
        assert entry["version"] == "2026-10-28.endive"
        assert "payment_method_types" not in str(entry.get("body"))
        assert (entry["method"] == "POST") <= bool(entry.get("key"))
    keys = [entry["key"] for entry in log if entry["method"] == "POST"]
    assert len(set(keys)) == len(keys) == 3
    amounts = [log[0]["body"]["line_items"][0]["price_data"]["unit_amount"], refund_sent(log)["amount"]]
    assert amounts == [2500, 500]


def test_every_request_for_an_app_is_as_stripe_documents_it(judged: StripeShop, judge: str) -> None:
    payment = judged.started(in_app=True)
    assert judged.start(payment, in_app=True).json()["client_secret"]
    assert gateway("stripe").query(payment).outcome == Outcome.OPEN
    assert gateway("stripe").cancel(payment).outcome == Outcome.FAILED
    log = log_of(judge)
    asked = [(entry["method"], entry["path"].removeprefix("/v1/payment_intents")) for entry in log]
    name = f"/{payment.gateway_id}"
    assert asked == [("POST", ""), ("GET", name), ("GET", name), ("POST", f"{name}/cancel"), ("GET", name)]
    assert {(entry["status"], entry["version"]) for entry in log} == {(200, "2026-10-28.endive")}
    assert all(entry["key"] for entry in log if entry["method"] == "POST")
    assert (log[0]["body"]["amount"], log[0]["body"]["currency"]) == (2500, "usd")
    assert "payment_method_types" not in log[0]["body"]


def paid(payment: Payment, gateway_id: str) -> Result:
    return Result(Outcome.PAID, payment.amount, payment.currency, receipt="pi_1", gateway_id=gateway_id)


def refund_sent(log: list[dict[str, Any]]) -> dict[str, Any]:
    return next(entry["body"] for entry in log if (entry["method"], entry["path"]) == ("POST", "/v1/refunds"))


def test_a_start_whose_answer_got_lost_repeats_one_key_and_the_next_has_its_own(judged: StripeShop, judge: str) -> None:
    payment = judged.order()
    requests.post(f"{judge}/_fault", json={"lose_reply": True, "times": 3}, timeout=5)
    assert judged.start(payment).status_code == 503
    assert judged.start(payment).status_code == 200
    log = log_of(judge)
    assert len(log) == 4
    assert len({entry["key"] for entry in log[:3]}) == 1
    assert log[3]["key"] != log[0]["key"]
    assert [entry["status"] for entry in log] == [200] * 4, "with other parameters the same key is refused"


def test_a_gateway_that_does_not_answer_is_not_waited_for(
    judged: StripeShop, judge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = judged.order()
    monkeypatch.setattr(api, "TIMEOUT", (0.5, 0.3))
    requests.post(f"{judge}/_fault", json={"delay_ms": 1500, "times": 3}, timeout=5)
    began = time.monotonic()
    assert judged.start(payment).status_code == 503
    assert time.monotonic() - began < 3
    payment.refresh_from_db()
    assert payment.order.status == "pending"


def test_the_judge_refuses_what_stripe_refuses(judge: str) -> None:
    """Else its approval would mean nothing."""
    for wrong in ({"payment_method_types[0]": "card"}, {"ui_mode": "hosted"}, {"line_items[0][price_data][foo]": "1"}):
        assert open_session(judge, {"mode": "payment"} | wrong).status_code == 400, wrong
