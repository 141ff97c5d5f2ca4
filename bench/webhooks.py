"""Count the payments that are captured, lost, or captured for a forged message under a storm of Stripe webhooks.

A thousand payments wait for their webhooks. Each gets several events, several times, in random order, among forged and
altered ones. Some of the forged events are about payments that nobody has made. Two web processes and the worker run on
PostgreSQL.
"""

import http.client
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import ClassVar
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum

from accounts.models import User
from bench.client import HOST
from bench.database import database_claimed, database_filled, database_prepare
from bench.figures import percentile, say
from bench.server import free_port, servers_running
from cart.services import cart_open, item_add
from inventory.offers import offer_of_product
from inventory.products import product_create
from inventory.selectors import discrepancies
from orders.models import Order
from orders.requests import OrderRequest
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry
from payments.services import checkout
from payments.states import EntryKind, EventState, PaymentMethod, PaymentState
from shipping.addresses import PostalAddress

PAID, NEVER_PAID = 1000, 200
GENUINE, FORGED = 8000, 2000
CONNECTIONS = 16
PATH = "/api/v1/payments/webhooks/stripe/"
_PRICE = Decimal("12.50")
_SETTLED_WITHIN_SECONDS = 600


def main() -> int:
    """Run the storm and return the exit status.

    It is 0 only when every paid payment is captured once, no forged message is believed, and no answer is a 5xx.
    """
    url = os.environ["DATABASE_URL"]
    with database_claimed(url):
        database_prepare(url, wanted="webhooks", fresh=True)
        call_command("migrate", verbosity=0)
        database_filled(url, wanted="webhooks")
        payments = _waiting_payments(PAID + NEVER_PAID)
        say(f"{len(payments)} payments wait; {GENUINE} genuine and {FORGED} forged messages, {CONNECTIONS} at a time.")
        messages = _messages(payments[:PAID], payments[PAID:], Random(4))  # noqa: S311 - repeatable on purpose
        port = free_port()
        with _stripe_standing_in(payments[:PAID]), servers_running("granian", port):
            began = time.monotonic()
            statuses, times = _deliver(port, messages)
            delivered = time.monotonic() - began
            settled = _wait_until_settled()
        return _report(payments, statuses, times, delivered, delivered + settled)


def _waiting_payments(count: int) -> list[Payment]:
    """Place orders through the services, and set their payments as if Stripe had opened the sessions."""
    seller = User.objects.create_user("maker")
    product = product_create(name="Lamp", price=_PRICE, stock=count, actor=seller, status="active")
    payments = []
    for turn in range(count):
        user = User.objects.create_user(f"buyer{turn}")
        item_add(cart=cart_open(user=user), offer=offer_of_product(product.pk, currency="USD"), quantity=1)
        payment, _ = checkout(
            user=user, method=PaymentMethod.STRIPE, order=OrderRequest(address=PostalAddress(street="1 Main Street"))
        )
        payment.gateway_id, payment.state = f"cs_test_{turn:04d}", PaymentState.WAITING
        payment.save()
        payments.append(payment)
    return payments


def _messages(paid: Sequence[Payment], never: Sequence[Payment], random: Random) -> list[tuple[bytes, str]]:
    """Make the genuine and the forged messages, shuffled, each as a pair of body and signature."""
    secret = os.environ["STRIPE_WEBHOOK_SECRET"]
    genuine = []
    for payment in paid:
        bodies = [
            _event(payment, "checkout.session.completed", "first"),
            _event(payment, "checkout.session.completed", "again"),
            _event(payment, "payment_intent.succeeded", "intent"),
        ]
        genuine += bodies + random.choices(bodies, k=GENUINE // PAID - len(bodies))
    forged = []
    for turn in range(FORGED):
        victim = random.choice(never if turn % 2 else paid)
        body = _event(victim, "checkout.session.completed", f"forged{turn}")
        forged.append(_forge(body, secret, turn))
    messages = [(body, _sign(body, secret)) for body in genuine] + forged
    random.shuffle(messages)
    return messages


def _event(payment: Payment, kind: str, name: str) -> bytes:
    about = _session(payment) if kind.startswith("checkout") else _intent(payment)
    event = {
        "id": f"evt_{payment.gateway_id}_{name}",
        "object": "event",
        "type": kind,
        "livemode": False,
        "created": int(time.time()),
        "api_version": "2026-10-28.endive",
        "data": {"object": about},
    }
    return json.dumps(event).encode()


def _session(payment: Payment) -> dict[str, object]:
    return {
        "id": payment.gateway_id,
        "object": "checkout.session",
        "amount_total": int(payment.amount * 100),
        "currency": "usd",
        "payment_intent": _intent(payment)["id"],
        "client_reference_id": payment.number,
        "metadata": {"payment": payment.number},
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "livemode": False,
    }


def _intent(payment: Payment) -> dict[str, object]:
    cents = int(payment.amount * 100)
    return {
        "id": payment.gateway_id.replace("cs_", "pi_"),
        "object": "payment_intent",
        "amount": cents,
        "amount_received": cents,
        "currency": "usd",
        "status": "succeeded",
        "metadata": {"payment": payment.number},
        "livemode": False,
    }


def _sign(body: bytes, secret: str) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()))


def _forge(body: bytes, secret: str, turn: int) -> tuple[bytes, str]:
    """Forge a message in one of four ways, depending on ``turn``; return its body and signature.

    It is signed with another key, altered after it was signed, signed too long ago, or not signed at all.
    """
    if turn % 4 == 0:
        return body, _sign(body, "whsec_of_somebody_else")
    if turn % 4 == 1:
        return body.replace(b"evt_", b"evt-"), _sign(body, secret)
    if turn % 4 == 2:
        hour_ago = int(time.time()) - 3600
        return body, stripe.WebhookSignature.generate_signature_header(body.decode(), secret, hour_ago)
    return body, ""


def _deliver(port: int, messages: list[tuple[bytes, str]]) -> tuple[Counter[int], list[float]]:
    local, statuses, times, lock = threading.local(), Counter[int](), [], threading.Lock()

    def send(message: tuple[bytes, str]) -> None:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        body, signature = message
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature, "X-Forwarded-Proto": "https"}
        began = time.perf_counter()
        local.connection.request("POST", PATH, body, headers)
        answer = local.connection.getresponse()
        answer.read()
        with lock:
            statuses[answer.status] += 1
            times.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        list(pool.map(send, messages))
    return statuses, times


class _StandIn(BaseHTTPRequestHandler):
    """Stand in for Stripe's API: answer with a session. ``sessions`` are the paid ones, by id."""

    sessions: ClassVar[dict[str, Payment]] = {}

    def do_GET(self) -> None:
        payment = self.sessions.get(self.path.partition("?")[0].rpartition("/")[2])
        body = json.dumps(_session(payment) if payment else {"error": {"message": "No such session"}}).encode()
        self.send_response(200 if payment else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@contextmanager
def _stripe_standing_in(paid: Sequence[Payment]) -> Iterator[None]:
    _StandIn.sessions = {payment.gateway_id: payment for payment in paid}
    address = urlsplit(settings.STRIPE_API_BASE)
    server = ThreadingHTTPServer((address.hostname or HOST, address.port or 80), _StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _wait_until_settled() -> float:
    began = time.monotonic()
    while time.monotonic() - began < _SETTLED_WITHIN_SECONDS:
        left = GatewayEvent.objects.filter(state=EventState.WAITING).count()
        unconfirmed = Order.objects.filter(payment_status="paid", status="pending").count()
        if not left and not unconfirmed:
            break
        time.sleep(0.5)
    return time.monotonic() - began


def _report(
    payments: list[Payment], statuses: Counter[int], times: list[float], delivered: float, settled: float
) -> int:
    captures = PaymentEntry.objects.filter(kind=EntryKind.CAPTURE)
    wanted = {payment.pk for payment in payments[:PAID]}
    captured = Counter(captures.values_list("payment_id", flat=True))
    figures = {
        "captures": captures.count(),
        "captured twice": sum(count > 1 for count in captured.values()),
        "forged and believed": len(captured.keys() - wanted),
        "lost": len(wanted - captured.keys()),
        "alerts": PaymentAlert.objects.count(),
        "orders confirmed": Order.objects.filter(status="confirmed", payment_status="paid").count(),
        "stock flaws": len(discrepancies()),
    }
    money = captures.aggregate(sum=Sum("amount"))["sum"]
    say(f"answers {dict(statuses)}; median {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms")
    say(f"delivered in {delivered:.1f} s ({len(times) / delivered:.0f} a second), settled after {settled:.1f} s")
    say(", ".join(f"{name}: {value}" for name, value in figures.items()) + f", money: {money:.2f}")
    good = {"captures": PAID, "orders confirmed": PAID}
    return int(any(value != good.get(name, 0) for name, value in figures.items()) or max(statuses) >= 500)
