"""Read what the shop sends to Stripe out of a form, and check it as strictly as a shop needs it."""

import re
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from payments.simulator.shapes.stripe import StripeError, major

_SESSION = {
    "adaptive_pricing",
    "allowed_payment_method_types",
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "submit_type",
    "success_url",
    "ui_mode",
}
_INTENT = {"amount", "automatic_payment_methods", "currency", "expand", "metadata"}
_REFUND = {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}
_MOST = 99_999_999
_REASONS = {"duplicate", "fraudulent", "requested_by_customer"}
_SHORTEST, _LONGEST = timedelta(minutes=30), timedelta(hours=24)
# Seconds for clocks that differ, and for the request's way.
_SLACK = 60


def nested(form: QueryDict) -> dict[str, Any]:
    """Read ``a[b][0][c]=1`` as ``{"a": {"b": {"0": {"c": "1"}}}}``; lists keep their indices as keys."""
    found: dict[str, Any] = {}
    for name, values in form.lists():
        *way, last = re.findall(r"[^\[\]]+", name) or [name]
        place = found
        for part in way:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise StripeError("Invalid object", param=name)
        place[last] = values[-1]
    return found


def part(sent: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object or list that a form holds under ``name``, as a dict; a list has its indices as keys.

    ``sent`` is the form as ``nested`` returns it. Return an empty dict when the value is missing or is a plain text.
    """
    found = sent.get(name)
    return found if isinstance(found, dict) else {}


def _known(sent: dict[str, Any], known: set[str]) -> None:
    if "payment_method_types" in sent:
        message = "The parameter payment_method_types is no longer supported."
        raise StripeError(message, code="payment_method_types_no_longer_supported", param="payment_method_types")
    for name in sent:
        if name not in known:
            raise StripeError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def _needed(sent: dict[str, Any], name: str) -> Any:
    value: Any = sent
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not value:
        raise StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return value


def whole(text: Any, param: str) -> int:
    if not re.fullmatch(r"\d{1,12}", str(text)):
        raise StripeError(f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
    return int(text)


def session_params(sent: dict[str, Any]) -> tuple[Decimal, str, timedelta]:
    """Return a session's total, its currency and how long its page is open.

    Raise ``StripeError`` for parameters that Stripe would refuse.
    """
    _known(sent, _SESSION)
    if _needed(sent, "mode") != "payment":
        raise StripeError("Invalid mode: must be payment here.", param="mode")
    _needed(sent, "success_url")
    _needed(sent, "line_items")
    items = list(part(sent, "line_items").values())
    total = 0
    for item in items:
        _needed(item, "price_data.product_data.name")
        units = whole(_needed(item, "price_data.unit_amount"), "line_items[unit_amount]")
        total += units * whole(_needed(item, "quantity"), "line_items[quantity]")
    currencies = {str(_needed(item, "price_data.currency")).upper() for item in items}
    if len(currencies) != 1:
        raise StripeError("All line items must have one currency.", param="line_items")
    if total > _MOST:
        raise StripeError("Amount must be no more than 99999999.", code="amount_too_large", param="line_items")
    currency = currencies.pop()
    return major(total, currency), currency, _open_for(sent)


def _open_for(sent: dict[str, Any]) -> timedelta:
    if "expires_at" not in sent:
        return _LONGEST
    seconds = whole(sent["expires_at"], "expires_at") - int(time.time())
    if not _SHORTEST.total_seconds() - _SLACK <= seconds <= _LONGEST.total_seconds() + _SLACK:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise StripeError(message, param="expires_at")
    return timedelta(seconds=seconds)


def intent_params(sent: dict[str, Any]) -> tuple[Decimal, str]:
    """Return an intent's amount and currency. Raise ``StripeError`` for parameters that Stripe would refuse."""
    _known(sent, _INTENT)
    currency = str(_needed(sent, "currency")).upper()
    units = whole(_needed(sent, "amount"), "amount")
    if units > _MOST:
        raise StripeError("Amount must be no more than 99999999.", code="amount_too_large", param="amount")
    if "automatic_payment_methods" in sent:
        _needed(sent, "automatic_payment_methods.enabled")
    return major(units, currency), currency


def refund_params(sent: dict[str, Any]) -> tuple[str, int | None]:
    """Return the id of the payment intent to refund, and how much of it to refund, in the currency's smallest units.

    ``sent`` is the request's form as ``nested`` returns it. The amount is ``None`` when the request names none, which
    means all that is not refunded yet. Raise ``StripeError`` when the payment intent is missing, the amount is no whole
    number, the reason is not one of Stripe's, or a parameter is unknown.
    """
    _known(sent, _REFUND)
    intent = str(_needed(sent, "payment_intent"))
    if str(sent.get("reason", "duplicate")) not in _REASONS:
        raise StripeError("Invalid reason.", param="reason")
    return intent, whole(sent["amount"], "amount") if "amount" in sent else None
