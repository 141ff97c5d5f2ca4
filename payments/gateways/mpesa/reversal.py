"""Refund M-Pesa payments by a reversal of the payer's transaction.

Safaricom takes the request and posts the result later, unsigned, to a URL that only it was told. A request has no id of
the shop's, so one that may have arrived is never sent again. The shop can't ask for its result either: if none comes,
staff look it up in Safaricom's portal.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any

from django.conf import settings

from payments.gateways.errors import BadMessage, GatewayRefused
from payments.gateways.messages import AlertMessage, Incoming, Message, RefundMessage
from payments.gateways.mpesa.api import call
from payments.gateways.mpesa.callbacks import PAID, amount, below, plain, receipt, result_code
from payments.gateways.results import Outcome, RefundResult
from payments.models import GatewayEvent, Refund
from payments.states import AlertKind, RefundState

# Only whole shillings are reversed.
STEP = Decimal(1)
_PATH = "/mpesa/reversal/v1/request"
# Daraja's code for a receiver that is the organisation of a shortcode.
_ORGANISATION = "11"


def is_configured() -> bool:
    """Return whether there are an initiator and its credential."""
    return bool(settings.MPESA_INITIATOR and settings.MPESA_SECURITY_CREDENTIAL)


def request(refund: Refund, *, token: str) -> RefundResult:
    """Ask M-Pesa for the reversal; the answer says only that the request was taken, so the result is ``OPEN``.

    Raise ``GatewayRefused`` when the refund can't be made, ``GatewayDown``, ``OutcomeUnknown`` or
    ``GatewayMisconfigured`` in the same cases as ``Gateway.start``.
    """
    if refund.amount % STEP:
        raise GatewayRefused("M-Pesa refunds whole shillings only.")
    if not refund.payment.reference:
        raise GatewayRefused("The payer's receipt is not known: reverse it in Safaricom's portal.")
    reply = call(_PATH, _order(refund, token))
    if not reply.is_accepted:
        raise reply.failure
    return RefundResult(Outcome.OPEN)


def _order(refund: Refund, token: str) -> dict[str, Any]:
    address = f"{settings.SITE_URL}/api/v1/payments/cb/{token}"
    return {
        "Initiator": settings.MPESA_INITIATOR,
        "SecurityCredential": settings.MPESA_SECURITY_CREDENTIAL,
        "CommandID": "TransactionReversal",
        "TransactionID": refund.payment.reference,
        "Amount": int(refund.amount),
        "ReceiverParty": settings.MPESA_SHORTCODE,
        "RecieverIdentifierType": _ORGANISATION,
        "ResultURL": f"{address}/",
        # A request that waited too long may still be carried out. So this URL leads nowhere: it tells no result.
        "QueueTimeOutURL": f"{address}-late/",
        "Remarks": f"Refund {refund.number}",
    }


def incoming_from(refund: Refund, message: Any) -> Incoming:
    """Read M-Pesa's message about the result of ``refund``.

    The same message, sent again, has the same ``event_id``. Raise ``BadMessage`` when the message can't be read.
    """
    result = below(message, "Result")
    payload: dict[str, Any] = {
        "refund": refund.pk,
        "code": result_code(result.get("ResultCode")),
        "text": plain(result.get("ResultDesc")),
    }
    if payload["code"] == PAID:
        told = _parameters(result)
        payload["receipt"] = receipt(result.get("TransactionID"))
        payload["of"] = receipt(told["OriginalTransactionID"]) if "OriginalTransactionID" in told else ""
        payload["amount"] = amount(told["Amount"]) if "Amount" in told else ""
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return Incoming(event_id=f"refund:{refund.pk}:{digest}", kind=f"reversal {payload['code']}", payload=payload)


def _parameters(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result's parameters by name. A single one comes without a list around it, and there may be none."""
    found = result.get("ResultParameters")
    rows = found.get("ResultParameter") if isinstance(found, dict) else []
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list):
        raise BadMessage
    named = [row for row in rows if isinstance(row, dict) and isinstance(row.get("Key"), str)]
    return {row["Key"]: row["Value"] for row in named if row.get("Value") not in (None, "")}


def message_of(event: GatewayEvent) -> Message:
    """Return what a reversal's result means for its refund."""
    told = event.payload
    refund = Refund.objects.select_related("payment").get(pk=told["refund"])
    if contradiction := _contradiction(refund, told):
        detail = f"A result for refund {refund.number} {contradiction}"
        return AlertMessage(AlertKind.REFUND_CONTRADICTED, key=event.event_id, detail=detail, payment=refund.payment)
    if told["code"] == PAID:
        return RefundMessage(RefundResult(Outcome.PAID, gateway_id=told["receipt"]), refund=refund)
    reason = f"{told['text'] or 'M-Pesa said no'} ({told['code']})"
    return RefundMessage(RefundResult(Outcome.FAILED, reason=reason), refund=refund)


def _contradiction(refund: Refund, told: dict[str, Any]) -> str:
    """Return how a reversal's result contradicts the shop's record of the refund, or an empty text when it does not.

    A reversal is M-Pesa's way to refund. ``told`` is its result as ``incoming_from`` stored it. A result contradicts
    the record when it reports a failure after a success (a reversal is final, so no failure follows a success), or a
    receipt that was counted for another refund, or another payment or amount than the refund's. The returned text
    completes the sentence "A result for refund ...".
    """
    if told["code"] != PAID:
        return "says that it failed, which had succeeded." if refund.state == RefundState.SUCCEEDED else ""
    others = Refund.objects.filter(payment__method=refund.payment.method, gateway_id=told["receipt"])
    if others.exclude(pk=refund.pk).exists():
        return "names a reversal that was counted for another refund."
    if told["of"] not in {"", refund.payment.reference}:
        return "names another payment than the one that was given back."
    if told["amount"] and Decimal(told["amount"]) != refund.amount:
        return "names another amount than was given back."
    return ""
