"""Write Daraja's answers and callbacks. They are not signed; the callback's URL is the only secret."""

import base64
import binascii
import json
import re
import secrets
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from payments.simulator.models import SimulatedPayment, SimulatedRefund, State
from payments.simulator.shapes.messages import Choice, Message

_NAIROBI = ZoneInfo("Africa/Nairobi")
_RESULTS = {
    State.PAID: (0, "The service request is processed successfully."),
    State.DECLINED: (1, "The balance is insufficient for the transaction."),
    State.CANCELLED: (1032, "Request cancelled by user"),
    State.EXPIRED: (1037, "DS timeout user cannot be reached."),
}
_FIELDS = {
    "BusinessShortCode": r"\d{5,7}",
    "Timestamp": r"\d{14}",
    "TransactionType": r"CustomerPayBillOnline|CustomerBuyGoodsOnline",
    "Amount": r"[1-9]\d{0,5}",
    "PartyA": r"254[17]\d{8}",
    "PartyB": r"\d{5,7}",
    "PhoneNumber": r"254[17]\d{8}",
    "CallBackURL": r"https?://\S+",
    "AccountReference": r"[A-Za-z0-9]{1,12}",
}
_REVERSAL = {
    "CommandID": "TransactionReversal",
    "TransactionID": r"[A-Za-z0-9]{10}",
    "Amount": r"[1-9]\d{0,5}",
    "ReceiverParty": r"\d{5,7}",
    "RecieverIdentifierType": "11",
    "ResultURL": r"https?://\S+",
    "QueueTimeOutURL": r"https?://\S+",
    "Remarks": r".{2,100}",
}
_MAX_AMOUNT = 250_000
# Words that a URL must not hold; in production it must also be https.
_FORBIDDEN = re.compile(r"m-?pesa|safaricom|exec?|cmd|sql|query", re.IGNORECASE)


def error(code: str, text: str) -> dict[str, str]:
    return {"requestId": secrets.token_hex(8), "errorCode": code, "errorMessage": text}


def bad_field(name: str) -> dict[str, str]:
    return error("400.002.02", f"Bad Request - Invalid {name}")


def _fault(fields: dict[str, str], sent: dict[str, Any]) -> str:
    """Return the name of the first field that is wrong; empty when all are right."""
    return next((name for name, pattern in fields.items() if not re.fullmatch(pattern, str(sent.get(name, "")))), "")


def push_fault(sent: dict[str, Any]) -> str:
    """Return the name of the first wrong field of a push, also by rules that patterns can't express; empty for none."""
    if fault := _fault(_FIELDS, sent):
        return fault
    if len(str(sent.get("TransactionDesc", ""))) > 13:
        return "TransactionDesc"
    if int(sent["Amount"]) > _MAX_AMOUNT:
        return "Amount"
    return "" if _is_welcome(sent["CallBackURL"]) else "CallBackURL"


def reversal_fault(sent: dict[str, Any]) -> str:
    """Return the name of the first wrong field of a reversal; empty for none."""
    if fault := _fault(_REVERSAL, sent):
        return fault
    return next((name for name in ("ResultURL", "QueueTimeOutURL") if not _is_welcome(sent[name])), "")


def _is_welcome(address: Any) -> bool:
    path = str(address).removeprefix(settings.SITE_URL)
    return path.startswith("/") and not _FORBIDDEN.search(path)


def password_fits(sent: dict[str, Any]) -> bool:
    try:
        password = base64.b64decode(str(sent.get("Password", "")), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return password == f"{settings.MPESA_SHORTCODE}{settings.MPESA_PASSKEY}{sent.get('Timestamp')}"


def accepted(payment: SimulatedPayment) -> dict[str, str]:
    text = "Success. Request accepted for processing"
    return _names(payment) | {"ResponseCode": "0", "ResponseDescription": text, "CustomerMessage": text}


def query_result(payment: SimulatedPayment) -> dict[str, str]:
    code, text = _RESULTS[State(payment.state)]
    return _names(payment) | {
        "ResponseCode": "0",
        "ResponseDescription": "The service request has been accepted successsfully",
        "ResultCode": str(code),
        "ResultDesc": text,
    }


def _names(payment: SimulatedPayment) -> dict[str, str]:
    return {"MerchantRequestID": payment.suffix, "CheckoutRequestID": payment.public_id}


def receipt(payment: SimulatedPayment) -> str:
    return payment.suffix[:10].upper()


def _callback(payment: SimulatedPayment, state: State, *, address: str = "", is_forged: bool = False) -> Message:
    code, text = _RESULTS[state]
    content: dict[str, Any] = _names(payment) | {"ResultCode": code, "ResultDesc": text}
    if state == State.PAID:
        items = {
            "Amount": float(payment.amount if payment.paid_amount is None else payment.paid_amount),
            "MpesaReceiptNumber": secrets.token_hex(5).upper() if is_forged else receipt(payment),
            "TransactionDate": int(f"{timezone.now().astimezone(_NAIROBI):%Y%m%d%H%M%S}"),
            "PhoneNumber": 254700000000,
        }
        named: list[dict[str, Any]] = [{"Name": name, "Value": value} for name, value in items.items()]
        content["CallbackMetadata"] = {"Item": [*named, {"Name": "Balance"}]}
    body = json.dumps({"Body": {"stkCallback": content}})
    return Message(
        kind=f"stkCallback {code}", address=address or payment.details["CallBackURL"], body=body, is_forged=is_forged
    )


def reversal_accepted(refund: SimulatedRefund) -> dict[str, str]:
    return _reversal_names(refund) | {
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    }


def _reversal_names(refund: SimulatedRefund) -> dict[str, str]:
    return {"OriginatorConversationID": f"{refund.pk}-{refund.public_id}", "ConversationID": f"AG_{refund.public_id}"}


def refund_messages(refund: SimulatedRefund) -> list[Message]:
    told = {"Amount": float(refund.amount), "OriginalTransactionID": receipt(refund.payment)}
    result = _reversal_names(refund) | {
        "ResultType": 0,
        "ResultCode": 0,
        "ResultDesc": "The service request is processed successfully.",
        "TransactionID": refund.public_id[-10:].upper(),
        "ResultParameters": {"ResultParameter": [{"Key": name, "Value": value} for name, value in told.items()]},
    }
    address = refund.details["ResultURL"]
    return [Message(kind="reversal 0", address=address, body=json.dumps({"Result": result}))]


def messages_of(payment: SimulatedPayment, choice: Choice) -> list[Message]:
    return [_callback(payment, State(payment.state))]


def expiry_messages(payment: SimulatedPayment) -> list[Message]:
    return [_callback(payment, State.EXPIRED)]


def stale_message(payment: SimulatedPayment) -> Message:
    return _callback(payment, State.CANCELLED)


def forged_message(payment: SimulatedPayment) -> Message:
    """Return a callback as a forger would write it, which claims that ``payment`` was paid.

    A forger knows what a callback looks like, but not the secret in the URL at which the shop expects it. So this one
    goes to a URL with a random text instead of the secret.
    """
    address = f"{settings.SITE_URL}/api/v1/payments/cb/{secrets.token_hex(16)}/"
    return _callback(payment, State.PAID, address=address, is_forged=True)
