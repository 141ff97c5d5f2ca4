"""Write aamarPay's answers and messages. They are not signed."""

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from payments.simulator.models import SimulatedPayment, State
from payments.simulator.shapes.messages import FORM, Choice, Message
from utils.money import display

NONE = "Not-Available"
BAD_KEY = "Store_id & signature key not matched"
# The status code, its title, and its word in ``pay_status``.
_STATUS = {
    State.OPEN: ("0", "Initiated Transaction", "Initiated"),
    State.PAID: ("2", "Successful Transaction", "Successful"),
    State.EXPIRED: ("3", "Expired Transaction", "Expired"),
    State.DECLINED: ("7", "Failed Transaction", "Failed"),
}


def _amount(payment: SimulatedPayment) -> str:
    return display(payment.amount if payment.paid_amount is None else payment.paid_amount, payment.currency)


def _common(payment: SimulatedPayment, state: State) -> dict[str, Any]:
    code, _, word = _STATUS[state]
    return {
        "pg_txnid": payment.public_id,
        "mer_txnid": payment.reference,
        "store_id": settings.AAMARPAY_STORE_ID,
        "merchant_id": settings.AAMARPAY_STORE_ID,
        "amount": _amount(payment),
        "currency": payment.currency,
        "currency_merchant": payment.currency,
        "pay_status": word,
        "status_code": code,
        "opt_a": payment.details.get("opt_a") or NONE,
        "opt_b": payment.details.get("opt_b") or NONE,
        "opt_c": payment.details.get("opt_c") or NONE,
        "opt_d": payment.details.get("opt_d") or NONE,
    }


def transaction(payment: SimulatedPayment) -> dict[str, Any]:
    """Write the answer to a search for the transaction."""
    state = State(payment.state)
    fee = {"rec_amount": _amount(payment), "processing_ratio": "0.00", "processing_charge": "0.00"}
    return (
        _common(payment, state)
        | {
            "amount_bdt": _amount(payment),
            "amount_currency": _amount(payment),
            "status_title": _STATUS[state][1],
            "risk_level": None,
            "risk_title": NONE,
            "payment_processor": "bKash",
            "payment_type": "bKash-bKash",
            "bank_trxid": payment.suffix[:13] if state == State.PAID else NONE,
            "cardnumber": NONE,
            "convertion_rate": NONE,
            "error_code": "0000",
            "error_title": NONE,
            "date": f"{payment.created_at:%Y-%m-%d %H:%M:%S}",
            "date_processed": f"{payment.decided_at or payment.created_at:%Y-%m-%d %H:%M:%S}",
            "cus_name": NONE,
            "cus_email": NONE,
            "cus_phone": NONE,
            "verify_status": "PENDING",
        }
        | fee
    )


def result(payment: SimulatedPayment, state: State) -> dict[str, str]:
    """Write what the buyer's browser carries back to the shop, and what a message to the shop holds."""
    return _common(payment, state) | {
        "epw_txnid": payment.public_id,
        "amount_original": _amount(payment),
        "store_amount": _amount(payment) if state == State.PAID else "0.00",
        "pay_time": f"{timezone.now():%Y-%m-%d %H:%M:%S}",
        "card_type": "bKash-bKash",
        "bank_txn": payment.suffix[:13],
        "pg_card_risklevel": "0",
        "reason": "Not Available",
    }


def _message(kind: str, fields: dict[str, str], *, is_forged: bool = False) -> Message:
    address = f"{settings.SITE_URL}/api/v1/payments/webhooks/aamarpay/"
    return Message(kind=kind, address=address, body=urlencode(fields), content_type=FORM, is_forged=is_forged)


def messages_of(payment: SimulatedPayment, choice: Choice) -> list[Message]:
    """Return the messages that aamarPay sends to the shop after the buyer's ``choice``.

    That is one message if the buyer pays. There is none otherwise, because the shop has to ask for any other outcome.
    """
    return [_message("Successful", result(payment, State.PAID))] if choice == Choice.PAY else []


def expiry_messages(payment: SimulatedPayment) -> list[Message]:
    return []


def stale_message(payment: SimulatedPayment) -> Message:
    return _message("Failed", result(payment, State.DECLINED))


def forged_message(payment: SimulatedPayment) -> Message:
    claims = {"pg_txnid": f"AAM{secrets.randbelow(10**16):016}"}
    return _message("Successful", result(payment, State.PAID) | claims, is_forged=True)
