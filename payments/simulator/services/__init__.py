"""Writes of the simulator."""

from payments.simulator.services.deliveries import Mischief, delivery_resend, delivery_send
from payments.simulator.services.exchanges import exchange_begin, exchange_end, fingerprint
from payments.simulator.services.payments import TooMuch, payment_decide, payment_expire, payment_open, refund_make

__all__ = [
    "Mischief",
    "TooMuch",
    "delivery_resend",
    "delivery_send",
    "exchange_begin",
    "exchange_end",
    "fingerprint",
    "payment_decide",
    "payment_expire",
    "payment_open",
    "refund_make",
]
