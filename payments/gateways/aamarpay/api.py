"""Call aamarPay and read its replies, which have any content type and report errors with status 200."""

import json
import logging
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from payments.gateways.base import TIMEOUT
from payments.gateways.errors import GatewayDown, GatewayFailure, GatewayMisconfigured, GatewayRefused, OutcomeUnknown
from payments.gateways.reach import was_never_reached

_ABOUT_CREDENTIALS = re.compile(r"signature.?key|store.?id", re.IGNORECASE)
_LONGEST_MESSAGE = 120
_LONGEST_ADDRESS = 2000


def _holds_no_key(record: logging.LogRecord) -> bool:
    """Return whether a log record is free of the key: urllib3 logs each URL, and those of ``trxcheck`` hold the key."""
    return "signature_key" not in record.getMessage()


logging.getLogger("urllib3.connectionpool").addFilter(_holds_no_key)


def page_opened(order: dict[str, str]) -> str:
    """Ask for a payment page for ``order`` and return its URL.

    Raise ``GatewayRefused`` when aamarPay refuses the order, ``GatewayDown`` when it was not reached,
    ``GatewayMisconfigured`` when it refuses the shop's credentials, and ``OutcomeUnknown`` when its answer is missing
    or can't be read.
    """
    try:
        reply = _parsed(_call("POST", "/jsonpost.php", json={**_credentials(), **order}))
    except ValueError:
        raise OutcomeUnknown("aamarPay's reply can't be read.") from None
    _raise_refusal(reply, order)
    pay_url = reply["payment_url"]
    if not _is_its_page(pay_url):
        raise OutcomeUnknown("aamarPay named a payment page that is not on its own host.")
    return pay_url


def transaction_asked(number: str) -> dict[str, Any]:
    """Ask aamarPay about the payment with this number through its query ``trxcheck``, and return the reply.

    Raise ``GatewayDown`` when aamarPay is not reached, gives no answer, or gives one that can't be read. Raise
    ``GatewayMisconfigured`` when it does not know the shop's credentials.
    """
    asked = {"request_id": number, **_credentials(), "type": "json"}
    try:
        reply = _parsed(_call("GET", "/api/v1/trxcheck/request.php", params=asked))
    except ValueError:
        raise GatewayDown("aamarPay's reply can't be read.") from None
    except OutcomeUnknown as failure:
        raise GatewayDown(failure.detail) from None
    if isinstance(reply, str) and _ABOUT_CREDENTIALS.search(reply):
        raise GatewayMisconfigured("aamarPay does not know our store and key.")
    if not isinstance(reply, dict):
        raise GatewayDown("aamarPay's reply is not an object.")
    return reply


def _credentials() -> dict[str, str]:
    return {"store_id": settings.AAMARPAY_STORE_ID, "signature_key": settings.AAMARPAY_SIGNATURE_KEY}


def _call(http_method: str, path: str, **request: Any) -> str:
    """Send a request and return the reply's text.

    Raise ``GatewayDown`` when aamarPay was not reached, and ``OutcomeUnknown`` when it gave no answer or one with
    another status than 200. The exception does not quote the error of ``requests``, which names the URL and so the key.
    It is raised outside of ``except``, so that it is not linked to that error.
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
    """Parse JSON, with exact numbers. Return a short text that is not JSON as it is.

    Raise ``ValueError`` for any other text that is not JSON.
    """
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        words = text.strip()
        if words[:1] not in ("", "<", "{", "[") and len(words) <= _LONGEST_MESSAGE:
            return words
        raise ValueError("No JSON.") from None


def _raise_refusal(reply: Any, order: dict[str, str]) -> None:
    """Raise the exception for a reply without a payment page.

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
    """Return the gateway's words, unless they are long or odd, or repeat the key or the buyer's data."""
    sent = [settings.AAMARPAY_SIGNATURE_KEY, *(value for name, value in order.items() if name.startswith("cus_"))]
    repeats = any(len(value) > 1 and value.lower() in words.lower() for value in sent)
    return words if len(words) <= _LONGEST_MESSAGE and words.isprintable() and not repeats else ""


def _is_its_page(address: Any) -> bool:
    """Return whether the URL is on the configured host exactly.

    Plain http is accepted only where the shop itself talks to that host by http, as in tests.
    """
    if not isinstance(address, str) or len(address) > _LONGEST_ADDRESS or not re.fullmatch(r"[!-\[\]-~]+", address):
        return False
    base = urlsplit(settings.AAMARPAY_BASE_URL)
    return address.startswith(f"{base.scheme}://{base.netloc}/") and base.scheme in ("https", "http")
