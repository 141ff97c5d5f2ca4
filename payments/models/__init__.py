"""Store attempts to pay, the ledger, disputes, refunds, gateways' messages, and alerts for staff."""

from payments.models.inbox import GatewayEvent, PaymentAlert
from payments.models.payments import MAX_NAME, MAX_URL, Dispute, Payment, PaymentEntry, Refund, new_number

__all__ = [
    "MAX_NAME",
    "MAX_URL",
    "Dispute",
    "GatewayEvent",
    "Payment",
    "PaymentAlert",
    "PaymentEntry",
    "Refund",
    "new_number",
]
