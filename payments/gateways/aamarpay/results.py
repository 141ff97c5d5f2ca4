"""Translate what aamarPay's ``trxcheck`` says about a payment."""

import logging
import re
from decimal import Decimal
from typing import Any

from django.conf import settings

from payments.gateways.results import Outcome, Result
from payments.models import Payment
from utils.money import display

logger = logging.getLogger(__name__)

_RECEIPT = re.compile(r"[A-Za-z0-9._-]{1,100}")
_NONE = ("", "Not-Available", "Not Available", None)
_FINAL = {"3": "The payment page has expired.", "7": "The payment failed."}
_NO_RISK = (*_NONE, "0", 0)


def result_of(payment: Payment, reply: dict[str, Any]) -> Result:
    """Translate a reply of ``trxcheck``, aamarPay's query for one payment, into a result of ``payment``.

    The outcome is ``UNKNOWN`` when the reply is about another payment or has an unknown status code. A reply that says
    paid but contradicts the payment still becomes ``PAID``, with the contradiction in ``mismatch``.
    """
    code = str(reply.get("status_code"))
    if code == "2":
        return _paid(payment, reply)
    if not _is_about(payment, reply):
        return Result(Outcome.UNKNOWN)
    if code in _FINAL:
        return Result(Outcome.FAILED, gateway_id=payment.number, reason=_FINAL[code])
    if code != "0":
        logger.warning("aamarPay answers a status code that is not known, for payment %s.", payment.pk)
        return Result(Outcome.UNKNOWN, gateway_id=payment.number)
    return Result(Outcome.OPEN, gateway_id=payment.number)


def _is_about(payment: Payment, reply: dict[str, Any]) -> bool:
    return reply.get("mer_txnid") == payment.number and reply.get("store_id") == settings.AAMARPAY_STORE_ID


def _paid(payment: Payment, reply: dict[str, Any]) -> Result:
    """Return the result for a reply in which aamarPay says that ``payment`` is paid.

    A reply without a receipt or an amount is not finished. Its result is ``OPEN``, so aamarPay is asked again later.
    ``mismatch`` names the fields of the reply that contradict the payment.
    """
    receipt = reply.get("pg_txnid")
    if receipt in _NONE or reply.get("amount") in _NONE:
        return Result(Outcome.OPEN)
    named = isinstance(receipt, str) and _RECEIPT.fullmatch(receipt) is not None
    return Result(
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
    """Return what is wrong with a reply that says paid, by the names of its fields; empty when all is right."""
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
    return f"aamarPay says paid, but these are wrong: {', '.join(wrong)}. Asked for {asked}, it says {got}."
