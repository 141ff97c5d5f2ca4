"""aamarPay: the buyer pays on its page; what became of it tells only its ``trxcheck``.

Nothing that it sends is signed, neither the message from its server nor the form that the buyer's browser brings back,
so both are hints to ask. Its replies come with whatever content type, and errors with status 200.
"""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from django.conf import settings

from payments.gateways.base import (
    TIMEOUT,
    BadMessage,
    Buyer,
    Finding,
    Gateway,
    GatewayDown,
    GatewayFailure,
    GatewayMisconfigured,
    GatewayRefused,
    Incoming,
    News,
    Outcome,
    OutcomeUnknown,
    PaymentNews,
    Started,
    return_address,
)
from payments.gateways.reach import was_never_reached
from payments.models import GatewayEvent, Payment
from payments.states import PaymentMethod, PaymentState
from utils.errors import TooManyRequests
from utils.limits import Limit, spend
from utils.money import display

logger = logging.getLogger(__name__)

# For one payment: whoever knows its number may send any. The reconciler asks without them too.
HINTS = Limit("aamarpay-hints", count=20, seconds=60 * 60)

# A form, JSON or multipart: our number looks the same in each.
_NUMBER = re.compile(rb"\bmer_txnid\W{1,40}([0-9a-f]{24})\b")
_RECEIPT = re.compile(r"[A-Za-z0-9._-]{1,100}")
_ABOUT_CREDENTIALS = re.compile(r"signature.?key|store.?id", re.IGNORECASE)
_LONGEST_MESSAGE = 120
_LONGEST_ADDRESS = 2000
_NONE = ("", "Not-Available", "Not Available", None)

_FINAL = {"3": "The payment page has expired.", "7": "The payment failed."}
_NO_RISK = (*_NONE, "0", 0)


def _holds_no_key(record: logging.LogRecord) -> bool:
    """urllib3 writes each address into its log, and the addresses of ``trxcheck`` hold the key."""
    return "signature_key" not in record.getMessage()


logging.getLogger("urllib3.connectionpool").addFilter(_holds_no_key)


class AamarPay(Gateway):
    method: ClassVar[str] = PaymentMethod.AAMARPAY
    label: ClassVar[str] = "aamarPay"
    currencies: ClassVar[frozenset[str] | None] = frozenset({"BDT"})
    # It does not ring, but it starts nothing for a buyer without one.
    needs_phone: ClassVar[bool] = True

    def is_configured(self) -> bool:
        return bool(settings.AAMARPAY_STORE_ID and settings.AAMARPAY_SIGNATURE_KEY)

    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        order = _order(payment, buyer)
        try:
            reply = _parsed(_call("POST", "/jsonpost.php", json={**_credentials(), **order}))
        except ValueError:
            raise OutcomeUnknown("aamarPay's reply can't be read.") from None
        _raise_refusal(reply, order)
        pay_url = reply["payment_url"]
        if not _is_its_page(pay_url):
            raise OutcomeUnknown("aamarPay named a payment page that is not on its own host.")
        return Started(gateway_id=payment.number, pay_url=pay_url)

    def query(self, payment: Payment) -> Finding:
        asked = {"request_id": payment.number, **_credentials(), "type": "json"}
        try:
            reply = _parsed(_call("GET", "/api/v1/trxcheck/request.php", params=asked))
        except ValueError:
            raise GatewayDown("aamarPay's reply can't be read.") from None
        except OutcomeUnknown as failure:
            raise GatewayDown(failure.detail) from None
        if isinstance(reply, str) and _ABOUT_CREDENTIALS.search(reply):
            raise GatewayMisconfigured("aamarPay does not know our store and key.")
        if not isinstance(reply, dict):
            raise GatewayDown("aamarPay's reply is none.")
        return _finding(payment, reply)

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming | None:
        """Only the number is kept, and only of a payment that may still hear something new."""
        number = number_in(body)
        if not number:
            raise BadMessage
        awaited = Payment.objects.filter(number=number, method=self.method).exclude(state=PaymentState.CAPTURED)
        if not awaited.exists() or not _is_one_of_few(number):
            return None
        event_id = f"{number}:{hashlib.sha256(body).hexdigest()}"
        return Incoming(event_id=event_id, kind="hint", payload={"mer_txnid": number})

    def news_of(self, event: GatewayEvent) -> list[News]:
        payment = Payment.objects.filter(number=event.payload["mer_txnid"], method=self.method).first()
        return [PaymentNews(payment, self.query(payment))] if payment else []


def number_in(body: bytes) -> str:
    """Our number of the payment that a form or a message is about; empty when it names none."""
    found = _NUMBER.search(body)
    return found[1].decode() if found else ""


def _is_one_of_few(number: str) -> bool:
    try:
        spend(HINTS, number)
    except TooManyRequests:
        return False
    return True


def _credentials() -> dict[str, str]:
    return {"store_id": settings.AAMARPAY_STORE_ID, "signature_key": settings.AAMARPAY_SIGNATURE_KEY}


def _order(payment: Payment, buyer: Buyer) -> dict[str, str]:
    return {
        "tran_id": payment.number,
        "amount": display(payment.amount, payment.currency),
        "currency": payment.currency,
        "desc": f"Order {payment.order.number}",
        "cus_name": buyer.name,
        "cus_email": buyer.email,
        "cus_phone": buyer.phone,
        "cus_add1": buyer.street or "-",
        "cus_add2": "-",
        "cus_city": buyer.city or "-",
        "cus_state": buyer.state,
        "cus_postcode": buyer.postal_code,
        "cus_country": buyer.country or "-",
        "success_url": return_address(payment),
        "fail_url": return_address(payment, "failed"),
        "cancel_url": return_address(payment, "cancelled"),
        "type": "json",
    }


def _call(http_method: str, path: str, **request: Any) -> str:
    """The reply's text. Raises ``GatewayDown`` or ``OutcomeUnknown``, without what requests says: it names the address.

    Raised outside of ``except``, so that no report of the failure can follow it to the original.
    """
    failure: GatewayFailure
    try:
        reply = requests.request(
            http_method, f"{settings.AAMARPAY_BASE_URL}{path}", timeout=TIMEOUT, allow_redirects=False, **request
        )
    except requests.RequestException as error:
        if was_never_reached(error):
            failure = GatewayDown("aamarPay was not reached.")
        else:
            failure = OutcomeUnknown(f"aamarPay did not answer: {type(error).__name__}.")
    else:
        if reply.status_code == requests.codes.ok:
            return reply.content.decode(errors="replace")
        failure = OutcomeUnknown(f"aamarPay answered with status {reply.status_code}.")
    raise failure


def _parsed(text: str) -> Any:
    """Numbers are exact. A short text that is no JSON is a message in plain words; raises ``ValueError`` for others."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        words = text.strip()
        if words[:1] not in ("", "<", "{", "[") and len(words) <= _LONGEST_MESSAGE:
            return words
        raise ValueError("No JSON.") from None


def _raise_refusal(reply: Any, order: dict[str, str]) -> None:
    """Nothing when the reply brings a payment page.

    A refusal is ``result`` false with a message, an object of messages by field, or a text about the credentials.
    """
    said = reply if isinstance(reply, dict) else {"message": reply}
    accepted = said.get("result") in (True, "true")
    if accepted and "payment_url" in said:
        return
    words = "; ".join(str(value) for name, value in said.items() if name != "result")
    if _ABOUT_CREDENTIALS.search(words) and not accepted:
        raise GatewayMisconfigured("aamarPay does not know our store and key.")
    if not isinstance(reply, dict) or not reply or accepted or "payment_url" in said:
        raise OutcomeUnknown("aamarPay's reply says neither yes nor no.")
    raise GatewayRefused(
        f"aamarPay: {_quotable(words, order) or ', '.join(sorted(set(said) & set(order))) or 'refused.'}"
    )


def _quotable(words: str, order: dict[str, str]) -> str:
    """The gateway's words, unless they are long, odd, or repeat the key or something of the buyer's."""
    sent = [settings.AAMARPAY_SIGNATURE_KEY, *(value for name, value in order.items() if name.startswith("cus_"))]
    repeats = any(len(value) > 1 and value.lower() in words.lower() for value in sent)
    return words if len(words) <= _LONGEST_MESSAGE and words.isprintable() and not repeats else ""


def _is_its_page(address: Any) -> bool:
    """On the configured host exactly, and with plain http only where we ourselves talk to it so, as in tests."""
    if not isinstance(address, str) or len(address) > _LONGEST_ADDRESS or not re.fullmatch(r"[!-\[\]-~]+", address):
        return False
    base = urlsplit(settings.AAMARPAY_BASE_URL)
    return address.startswith(f"{base.scheme}://{base.netloc}/") and base.scheme in ("https", "http")


def _finding(payment: Payment, reply: dict[str, Any]) -> Finding:
    code = str(reply.get("status_code"))
    if code == "2":
        return _paid(payment, reply)
    if not _is_about(payment, reply):
        return Finding(Outcome.UNKNOWN)
    if code in _FINAL:
        return Finding(Outcome.FAILED, gateway_id=payment.number, reason=_FINAL[code])
    if code != "0":
        logger.warning("aamarPay answers a status code that is not known, for payment %s.", payment.pk)
        return Finding(Outcome.UNKNOWN, gateway_id=payment.number)
    return Finding(Outcome.OPEN, gateway_id=payment.number)


def _is_about(payment: Payment, reply: dict[str, Any]) -> bool:
    return reply.get("mer_txnid") == payment.number and reply.get("store_id") == settings.AAMARPAY_STORE_ID


def _paid(payment: Payment, reply: dict[str, Any]) -> Finding:
    """Without its receipt or its amount a reply is not finished: it is asked for again."""
    receipt = reply.get("pg_txnid")
    if receipt in _NONE or reply.get("amount") in _NONE:
        return Finding(Outcome.OPEN)
    named = isinstance(receipt, str) and _RECEIPT.fullmatch(receipt) is not None
    return Finding(
        Outcome.PAID,
        amount=_amount(reply.get("amount")),
        currency=payment.currency if reply.get("currency") == payment.currency else "",
        receipt=str(receipt) if named else "",
        gateway_id=payment.number,
        mismatch=_mismatch(payment, reply, named=named),
        risk="" if reply.get("risk_level") in _NO_RISK else "aamarPay rates the payment as a risk.",
    )


def _amount(value: Any) -> Decimal | None:
    return Decimal(str(value)) if re.fullmatch(r"\d{1,15}(\.\d{1,6})?", str(value), re.ASCII) else None


def _mismatch(payment: Payment, reply: dict[str, Any], *, named: bool) -> str:
    """What is wrong with a reply that says paid, by the names of its fields."""
    right = {
        "pay_status": str(reply.get("pay_status")).lower() == "successful",
        "mer_txnid": reply.get("mer_txnid") == payment.number,
        "store_id": reply.get("store_id") == settings.AAMARPAY_STORE_ID,
        "amount": _amount(reply.get("amount")) == payment.amount,
        "currency": reply.get("currency") == payment.currency,
        "currency_merchant": reply.get("currency_merchant") in (*_NONE, payment.currency),
        "pg_txnid": named,
    }
    wrong = [name for name, is_right in right.items() if not is_right]
    if not wrong:
        return ""
    asked, got = display(payment.amount, payment.currency), _amount(reply.get("amount"))
    return f"aamarPay says paid, but {', '.join(wrong)} are not as they must be. Asked for {asked}, it says {got}."
