"""Collect by aamarPay: the buyer pays on its page, and only its ``trxcheck`` decides the result.

Nothing that it sends is signed, neither the message from its server nor the form that the buyer's browser brings back.
Both only make the shop ask ``trxcheck``.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings

from payments.gateways.aamarpay.api import page_opened, transaction_asked
from payments.gateways.aamarpay.results import result_of
from payments.gateways.base import Buyer, Gateway, return_address
from payments.gateways.errors import BadMessage
from payments.gateways.messages import Incoming, Message, PaymentMessage
from payments.gateways.results import Result, Started
from payments.models import GatewayEvent, Payment
from payments.states import PaymentMethod, PaymentState
from utils.limits import Limit, TooManyRequests, spend
from utils.money import display

# The limit for one payment: anybody who knows its number may send hints. The reconciler asks without them too.
HINTS = Limit("aamarpay-hints", count=20, seconds=60 * 60)

# The number looks the same in a form, in JSON and in multipart.
_NUMBER = re.compile(rb"\bmer_txnid\W{1,40}([0-9a-f]{24})\b")


class AamarPay(Gateway):
    """Collect by aamarPay, in taka. Refunds are made by hand."""

    method: ClassVar[str] = PaymentMethod.AAMARPAY
    label: ClassVar[str] = "aamarPay"
    currencies: ClassVar[frozenset[str] | None] = frozenset({"BDT"})
    # It sends no prompt, but starts no payment for a buyer without a phone.
    needs_phone: ClassVar[bool] = True

    def is_configured(self) -> bool:
        return bool(settings.AAMARPAY_STORE_ID and settings.AAMARPAY_SIGNATURE_KEY)

    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        pay_url = page_opened(_order(payment, buyer))
        return Started(gateway_id=payment.number, pay_url=pay_url)

    def query(self, payment: Payment) -> Result:
        return result_of(payment, transaction_asked(payment.number))

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming | None:
        """Keep only the payment's number, and only for a payment whose result may still change."""
        number = number_in(body)
        if not number:
            raise BadMessage
        awaited = Payment.objects.filter(number=number, method=self.method).exclude(state=PaymentState.CAPTURED)
        if not awaited.exists() or not _is_one_of_few(number):
            return None
        event_id = f"{number}:{hashlib.sha256(body).hexdigest()}"
        return Incoming(event_id=event_id, kind="hint", payload={"mer_txnid": number})

    def messages_of(self, event: GatewayEvent) -> list[Message]:
        payment = Payment.objects.filter(number=event.payload["mer_txnid"], method=self.method).first()
        return [PaymentMessage(payment, self.query(payment))] if payment else []


def number_in(body: bytes) -> str:
    """Return the payment number in the body of a form or webhook; return an empty string when there is none."""
    found = _NUMBER.search(body)
    return found[1].decode() if found else ""


def _is_one_of_few(number: str) -> bool:
    """Count a hint; return whether the payment may have one more this hour."""
    try:
        spend(HINTS, number)
    except TooManyRequests:
        return False
    return True


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
