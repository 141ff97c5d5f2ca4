"""A process may die at any point of a payment: the shop recovers by itself.

The gateway's books are a file. So they outlive the process, as the books of a real gateway do.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from inventory.selectors import discrepancies
from orders.models import Order
from payments.gateways import registry
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from payments.services import payment_open, payment_start, reconcile, refund_request, settle
from tests.factories import balance, make_product, make_user
from tests.payments.steps import (
    alerts,
    forget_jobs,
    make_due,
    money,
    place,
    post_message,
    process_postponed,
    settle_down,
)
from tests.support.fake_gateway import FakeGateway, message_about, paid
from tests.support.server import ROOT, database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

SETTLING = ["settle.locked", "settle.entered", "settle.recorded", "settle.before_commit", "settle.committed"]
PROCESSING = ["inbox.claimed", "inbox.understood", *SETTLING, "inbox.taken"]


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "books.json"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, books: Path) -> FakeGateway:
    fake = FakeGateway(books)
    monkeypatch.setattr(registry, "_GATEWAYS", {fake.method: fake})
    return fake


@pytest.fixture
def payment(fake: FakeGateway) -> Payment:
    forget_jobs()
    return place(make_user("bianca"), make_product(price="50.00", stock_left=5))


def die(books: Path, failpoint: str, work: str, argument: object = "") -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "FAILPOINT": failpoint,
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "tests.support.dying_shop", str(books), work, str(argument)]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]


def come_back() -> None:
    """Run the jobs that run every minute, as some minutes after the crash."""
    process_postponed()
    make_due()
    reconcile()
    settle_down()


def assert_paid_once(payment: Payment) -> None:
    payment.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    assert (payment.state, order.status, order.payment_status) == ("captured", "confirmed", "paid")
    assert (money(order), PaymentEntry.objects.count(), alerts()) == ((100, 0), 1, [])
    assert (balance(order.lines.get().product), discrepancies()) == ((3, 0), [])


def test_after_a_message_was_stored(payment: Payment, books: Path) -> None:
    message = message_about(payment, "paid")
    die(books, "inbox.stored", "receive", json.dumps(message))
    assert GatewayEvent.objects.exists()
    assert post_message(message).status_code == 200, "the gateway got no answer and sends it again"
    come_back()
    assert GatewayEvent.objects.get().state == "done"
    assert_paid_once(payment)


@pytest.mark.parametrize("failpoint", PROCESSING)
def test_while_a_message_was_processed(payment: Payment, books: Path, failpoint: str) -> None:
    post_message(message_about(payment, "paid"))
    event = GatewayEvent.objects.get()
    die(books, failpoint, "process", event.pk)
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("waiting", 1)
    has_happened = failpoint in {"settle.committed", "inbox.taken"}
    assert PaymentEntry.objects.exists() == has_happened, "all of it or nothing"
    come_back()
    assert GatewayEvent.objects.get().state == "done"
    assert_paid_once(payment)


@pytest.mark.parametrize("failpoint", SETTLING)
def test_while_the_gateway_was_asked(payment: Payment, fake: FakeGateway, books: Path, failpoint: str) -> None:
    payment_start(payment_id=payment.pk)
    fake.pay(payment)
    die(books, failpoint, "ask")
    come_back()
    assert_paid_once(payment)


@pytest.mark.parametrize("failpoint", ["refund.claimed", "refund.answered", "refund.before_commit"])
def test_while_a_refund_was_sent(payment: Payment, fake: FakeGateway, books: Path, failpoint: str) -> None:
    settle(payment_id=payment.pk, result=paid(payment))
    refund_request(payment_id=payment.pk, amount=None, actor=make_user())
    refund = Refund.objects.get()
    die(books, failpoint, "refund", refund.pk)
    refund.refresh_from_db()
    assert (refund.state, len(fake.read()["refunds"])) == ("pending", int(failpoint != "refund.claimed"))
    come_back()
    order = Order.objects.get()
    assert (Refund.objects.get().state, order.payment_status, money(order)) == ("succeeded", "refunded", (100, 100))
    assert list(fake.read()["refunds"]) == [refund.number]
    assert alerts() == []


def test_before_the_gateway_was_asked_to_start(payment: Payment, fake: FakeGateway, books: Path) -> None:
    die(books, "start.claimed", "start", payment.pk)
    come_back()
    payment.refresh_from_db()
    assert (payment.state, fake.read()["payments"]) == ("unknown", {})
    other = payment_open(user=payment.order.user, order_id=payment.order_id, method="stripe")
    fake.pay(payment_start(payment_id=other.pk))
    come_back()
    assert_paid_once(other)


def test_after_the_gateway_started(payment: Payment, fake: FakeGateway, books: Path) -> None:
    die(books, "start.answered", "start", payment.pk)
    payment.refresh_from_db()
    assert payment.state == "unknown"
    fake.pay(payment)
    come_back()
    assert_paid_once(payment)
