"""Who may tell us something in Stripe's name."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from payments.models import GatewayEvent
from tests.support.fake_stripe import SECRET, signed
from tests.support.node import node_modules
from tests.support.problems import flaw
from tests.support.rows import all_rows, changed
from tests.support.shop_with_stripe import StripeShop, post

pytestmark = pytest.mark.django_db

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.expired",
    "livemode": False,
    "data": {
        "object": {"id": "cs_1", "object": "checkout.session", "metadata": {}, "customer_email": "é@buyer.example"}
    },
}
BODY = json.dumps(EVENT).encode()


def sign(body: bytes = BODY, *, secret: str = SECRET, at: float = 0) -> str:
    """Sign as Stripe does, without the library's code."""
    moment = int(time.time() + at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def of(text: bytes) -> Callable[[], tuple[bytes, str]]:
    return lambda: (text, sign(text))


REFUSED: dict[str, Callable[[], tuple[bytes, str | None]]] = {
    "no header": lambda: (BODY, None),
    "empty header": lambda: (BODY, ""),
    "garbage": lambda: (BODY, "garbage"),
    "no time": lambda: (BODY, sign().partition(",")[2]),
    "time is no number": lambda: (BODY, "t=now," + sign().partition(",")[2]),
    "tampered body": lambda: (BODY.replace(b"cs_1", b"cs_2"), sign()),
    "another secret": lambda: (BODY, sign(secret="whsec_other")),
    "v0 only": lambda: (BODY, sign().replace("v1=", "v0=")),
    "too old": lambda: (BODY, sign(at=-400)),
    "from the future": lambda: (BODY, sign(at=400)),
    "a day ahead": lambda: (BODY, sign(at=86400)),
    "space after the comma": lambda: (BODY, sign().replace(",", ", ")),
    "not ascii": lambda: (BODY, "t=1,v1=é"),
    "not ascii beside a good one": lambda: (BODY, sign() + ",v1=é"),
    "another time for the age": lambda: (BODY, f"t={int(time.time())}," + sign(at=-4000)),
    "not utf-8": of(b"\xff\xfe{}"),
    "not json": of(b"hello"),
    "a list": of(b"[]"),
    "a number": of(b"7"),
    "null": of(b"null"),
    "empty": of(b""),
    "no id": of(b"{}"),
    "id is a number": of(json.dumps(EVENT | {"id": 7}).encode()),
    "id is too long": of(json.dumps(EVENT | {"id": "e" * 300}).encode()),
    "type is a list": of(json.dumps(EVENT | {"type": []}).encode()),
    "no object": of(json.dumps(EVENT | {"data": {}}).encode()),
    "object is a text": of(json.dumps(EVENT | {"data": {"object": "cs_1"}}).encode()),
    "object is a list": of(json.dumps(EVENT | {"data": {"object": []}}).encode()),
    "metadata is a number": of(json.dumps(EVENT | {"data": {"object": {"metadata": 7}}}).encode()),
    "thin event": of(json.dumps({"id": "evt_1", "object": "v2.core.event", "type": "v1.x"}).encode()),
    "too deep": of(b"[" * 100_000),
}


def test_an_invalid_message_is_refused_without_a_trace(shop: StripeShop) -> None:
    """Tell nobody which check failed."""
    before = all_rows()
    for case, message in REFUSED.items():
        answer: Any = post(*message())
        assert (answer.status_code, flaw(answer)) == (400, ""), case
        assert answer.json()["detail"] == "This message can't be taken.", case
        assert changed(before, all_rows()) == [], case


TAKEN: dict[str, Callable[[], tuple[bytes, str]]] = {
    "good": lambda: (BODY, sign()),
    "299 seconds old": lambda: (BODY, sign(at=-299)),
    "299 seconds ahead": lambda: (BODY, sign(at=299)),
    "the second of two, as while the secret is changed": lambda: (BODY, sign().replace("v1=", f"v1={'0' * 64},v1=")),
    "beside another scheme": lambda: (BODY, sign() + ",v0=" + "0" * 64),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_valid_signature_is_taken(shop: StripeShop, case: str) -> None:
    with time_machine.travel(time.time(), tick=False):
        assert post(*TAKEN[case]()).status_code == 200
    assert GatewayEvent.objects.get().event_id == "evt_1"


def test_what_else_comes_with_a_message_does_not_matter(shop: StripeShop) -> None:
    headers = {"HTTP_AUTHORIZATION": "Bearer stray", "HTTP_ACCEPT": "text/nothing"}
    assert post(BODY, sign(), **headers).status_code == 200


def test_without_a_secret_nothing_is_taken(shop: StripeShop, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    before = all_rows()
    answer = post(BODY, sign(secret=""))
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_not_offered")
    assert changed(before, all_rows()) == []


def test_nothing_about_the_buyer_is_kept(shop: StripeShop) -> None:
    event = shop.fake.event("checkout.session.completed", {"id": "cs_1", "object": "checkout.session"})
    assert post(*signed(event)).status_code == 200
    kept = json.dumps(GatewayEvent.objects.get().payload)
    assert "canary" not in kept.lower()
    assert sorted(GatewayEvent.objects.get().payload) == ["id", "livemode", "object", "type"]


SIGNER = """
const stripe = require("stripe")("sk_test_1"), payload = process.argv[1], secret = process.argv[2];
console.log(stripe.webhooks.generateTestHeaderString({payload, secret}));
"""


def test_a_message_that_stripes_own_node_library_signed(shop: StripeShop) -> None:
    modules = node_modules("stripe@23")
    text = json.dumps(EVENT, ensure_ascii=False)
    node = shutil.which("node") or ""
    environment = {**os.environ, "NODE_PATH": str(modules)}
    done = subprocess.run(
        [node, "-e", SIGNER, text, SECRET], env=environment, capture_output=True, text=True, check=True
    )
    assert post(text.encode(), done.stdout.strip()).status_code == 200
    assert GatewayEvent.objects.get().event_id == "evt_1"
