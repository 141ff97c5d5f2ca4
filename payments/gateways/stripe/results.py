"""Translate what Stripe's sessions, payment intents and refunds say."""

from collections.abc import Mapping
from typing import Any

from payments.gateways.results import Outcome, RefundResult, Result
from payments.gateways.stripe.amounts import from_units

_PAID = frozenset({"paid", "no_payment_required"})
# The states of a payment intent that the buyer confirmed and the bank did not pay.
_BROKEN = frozenset({"requires_payment_method", "canceled"})
_REFUND_OUTCOMES = {"succeeded": Outcome.PAID, "failed": Outcome.FAILED, "canceled": Outcome.FAILED}


def result_of(session: Mapping[str, Any]) -> Result:
    """Return the result of a session; its payment intent may be only an id. Raise ``LookupError`` for anything else."""
    intent = session.get("payment_intent") or ""
    intent_id = intent if isinstance(intent, str) else intent["id"]
    if session["payment_status"] in _PAID:
        currency = session["currency"].upper()
        return Result(
            Outcome.PAID,
            amount=from_units(session["amount_total"], currency),
            currency=currency,
            receipt=intent_id or session["id"],
            gateway_id=session["id"],
        )
    if session["status"] == "expired":
        return Result(Outcome.FAILED, gateway_id=session["id"], reason="The payment page was closed unpaid.")
    if session["status"] == "complete" and _is_broken(intent):
        return Result(Outcome.FAILED, gateway_id=session["id"], reason="The bank did not pay.")
    return Result(Outcome.OPEN, gateway_id=session["id"], is_processing=session["status"] == "complete")


def result_of_intent(intent: Mapping[str, Any]) -> Result:
    """Translate the payment intent of a payment in an app into a ``Result``.

    After a declined card the result is still ``OPEN``: the buyer may try another card. Raise ``LookupError`` when the
    object lacks a needed key.
    """
    name, status = intent["id"], intent["status"]
    if status == "succeeded":
        currency = intent["currency"].upper()
        amount = from_units(intent["amount_received"], currency)
        return Result(Outcome.PAID, amount=amount, currency=currency, receipt=name, gateway_id=name)
    if status == "canceled":
        return Result(Outcome.FAILED, gateway_id=name, reason="The payment was given up.")
    return Result(Outcome.OPEN, gateway_id=name, is_processing=status == "processing")


def text(value: Any) -> str:
    """Return ``value`` if it is a text. Raise ``TypeError`` otherwise."""
    if not isinstance(value, str):
        raise TypeError("Not a text.")
    return value


def _is_broken(intent: Any) -> bool:
    return isinstance(intent, Mapping) and intent["status"] in _BROKEN


def refund_result_of(refund: Mapping[str, Any]) -> RefundResult:
    """Translate Stripe's refund object into a ``RefundResult``. Raise ``LookupError`` if it lacks an id or status."""
    outcome = _REFUND_OUTCOMES.get(refund["status"], Outcome.OPEN)
    return RefundResult(outcome, gateway_id=refund["id"], reason=refund.get("failure_reason") or "")
