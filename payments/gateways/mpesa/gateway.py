"""Collect by M-Pesa: a prompt on the payer's phone (Daraja's STK push).

Its callbacks are not signed. They come to a URL that only Safaricom was told. A success counts once Daraja confirms it
to a query with the shop's own credentials. That answer names neither the amount nor the receipt that the payer reads.
The amount is the prompt's, because the payer can't change it. The ledger's receipt is the request's own id, whichever
message comes first. The payer's receipt becomes the payment's reference.
"""

import base64
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Max
from django.utils.timezone import now

from payments.gateways.base import Buyer, Gateway
from payments.gateways.errors import (
    BadMessage,
    GatewayDown,
    GatewayMisconfigured,
    GatewayRefused,
    OutcomeUnknown,
    PromptOpen,
)
from payments.gateways.messages import AlertMessage, Incoming, Message, PaymentMessage
from payments.gateways.mpesa import by_hand, callbacks, reversal
from payments.gateways.mpesa.api import Reply, call
from payments.gateways.results import Outcome, RefundResult, Result, Started
from payments.models import GatewayEvent, Payment, Refund
from payments.states import AlertKind, PaymentMethod
from utils.phones import kenyan_mobile

_PUSH = "/mpesa/stkpush/v1/processrequest"
_QUERY = "/mpesa/stkpushquery/v1/query"

_MOST = Decimal(250_000)
_CHECKOUT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
# Words that callback URLs must not hold; the portal says so of pay-bill callbacks, "or variants of it".
_FORBIDDEN = re.compile(r"m-?pesa|safaricom|exe|cmd|sql|query", re.IGNORECASE)
_EAST_AFRICA = timezone(timedelta(hours=3))
# For this time Safaricom refuses the same amount from the same phone, and the earlier prompt may still be answered.
_BETWEEN_PROMPTS = timedelta(minutes=2)
# The result code of a query while M-Pesa is still at work. Any other code but success is a final failure.
_AT_WORK = "4999"


class Mpesa(Gateway):
    """Collect by M-Pesa, in whole Kenyan shillings."""

    method: ClassVar[str] = PaymentMethod.MPESA
    label: ClassVar[str] = "M-Pesa"
    currencies: ClassVar[frozenset[str] | None] = frozenset({"KES"})
    needs_phone: ClassVar[bool] = True
    prompt_lasts: ClassVar[timedelta | None] = _BETWEEN_PROMPTS
    refunds_can_be_queried: ClassVar[bool] = False

    def is_configured(self) -> bool:
        names = ("CONSUMER_KEY", "CONSUMER_SECRET", "SHORTCODE", "PASSKEY")
        return all(getattr(settings, f"MPESA_{name}") for name in names)

    def refusal_of(self, *, amount: Decimal, currency: str) -> str:
        if refusal := super().refusal_of(amount=amount, currency=currency):
            return refusal
        if amount != amount.to_integral_value():
            return "M-Pesa takes whole shillings only."
        return "" if 1 <= amount <= _MOST else f"M-Pesa takes from 1 to {_MOST:,} shillings."

    def refusal_of_phone(self, phone: str) -> str:
        return "" if kenyan_mobile(phone) else "This is not the number of a mobile phone in Kenya."

    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        msisdn = kenyan_mobile(buyer.phone)
        if not msisdn:
            raise GatewayRefused(self.refusal_of_phone(buyer.phone))
        if seconds := _prompt_is_open_for(payment):
            raise PromptOpen("The prompt of an earlier attempt may still be open on a phone.", retry_after=seconds)
        reply = call(_PUSH, {**_signature(), **_order(payment, msisdn=msisdn, callback=callback)})
        checkout_id = reply.body.get("CheckoutRequestID")
        if not reply.is_accepted:
            raise reply.failure
        if not isinstance(checkout_id, str) or not _CHECKOUT_ID.fullmatch(checkout_id):
            raise OutcomeUnknown("M-Pesa accepted the request without naming it.")
        return Started(gateway_id=checkout_id, payer=f"{msisdn[:4]}*****{msisdn[-3:]}")

    def query(self, payment: Payment) -> Result:
        """Ask for the result of the prompt on the payer's phone.

        Return ``UNKNOWN`` when the push was not answered, so that its id is not known: then only a callback brings the
        result.
        """
        if not payment.gateway_id:
            return Result(Outcome.UNKNOWN)
        return _ask(payment, checkout_id=payment.gateway_id)

    def refunds(self, payment: Payment) -> bool:
        """Return whether the payment can be reversed: there is an initiator, and the payer's receipt is known.

        The receipt comes with the callback only, so it stays unknown when no callback came.
        """
        return reversal.is_configured() and bool(payment.reference)

    def refund_step(self, currency: str) -> Decimal:
        return reversal.STEP

    def refund(self, refund: Refund, *, token: str) -> RefundResult:
        return reversal.request(refund, token=token)

    def query_refund(self, refund: Refund) -> RefundResult:
        """Return ``OPEN`` for a refund that was sent with a callback URL, ``UNKNOWN`` otherwise.

        M-Pesa can't be asked: only its message to that URL brings the result.
        """
        return RefundResult(Outcome.OPEN if refund.token_hash else Outcome.UNKNOWN)

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming:
        """Refuse every message: anybody knows this URL, and nothing is signed. Messages come to a payment's own URL."""
        raise BadMessage

    def receive_for(self, payment: Payment, message: Any) -> Incoming:
        return callbacks.incoming_from(payment, message)

    def receive_for_refund(self, refund: Refund, message: Any) -> Incoming:
        return reversal.incoming_from(refund, message)

    def messages_of(self, event: GatewayEvent) -> list[Message]:
        if "refund" in event.payload:
            return [reversal.message_of(event)]
        if "by_hand" in event.payload:
            return by_hand.messages_of(event, query=self.query)
        return self._messages_of_payment(event)

    def _messages_of_payment(self, event: GatewayEvent) -> list[Message]:
        told = event.payload
        payment = Payment.objects.get(pk=told["payment"])
        checkout_id = told["checkout_id"]
        if alert := _contradiction(payment, checkout_id, event):
            return [alert]
        if told["code"] != callbacks.PAID:
            reason = told["text"] or f"M-Pesa result {told['code']}"
            return [PaymentMessage(payment, Result(Outcome.FAILED, gateway_id=checkout_id, reason=reason))]
        said = _ask(payment, checkout_id=checkout_id, merchant_id=told["merchant_id"])
        if said.outcome != Outcome.PAID:
            raise GatewayDown("M-Pesa does not confirm this success, or not yet.")
        return [PaymentMessage(payment, replace(said, amount=Decimal(told["amount"]), reference=told["receipt"]))]


def forbidden_word(address: str) -> str:
    """Return a word in ``address`` that Safaricom refuses in callback URLs; empty when there is none."""
    found = _FORBIDDEN.search(address)
    return found[0] if found else ""


def _prompt_is_open_for(payment: Payment) -> int:
    """Return for how many seconds an undecided prompt of the order's other attempts may stay open; 0 for none."""
    others = Payment.objects.filter(order=payment.order_id, method=payment.method).exclude(pk=payment.pk)
    undecided = others.filter(started_at__gt=now() - _BETWEEN_PROMPTS, next_check_at__isnull=False)
    last = undecided.aggregate(at=Max("started_at"))["at"]
    return max(math.ceil((last + _BETWEEN_PROMPTS - now()).total_seconds()), 1) if last else 0


def _signature() -> dict[str, str]:
    timestamp = now().astimezone(_EAST_AFRICA).strftime("%Y%m%d%H%M%S")
    password = f"{settings.MPESA_SHORTCODE}{settings.MPESA_PASSKEY}{timestamp}"
    return {
        "BusinessShortCode": settings.MPESA_SHORTCODE,
        "Password": base64.b64encode(password.encode()).decode(),
        "Timestamp": timestamp,
    }


def _order(payment: Payment, *, msisdn: str, callback: str) -> dict[str, Any]:
    return {
        "TransactionType": "CustomerPayBillOnline",
        "Amount": int(payment.amount),
        "PartyA": msisdn,
        "PartyB": settings.MPESA_SHORTCODE,
        "PhoneNumber": msisdn,
        "CallBackURL": callback,
        "AccountReference": by_hand.account_reference(payment.order.number),
        "TransactionDesc": "Order payment",
    }


def _contradiction(payment: Payment, checkout_id: str, event: GatewayEvent) -> AlertMessage | None:
    """Return an alert for a callback at the right URL about another request than ours, or ``None``."""
    others = Payment.objects.filter(method=payment.method, gateway_id=checkout_id).exclude(pk=payment.pk)
    if payment.gateway_id in {"", checkout_id} and not others.exists():
        return None
    detail = f"A callback for payment {payment.number} names another request than ours."
    return AlertMessage(kind=AlertKind.UNKNOWN_PAYMENT, key=event.event_id, detail=detail, payment=payment)


def _ask(payment: Payment, *, checkout_id: str, merchant_id: str = "") -> Result:
    """Ask Daraja, the API of M-Pesa, what became of the prompt for a payment, and return the result.

    A prompt is the question on the buyer's phone whether to pay. Daraja gave it two ids: ``checkout_id``, and
    ``merchant_id``, which may be left empty. The outcome is ``OPEN`` until the buyer has answered the prompt. It is
    ``UNKNOWN`` when Daraja refuses the query or reports another merchant id.

    Raise ``GatewayDown`` when Daraja is not reached, gives no answer, is busy, or answers with something else than the
    result of this prompt. Raise ``GatewayMisconfigured`` when it does not accept the shop's settings.
    """
    try:
        reply = call(_QUERY, {**_signature(), "CheckoutRequestID": checkout_id})
    except OutcomeUnknown as failure:
        raise GatewayDown(failure.detail) from None
    if reply.is_in_process:
        return Result(Outcome.OPEN)
    if not reply.is_accepted:
        return _not_told(reply)
    if reply.body.get("CheckoutRequestID") != checkout_id:
        raise GatewayDown("M-Pesa tells of another request than asked for.")
    if merchant_id and reply.body.get("MerchantRequestID") != merchant_id:
        return Result(Outcome.UNKNOWN)
    return _result(payment, reply, checkout_id)


def _not_told(reply: Reply) -> Result:
    """Return a result with the outcome ``UNKNOWN`` for a query that Daraja, the API of M-Pesa, refused to answer.

    ``reply`` is Daraja's answer. Raise ``GatewayMisconfigured`` when it says that the shop's settings are wrong, and
    ``GatewayDown`` when it says that Daraja is busy or can't be read.
    """
    failure = reply.failure
    if isinstance(failure, GatewayMisconfigured):
        raise failure
    if isinstance(failure, GatewayRefused):
        return Result(Outcome.UNKNOWN, reason=failure.detail)
    raise GatewayDown(failure.detail)


def _result(payment: Payment, reply: Reply, checkout_id: str) -> Result:
    try:
        code = callbacks.result_code(reply.body.get("ResultCode"))
    except BadMessage:
        raise GatewayDown("M-Pesa's answer holds no result.") from None
    if code == _AT_WORK:
        return Result(Outcome.OPEN)
    if code != callbacks.PAID:
        reason = callbacks.plain(reply.body.get("ResultDesc")) or f"M-Pesa result {code}"
        return Result(Outcome.FAILED, gateway_id=checkout_id, reason=reason)
    return Result(
        Outcome.PAID, amount=payment.amount, currency=payment.currency, receipt=checkout_id, gateway_id=checkout_id
    )
