"""Read what M-Pesa posts to a payment's callback URL, and keep only what is needed. No phone number is kept."""

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

from payments.gateways.errors import BadMessage
from payments.gateways.messages import Incoming
from payments.models import Payment

_ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
_RECEIPT = re.compile(r"[A-Za-z0-9]{4,32}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
_LONG_NUMBER = re.compile(r"\+?[0-9*]{6,}")
_LONGEST_TEXT = 200

PAID = "0"


def incoming_from(payment: Payment, message: Any) -> Incoming:
    """Read a callback about a payment; the same one, sent again, has the same ``event_id``.

    Raise ``BadMessage`` when it can't be read.
    """
    callback = below(below(message, "Body"), "stkCallback")
    payload = {
        "payment": payment.pk,
        "checkout_id": _matching(_ID, callback.get("CheckoutRequestID")),
        "merchant_id": _matching(_ID, callback.get("MerchantRequestID")),
        "code": result_code(callback.get("ResultCode")),
        "text": plain(callback.get("ResultDesc")),
    }
    if payload["code"] == PAID:
        items = _items(callback)
        payload["amount"] = amount(items.get("Amount"))
        payload["receipt"] = receipt(items.get("MpesaReceiptNumber"))
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return Incoming(event_id=f"{payment.pk}:{digest}", kind=f"stk {payload['code']}", payload=payload)


def result_code(value: Any) -> str:
    """Return a result code, which may be a number or a text such as ``SFC_IC0003``.

    Raise ``BadMessage`` when ``value`` is no such code.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadMessage
    return _matching(_CODE, str(value))


def plain(text: Any) -> str:
    """Return M-Pesa's text without anything that may be a phone number."""
    words = "".join(character for character in str(text or "") if character.isprintable())
    return _LONG_NUMBER.sub("***", words)[:_LONGEST_TEXT]


def receipt(value: Any) -> str:
    """Return ``value`` if it is a receipt number of M-Pesa's; raise ``BadMessage`` if not."""
    return _matching(_RECEIPT, value)


def below(value: Any, name: str) -> dict[str, Any]:
    """Return the object of that name inside ``value``. Raise ``BadMessage`` when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise BadMessage
    return found


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadMessage
    return value


def _items(callback: dict[str, Any]) -> dict[str, Any]:
    """Return the callback's items by name: their order is not fixed, and ``Balance`` often comes without a value."""
    items = below(callback, "CallbackMetadata").get("Item")
    if not isinstance(items, list):
        raise BadMessage
    named = [item for item in items if isinstance(item, dict) and isinstance(item.get("Name"), str)]
    return {item["Name"]: item.get("Value") for item in named}


def amount(value: Any) -> str:
    """Return an amount as exact decimal text, with 1235.00 as 1235; ``value`` is a number or text.

    Raise ``BadMessage`` when ``value`` is no amount.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadMessage
    return format(Decimal(_matching(_AMOUNT, str(value))).normalize(), "f")
