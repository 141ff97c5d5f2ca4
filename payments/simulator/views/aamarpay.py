"""Serve aamarPay under /simulator/aamarpay/. It answers everything with status 200."""

import re
import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from payments.simulator import selectors, services
from payments.simulator.models import Side
from payments.simulator.shapes import aamarpay
from payments.simulator.views.answers import SimulatedAnswer

_PAGE_LASTS = timedelta(minutes=30)
_NEEDED = (
    "tran_id",
    "amount",
    "currency",
    "desc",
    "cus_name",
    "cus_email",
    "cus_phone",
    "success_url",
    "fail_url",
    "cancel_url",
)
_URL = r"https?://\S{1,500}"
_PATTERNS = {
    "tran_id": r"\S{1,32}",
    "amount": r"\d{1,9}(\.\d{1,2})?",
    "currency": "BDT|USD",
    "success_url": _URL,
    "fail_url": _URL,
    "cancel_url": _URL,
    "type": "json",
}
_KEPT = ("desc", "success_url", "fail_url", "cancel_url", "opt_a", "opt_b", "opt_c", "opt_d")


def initiate(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    faults = _faults(sent)
    if faults:
        return SimulatedAnswer({"result": False, "message": faults})
    public_id = f"AAM{secrets.randbelow(10**16):016}"
    payment = services.payment_open(
        side=Side.AAMARPAY,
        public_id=public_id,
        reference=sent["tran_id"],
        amount=Decimal(str(sent["amount"])),
        currency=sent["currency"],
        lasts=_PAGE_LASTS,
        details={name: sent[name] for name in _KEPT if name in sent},
    )
    url = f"{settings.AAMARPAY_BASE_URL}/paynow.php?track={public_id}"
    return SimulatedAnswer({"result": "true", "payment_url": url}, payment=payment)


def _faults(sent: dict[str, Any]) -> str | dict[str, str]:
    """Return a text for wrong credentials, a text for each wrong field, or an empty object when all is right."""
    if sent.get("store_id") != settings.AAMARPAY_STORE_ID:
        return "Invalid Store ID"
    if sent.get("signature_key") != settings.AAMARPAY_SIGNATURE_KEY:
        return "Invalid Signature Key"
    faults = {name: f"{name} is required" for name in _NEEDED if not str(sent.get(name) or "").strip()}
    for name, pattern in _PATTERNS.items():
        if not re.fullmatch(pattern, str(sent.get(name, ""))):
            faults[name] = f"{name} is not valid"
    if selectors.payment_by_reference(Side.AAMARPAY, str(sent.get("tran_id"))):
        faults["tran_id"] = "tran_id was used before"
    return faults


def check(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    if not sent.get("request_id"):
        return SimulatedAnswer("parameter is required")
    ours = (settings.AAMARPAY_STORE_ID, settings.AAMARPAY_SIGNATURE_KEY)
    if (sent.get("store_id"), sent.get("signature_key")) != ours:
        return SimulatedAnswer(aamarpay.BAD_KEY)
    payment = selectors.payment_by_reference(Side.AAMARPAY, sent["request_id"])
    if payment is None:
        unknown = {"request_id": sent["request_id"], "store_id": sent["store_id"], "status": "Invalid-Data"}
        return SimulatedAnswer(unknown)
    return SimulatedAnswer(aamarpay.transaction(payment), payment=payment)


def check_posted(request: HttpRequest, sent: dict[str, Any]) -> SimulatedAnswer:
    return SimulatedAnswer("parameter is required")
