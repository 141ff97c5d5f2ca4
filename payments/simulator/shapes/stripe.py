"""Write Stripe's objects and events, as far as a shop with hosted checkout or widgets of its own reads them."""

import json
import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings
from django.utils import timezone

from payments.simulator.models import SimulatedPayment, SimulatedRefund, State
from payments.simulator.shapes.messages import Choice, Message
from utils.money import exponent

API_VERSION = "2026-10-28.endive"
# Currencies that are shown without decimals and sent with two.
_TWO_DECIMALS = frozenset({"ISK", "UGX"})

_STATUS = {State.OPEN: "open", State.PAID: "complete", State.EXPIRED: "expired"}


class StripeError(Exception):
    """Answer a request with an error object of Stripe's."""

    def __init__(self, message: str, *, code: str = "", param: str = "", status: int = 400, kind: str = "") -> None:
        super().__init__(message)
        self.http_status = status
        error = {"type": kind or "invalid_request_error", "message": message, "code": code, "param": param}
        self.body = {"error": {name: text for name, text in error.items() if text}}


def _decimals(currency: str) -> int:
    return 2 if currency in _TWO_DECIMALS else exponent(currency)


def minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(_decimals(currency)))


def major(units: int, currency: str) -> Decimal:
    """Return ``units`` as an amount of the currency. Raise ``StripeError`` for an unknown currency."""
    try:
        return Decimal(units).scaleb(-_decimals(currency))
    except ValueError as error:
        raise StripeError(f"Invalid currency: {currency.lower()}.", param="currency") from error


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def is_intent(payment: SimulatedPayment) -> bool:
    """Return whether the payment is a payment intent, which an app pays, and not a Checkout session."""
    return payment.public_id == intent_id(payment)


def intent_id(payment: SimulatedPayment) -> str:
    return f"pi_{payment.suffix}"


def session(payment: SimulatedPayment) -> dict[str, Any]:
    is_paid = payment.state == State.PAID
    total = minor(payment.amount if payment.paid_amount is None else payment.paid_amount, payment.currency)
    return {
        "id": payment.public_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": payment.details.get("cancel_url"),
        "client_reference_id": payment.reference or None,
        "created": _seconds(payment.created_at),
        "currency": payment.currency.lower(),
        "expires_at": _seconds(payment.expires_at),
        "livemode": False,
        "metadata": payment.details.get("metadata", {}),
        "mode": "payment",
        "payment_intent": intent_id(payment) if is_paid else None,
        "payment_method_types": ["card"],
        "payment_status": "paid" if is_paid else "unpaid",
        "presentment_details": None,
        "status": _STATUS[State(payment.state)],
        "success_url": payment.details.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": payment.details.get("url") if payment.state == State.OPEN else None,
    }


def payment_intent(payment: SimulatedPayment) -> dict[str, Any]:
    is_paid = payment.state == State.PAID
    total = minor(payment.amount if payment.paid_amount is None else payment.paid_amount, payment.currency)
    declined = {"code": "card_declined", "decline_code": "generic_decline", "type": "card_error"}
    given_up = "canceled" if payment.state == State.EXPIRED else "requires_payment_method"
    return {
        "id": intent_id(payment),
        "object": "payment_intent",
        "client_secret": f"{intent_id(payment)}_secret_{payment.suffix}",
        "amount": total,
        "amount_received": total if is_paid else 0,
        "created": _seconds(payment.created_at),
        "currency": payment.currency.lower(),
        "last_payment_error": (
            {**declined, "message": "Your card was declined."} if payment.was_declined and not is_paid else None
        ),
        "latest_charge": f"ch_{payment.suffix}" if is_paid else None,
        "livemode": False,
        "metadata": payment.details.get("intent_metadata", {}),
        "status": "succeeded" if is_paid else given_up,
    }


def charge(payment: SimulatedPayment) -> dict[str, Any]:
    given_back = sum((refund.amount for refund in payment.refunds.all()), Decimal(0))
    paid = payment.paid_amount or Decimal(0)
    return {
        "id": f"ch_{payment.suffix}",
        "object": "charge",
        "amount": minor(paid, payment.currency),
        "amount_refunded": minor(given_back, payment.currency),
        "currency": payment.currency.lower(),
        "livemode": False,
        "metadata": payment.details.get("intent_metadata", {}),
        "paid": True,
        "payment_intent": intent_id(payment),
        "refunded": given_back == paid,
        "status": "succeeded",
    }


def refund(given: SimulatedRefund) -> dict[str, Any]:
    return {
        "id": given.public_id,
        "object": "refund",
        "amount": minor(given.amount, given.payment.currency),
        "charge": f"ch_{given.payment.suffix}",
        "created": _seconds(given.created_at),
        "currency": given.payment.currency.lower(),
        "metadata": given.details.get("metadata", {}),
        "payment_intent": intent_id(given.payment),
        "reason": given.details.get("reason"),
        "status": "succeeded",
    }


def _event(kind: str, content: dict[str, Any], *, is_forged: bool = False) -> Message:
    event_id = f"evt_{secrets.token_hex(12)}"
    body = {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": _seconds(timezone.now()),
        "data": {"object": content},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    address = f"{settings.SITE_URL}/api/v1/payments/webhooks/stripe/"
    return Message(kind=kind, address=address, body=json.dumps(body), event_id=event_id, is_forged=is_forged)


def messages_of(payment: SimulatedPayment, choice: Choice) -> list[Message]:
    """Write the events of a card that was charged or declined. A buyer who leaves the page leaves the session open."""
    if choice == Choice.PAY:
        told = [_event("payment_intent.succeeded", payment_intent(payment))]
        return told if is_intent(payment) else [*told, _event("checkout.session.completed", session(payment))]
    return [_declined(payment)] if choice == Choice.DECLINE else []


def _declined(payment: SimulatedPayment) -> Message:
    before = {"status": "requires_payment_method", "amount_received": 0, "latest_charge": None}
    return _event("payment_intent.payment_failed", payment_intent(payment) | before)


def stale_message(payment: SimulatedPayment) -> Message:
    """Write the event of an earlier try with a bad card."""
    return _declined(payment)


def expiry_messages(payment: SimulatedPayment) -> list[Message]:
    if is_intent(payment):
        return [_event("payment_intent.canceled", payment_intent(payment))]
    return [_event("checkout.session.expired", session(payment))]


def refund_messages(given: SimulatedRefund) -> list[Message]:
    return [_event("refund.created", refund(given)), _event("charge.refunded", charge(given.payment))]


def forged_message(payment: SimulatedPayment) -> Message:
    if is_intent(payment):
        claimed = {"status": "succeeded", "amount_received": minor(payment.amount, payment.currency)}
        return _event("payment_intent.succeeded", payment_intent(payment) | claimed, is_forged=True)
    claims = {"status": "complete", "payment_status": "paid", "payment_intent": intent_id(payment)}
    return _event("checkout.session.completed", session(payment) | claims, is_forged=True)


def signature(body: str, *, is_forged: bool) -> dict[str, str]:
    """Return the signature header for a message. A forged message is signed with a random secret.

    Make a new one for each delivery, as Stripe does.
    """
    secret = secrets.token_hex(16) if is_forged else settings.STRIPE_WEBHOOK_SECRET
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret)}
