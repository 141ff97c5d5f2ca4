"""Serve Daraja under /simulator/mpesa/."""

import base64
import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from payments.simulator import selectors, services
from payments.simulator.models import Side, State
from payments.simulator.shapes import mpesa
from payments.simulator.views.answers import SimulatedAnswer

_TOKEN, _TOKEN_LASTS = "simulator:mpesa:token", 3600
# A real prompt closes after one minute; people who look around need longer.
_PROMPT_LASTS = timedelta(minutes=3)


def oauth(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    """Issue a new token; the one before becomes invalid."""
    credentials = f"{settings.MPESA_CONSUMER_KEY}:{settings.MPESA_CONSUMER_SECRET}".encode()
    if request.headers.get("Authorization") != f"Basic {base64.b64encode(credentials).decode()}":
        return SimulatedAnswer(mpesa.error("400.008.01", "Invalid Authentication passed"), 400)
    if sent.get("grant_type") != "client_credentials":
        return SimulatedAnswer(mpesa.error("400.008.02", "Invalid grant type passed"), 400)
    token = secrets.token_urlsafe(20)
    cache.set(_TOKEN, token, _TOKEN_LASTS)
    return SimulatedAnswer({"access_token": token, "expires_in": str(_TOKEN_LASTS - 1)})


def _refusal_of_token(request: HttpRequest) -> SimulatedAnswer | None:
    token = cache.get(_TOKEN)
    if not token or request.headers.get("Authorization") != f"Bearer {token}":
        return SimulatedAnswer(mpesa.error("404.001.03", "Invalid Access Token"), 404)
    return None


def _refusal(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer | None:
    if (refusal := _refusal_of_token(request)) is not None:
        return refusal
    if str(sent.get("BusinessShortCode")) != settings.MPESA_SHORTCODE:
        return SimulatedAnswer(mpesa.error("500.001.1001", "Merchant does not exist"), 500)
    if not mpesa.password_fits(sent):
        return SimulatedAnswer(mpesa.error("500.001.1001", "Wrong credentials"), 500)
    return None


def push(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    if (refusal := _refusal(request, sent)) is not None:
        return refusal
    if fault := mpesa.push_fault(sent):
        return SimulatedAnswer(mpesa.bad_field(fault), 400)
    payment = services.payment_open(
        side=Side.MPESA,
        public_id=f"ws_CO_{secrets.randbelow(10**24):024}",
        reference=sent["AccountReference"],
        amount=Decimal(sent["Amount"]),
        currency="KES",
        lasts=_PROMPT_LASTS,
        details={"CallBackURL": sent["CallBackURL"], "TransactionDesc": sent.get("TransactionDesc", "")},
    )
    return SimulatedAnswer(mpesa.accepted(payment), payment=payment)


def query(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    """Answer a query. A prompt without an answer yet, and an unknown attempt, get the same error."""
    if (refusal := _refusal(request, sent)) is not None:
        return refusal
    payment = selectors.payment_named(Side.MPESA, str(sent.get("CheckoutRequestID")))
    if payment is None or payment.state == State.OPEN:
        return SimulatedAnswer(mpesa.error("500.001.1001", "The transaction is being processed"), 500, payment)
    return SimulatedAnswer(mpesa.query_result(payment), payment=payment)


def reverse(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    """Accept a reversal at once; a message brings its result afterwards."""
    if (refusal := _refusal_of_token(request)) is not None:
        return refusal
    initiator = settings.MPESA_INITIATOR, settings.MPESA_SECURITY_CREDENTIAL
    if (sent.get("Initiator"), sent.get("SecurityCredential")) != initiator:
        return SimulatedAnswer(mpesa.error("500.001.1001", "Wrong credentials"), 500)
    if fault := mpesa.reversal_fault(sent):
        return SimulatedAnswer(mpesa.bad_field(fault), 400)
    payment = selectors.payment_of_receipt(sent["TransactionID"])
    if payment is None or sent["ReceiverParty"] != settings.MPESA_SHORTCODE:
        return SimulatedAnswer(mpesa.bad_field("TransactionID" if payment is None else "ReceiverParty"), 400)
    details = {"ResultURL": sent["ResultURL"], "Remarks": sent["Remarks"]}
    try:
        refund = services.refund_make(payment_id=payment.pk, amount=Decimal(sent["Amount"]), details=details)
    except services.TooMuch:
        return SimulatedAnswer(mpesa.bad_field("Amount"), 400, payment)
    return SimulatedAnswer(mpesa.reversal_accepted(refund), payment=payment)
