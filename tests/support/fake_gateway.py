"""A gateway that does what a test says. It keeps its books in a file, so that they outlive a process that dies."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from payments.gateways import registry
from payments.gateways.base import Buyer, Gateway
from payments.gateways.errors import BadMessage, GatewayFailure
from payments.gateways.messages import (
    AlertMessage,
    ChargebackMessage,
    DisputeMessage,
    Incoming,
    Message,
    PaymentMessage,
    RefundMessage,
)
from payments.gateways.results import Outcome, RefundResult, Result, Started
from payments.models import GatewayEvent, Payment, Refund

SIGNED = {"X-Fake-Signature": "right"}


class FakeGateway(Gateway):
    """Play a gateway. ``start`` raises ``start_failure`` if it is set; every query raises ``failure`` if it is set.

    The books hold, by number, the answer to a query about each payment (``payments``) and the outcome of each refund
    (``refunds``). A refund that is sent twice is recorded once.
    """

    label = "Fake"

    def __init__(self, books: Path, *, method: str = "stripe", can_refund: bool = True, **traits: Any) -> None:
        self.method, self.can_refund = method, can_refund  # type: ignore[misc]
        self.wants_signature = True
        self.start_failure: Exception | None = None
        self.failure: GatewayFailure | None = None
        self.refund_outcome = Outcome.PAID
        self.lost: list[Incoming] = []
        self.calls: list[str] = []
        self.tokens: list[str] = []
        self.asked_since: list[datetime | None] = []
        self._books = books
        for name, value in traits.items():
            setattr(self, name, value)

    def read(self) -> dict[str, dict[str, Any]]:
        return json.loads(self._books.read_text()) if self._books.exists() else {"payments": {}, "refunds": {}}

    def write(self, chapter: str, number: str, entry: Any) -> None:
        books = self.read()
        books[chapter][number] = entry
        self._books.write_text(json.dumps(books))

    def pay(self, payment: Payment, *, receipt: str = "", amount: str = "", currency: str = "") -> None:
        """Pay as the buyer. From now on the gateway says so when it is asked."""
        entry = {"outcome": "paid", **what_was_paid(payment, receipt=receipt, amount=amount, currency=currency)}
        self.write("payments", payment.number, entry)

    def decline(self, payment: Payment) -> None:
        self.write("payments", payment.number, {"outcome": "failed", "reason": "Declined"})

    def is_configured(self) -> bool:
        return True

    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        self.calls.append("start")
        if self.start_failure:
            raise self.start_failure
        if payment.number not in self.read()["payments"]:
            self.write("payments", payment.number, {"outcome": "open"})
        return Started(gateway_id=f"at-{payment.number}", pay_url="https://pay.example.com/page")

    def query(self, payment: Payment) -> Result:
        self.calls.append("query")
        if self.failure:
            raise self.failure
        return result_of(self.read()["payments"].get(payment.number, {"outcome": "unknown"}))

    def cancel(self, payment: Payment) -> Result:
        self.calls.append("cancel")
        entry = self.read()["payments"].get(payment.number)
        if entry and entry["outcome"] == "open":
            self.write("payments", payment.number, {"outcome": "failed", "reason": "Given up"})
        return self.query(payment)

    def refund(self, refund: Refund, *, token: str) -> RefundResult:
        self.calls.append("refund")
        self.tokens.append(token)
        if self.failure:
            raise self.failure
        self.write("refunds", refund.number, str(self.refund_outcome))
        return RefundResult(self.refund_outcome, gateway_id=f"re-{refund.number}")

    def query_refund(self, refund: Refund) -> RefundResult:
        self.calls.append("query_refund")
        if self.failure:
            raise self.failure
        known = self.read()["refunds"].get(refund.number)
        return RefundResult(Outcome(known), f"re-{refund.number}") if known else RefundResult(Outcome.UNKNOWN)

    def receive_for(self, payment: Payment, message: Any) -> Incoming:
        return Incoming(event_id=str(message["id"]), kind=str(message["kind"]), payload=message)

    def receive_for_refund(self, refund: Refund, message: Any) -> Incoming:
        return Incoming(event_id=str(message["id"]), kind="refund", payload={**message, "refund": refund.number})

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming:
        if self.wants_signature and headers.get("X-Fake-Signature") != "right":
            raise BadMessage
        try:
            message = json.loads(body)
            return Incoming(event_id=message["id"], kind=message["kind"], payload=message)
        except (ValueError, TypeError, KeyError) as error:
            raise BadMessage from error

    def messages_of(self, event: GatewayEvent) -> list[Message]:
        if self.failure:
            raise self.failure
        told = event.payload
        payment = Payment.objects.filter(number=told.get("number", "")).first()
        if event.kind == "alert":
            return [AlertMessage(kind=told["alert"], key=told["id"], detail="Look at it", payment=payment)]
        assert payment is not None
        if event.kind == "contested":
            return [DisputeMessage(payment, told["dispute"], told["is_closed"], "Look at it")]
        if event.kind == "dispute":
            taken, returned = Decimal(told["taken"]), Decimal(told["returned"])
            return [ChargebackMessage(payment, told["dispute"], told["receipt"], taken, returned)]
        if event.kind == "payment":
            return [PaymentMessage(payment, result_of(told))]
        result = RefundResult(Outcome(told["outcome"]), gateway_id=told["refund"])
        refund = Refund.objects.filter(number=told["refund"]).first()
        receipt = told.get("receipt", "")
        return [RefundMessage(result, refund=refund, payment=payment, amount=Decimal(told["amount"]), receipt=receipt)]

    def undelivered(self, since: datetime | None = None) -> list[Incoming]:
        self.asked_since.append(since)
        return self.lost


def result_of(told: Mapping[str, Any]) -> Result:
    return Result(
        Outcome(told["outcome"]),
        amount=Decimal(told["amount"]) if "amount" in told else None,
        currency=told.get("currency", ""),
        receipt=told.get("receipt", ""),
        reason=told.get("reason", ""),
        risk=told.get("risk", ""),
    )


def what_was_paid(payment: Payment, *, receipt: str = "", amount: str = "", currency: str = "") -> dict[str, str]:
    """Return amount, currency and receipt of a payment: the payment's own, unless others are given."""
    return {
        "amount": amount or str(payment.amount),
        "currency": currency or payment.currency,
        "receipt": receipt or f"receipt-{payment.number}",
    }


def paid(payment: Payment, **other: str) -> Result:
    return result_of({"outcome": "paid", **what_was_paid(payment, **other)})


def message_about(payment: Payment, outcome: str, name: str = "", **other: str) -> dict[str, str]:
    """Build the gateway's webhook about a payment. Its id is made from the outcome, unless ``name`` is given."""
    amounts = what_was_paid(payment, **other) if outcome == "paid" else {}
    event_id = name or f"{outcome}-{payment.number}"
    return {"id": event_id, "kind": "payment", "number": payment.number, "outcome": outcome, **amounts}


def message_about_refund(payment: Payment, amount: str, name: str, outcome: str = "paid") -> dict[str, str]:
    """Build the gateway's webhook about a refund.

    ``name`` is the shop's number of the refund, or the gateway's own for a refund that was made there.
    """
    return {
        "id": f"refund-{outcome}-{name}",
        "kind": "refund",
        "number": payment.number,
        "refund": name,
        "outcome": outcome,
        "amount": amount,
    }


def message_about_dispute(payment: Payment, name: str = "dp-1", *, is_closed: bool = False) -> dict[str, Any]:
    """Build the gateway's webhook about a dispute: the buyer's bank has opened it, or closed it (``is_closed``)."""
    told = {"number": payment.number, "dispute": name, "is_closed": is_closed}
    return {"id": f"contested-{name}-{is_closed}", "kind": "contested", **told}


def register(*fakes: FakeGateway) -> None:
    """Register ``fakes`` instead of all other gateways, for the rest of the process.

    Tests set ``registry._GATEWAYS`` with monkeypatch instead, which is undone after the test.
    """
    registry._GATEWAYS = {fake.method: fake for fake in fakes}
