"""A stand-in for Stripe, over HTTP: sessions, payment intents, refunds and events, with the rules that matter.

It shows how the shop handles what is documented, not how Stripe behaves. A ``faulty_line`` stands before it.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stripe import WebhookSignature

# Made-up secrets, which tests look for in logs, rows and answers.
KEY, SECRET = "sk_test_canary51Hq", "whsec_canary9f3a"

Fields = dict[str, str]
Thing = dict[str, Any]


class Refusal(Exception):
    def __init__(self, code: str, status: int = 400, kind: str = "invalid_request_error") -> None:
        self.code, self.status, self.kind = code, status, kind


class FakeStripe:
    """Play Stripe.

    ``seen`` holds method, path, idempotency key and fields of each request. A new refund gets ``refund_status``.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, Thing] = {}
        self.intents: dict[str, Thing] = {}
        self.refunds: dict[str, Thing] = {}
        self.disputes: dict[str, Thing] = {}
        self.undelivered: list[Thing] = []
        self.answers: dict[str, tuple[str, Thing]] = {}
        self.seen: list[tuple[str, str, str, Fields]] = []
        self.refund_status, self.address = "succeeded", ""
        self.lock, self._serial = threading.Lock(), count(1)

    # What happens at Stripe without a request from the shop.

    def pay(self, session_id: str, *, status: str = "succeeded", **differences: Any) -> Thing:
        """Pay on Stripe's page as the buyer.

        ``status`` is the status of the payment intent afterwards: ``processing`` for a delayed method.
        """
        session = self.sessions[session_id]
        self._close_what_is_over()
        assert session["status"] == "open", session
        intent = {"id": f"pi_{next(self._serial)}", "object": "payment_intent", "status": status, "livemode": False}
        intent |= {"amount": session["amount_total"], "amount_received": session["amount_total"]}
        intent |= {"currency": session["currency"], "metadata": dict(session["intent_metadata"])}
        self.intents[intent["id"]] = intent
        paid = "paid" if status == "succeeded" else "unpaid"
        session.update(status="complete", payment_intent=intent["id"], url=None, payment_status=paid)
        session.update(differences)
        return session

    def pay_in_app(self, intent_id: str, *, status: str = "succeeded", **differences: Any) -> Thing:
        """Pay an intent in an app as the buyer. ``status`` is the intent's status afterwards."""
        intent = self.intents[intent_id]
        assert intent["status"] == "requires_payment_method", intent
        intent |= {"status": status, "amount_received": intent["amount"] if status == "succeeded" else 0}
        intent |= differences
        return intent

    def decide(self, session_id: str, *, is_paid: bool) -> Thing:
        """Decide whether a delayed payment succeeds."""
        session = self.sessions[session_id]
        intent = self.intents[session["payment_intent"]]
        intent["status"] = "succeeded" if is_paid else "requires_payment_method"
        session["payment_status"] = "paid" if is_paid else "unpaid"
        return session

    def give_back(self, intent_id: str, amount: int, **metadata: str) -> Thing:
        """Refund ``amount`` (in cents), as the shop's request or somebody in Stripe's dashboard does."""
        known = self.intents.get(intent_id)
        given = sum(each["amount"] for each in self._refunds_of(intent_id) if each["status"] != "failed")
        if known is None or given + amount > known["amount_received"]:
            raise Refusal("charge_already_refunded")
        refund = {"id": f"re_{next(self._serial)}", "object": "refund", "status": self.refund_status, "amount": amount}
        refund |= {"currency": known["currency"], "payment_intent": intent_id, "metadata": metadata}
        self.refunds[refund["id"]] = refund
        return refund

    def dispute(self, intent_id: str, amount: int, *, status: str = "needs_response", moved: tuple[int, ...]) -> Thing:
        """Open a dispute of ``amount`` (in cents) as the buyer's bank.

        ``moved`` lists by how much the shop's balance changed, one change after another.
        """
        known = self.intents[intent_id]
        dispute = {"id": f"dp_{next(self._serial)}", "object": "dispute", "status": status, "amount": amount}
        dispute |= {"currency": known["currency"], "payment_intent": intent_id, "reason": "fraudulent"}
        dispute["balance_transactions"] = [{"amount": each} for each in moved]
        self.disputes[dispute["id"]] = dispute
        return dispute

    def refunded_charge(self, intent_id: str) -> Thing:
        total = sum(each["amount"] for each in self._refunds_of(intent_id))
        amount = self.intents[intent_id]["amount"]
        charge = {"id": f"ch_{intent_id}", "object": "charge", "amount": amount, "amount_refunded": total}
        return charge | {"currency": "usd", "payment_intent": intent_id, "metadata": {}}

    def event(self, kind: str, thing: Thing, *, livemode: bool = False) -> Thing:
        customer = {"customer_details": {"email": "canary@buyer.example", "name": "Canary Buyer"}}
        return {
            "id": f"evt_{next(self._serial)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "type": kind,
            "livemode": livemode,
            "data": {"object": dict(thing) | customer},
        }

    def money(self) -> list[tuple[str, int, int]]:
        """Return Stripe's own ledger: the shop's number of each payment, the money captured, the money refunded."""
        found = []
        for session in self.sessions.values():
            if session["payment_status"] == "paid":
                back = [each for each in self._refunds_of(session["payment_intent"]) if each["status"] == "succeeded"]
                given = sum(each["amount"] for each in back)
                found.append((session["client_reference_id"], session["amount_total"], given))
        return sorted(found)

    def posts(self, ending: str) -> list[tuple[str, Fields]]:
        """List the idempotency keys and fields of the requests to paths that end in ``ending``."""
        return [(key, sent) for method, path, key, sent in self.seen if method == "POST" and path.endswith(ending)]

    # What the shop's requests do.

    def handle(self, method: str, path: str, key: str, fields: Fields) -> Thing:
        self.seen.append((method, path, key, fields))
        self._close_what_is_over()
        if method == "GET":
            return self._look(path, fields)
        assert key, f"no idempotency key: {path}"
        signature = json.dumps([path, fields], sort_keys=True)
        if key not in self.answers:
            self.answers[key] = signature, self._act(path, fields)
        before, answer = self.answers[key]
        if before != signature:
            raise Refusal("idempotency_error", kind="idempotency_error")
        return answer

    def _look(self, path: str, fields: Fields) -> Thing:
        *_, kind, name = path.split("/")
        if name == "refunds":
            return _page(reversed(self._refunds_of(fields["payment_intent"])), path)
        if name == "events":
            assert fields["delivery_success"].lower() == "false"
            return _page([each for each in self.undelivered if each["type"] in fields.values()], path)
        found = {"sessions": self.sessions, "payment_intents": self.intents, "disputes": self.disputes}[kind].get(name)
        if found is None:
            raise Refusal("resource_missing", 404)
        expanded = self.intents.get(found.get("payment_intent") or "")
        return {**found, "payment_intent": expanded} if "expand[0]" in fields else found

    def _act(self, path: str, fields: Fields) -> Thing:
        if path.endswith("/checkout/sessions"):
            return dict(self._open(fields))
        if path.endswith("/expire"):
            session = self.sessions[path.split("/")[-2]]
            if session["status"] != "open":
                raise Refusal("session_not_open")
            session.update(status="expired", url=None)
            return dict(session)
        if path.endswith("/payment_intents"):
            return dict(self._intend(fields))
        if path.endswith("/cancel"):
            intent = self.intents[path.split("/")[-2]]
            if intent["status"] != "requires_payment_method":
                raise Refusal("payment_intent_unexpected_state")
            intent["status"] = "canceled"
            return dict(intent)
        number = fields["metadata[refund]"]
        return dict(self.give_back(fields["payment_intent"], int(fields["amount"]), refund=number))

    def _open(self, fields: Fields) -> Thing:
        name, price = f"cs_test_{next(self._serial)}", "line_items[0][price_data]"
        if not 1800 <= int(fields["expires_at"]) - time.time() <= 86400:
            raise Refusal("expires_at")
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "livemode": False,
            "url": f"https://checkout.stripe.com/c/pay/{name}",
            "payment_intent": None,
            "mode": "payment",
            "amount_total": int(fields[f"{price}[unit_amount]"]) * int(fields["line_items[0][quantity]"]),
            "currency": fields[f"{price}[currency]"],
            "client_reference_id": fields["client_reference_id"],
            "metadata": {"payment": fields["metadata[payment]"]},
            "intent_metadata": {"payment": fields["payment_intent_data[metadata][payment]"]},
            "expires_at": int(fields["expires_at"]),
        }
        return self.sessions[name]

    def _intend(self, fields: Fields) -> Thing:
        name = f"pi_{next(self._serial)}"
        assert fields["automatic_payment_methods[enabled]"].lower() == "true"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "status": "requires_payment_method",
            "livemode": False,
            "client_secret": f"{name}_secret_canary",
            "amount": int(fields["amount"]),
            "amount_received": 0,
            "currency": fields["currency"],
            "metadata": {"payment": fields["metadata[payment]"]},
        }
        return self.intents[name]

    def _close_what_is_over(self) -> None:
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] < time.time():
                session.update(status="expired", url=None)

    def _refunds_of(self, intent_id: str) -> list[Thing]:
        return [each for each in self.refunds.values() if each["payment_intent"] == intent_id]


def _page(things: Any, path: str) -> Thing:
    return {"object": "list", "data": list(things), "has_more": False, "url": path}


def signed(event: Thing, *, secret: str = SECRET) -> tuple[bytes, str]:
    """Return the event's body and the signature header for it."""
    body = json.dumps(event)
    return body.encode(), WebhookSignature.generate_signature_header(body, secret, int(time.time()))


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _serve(self, text: str) -> None:
        status, answer = self._effect(dict(parse_qsl(text)))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer.encode())

    def _effect(self, fields: Fields) -> tuple[int, str]:
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return 401, json.dumps({"error": {"type": "invalid_request_error", "message": "Invalid key"}})
        path, key = urlsplit(self.path).path, self.headers.get("Idempotency-Key", "")
        try:
            with self.server.fake.lock:
                return 200, json.dumps(self.server.fake.handle(self.command, path, key, fields))
        except Refusal as refusal:
            told = {"type": refusal.kind, "code": refusal.code, "message": f"No: {fields}"}
            return refusal.status, json.dumps({"error": told})

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeStripe) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    fake = FakeStripe()
    server = _Server(fake)
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
