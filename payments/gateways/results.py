"""Define what a gateway answers about a payment or a refund."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """List the possible results of a payment attempt or of a refund.

    ``open``: it is not decided yet. ``unknown``: the gateway has no record of it, or can't answer now.
    """

    PAID = "paid"
    OPEN = "open"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Result:
    """Hold what a gateway says about one payment. ``PAID`` needs ``amount`` and ``currency``.

    ``receipt``: the gateway's id of the received money, unique among its receipts. ``reference``: the id that the payer
    was shown, if it is a different one; it may become known later. ``gateway_id``: the gateway's id of the attempt.
    ``reason``: why the payment failed. ``mismatch``: how the gateway's data contradict the shop's; such money is never
    counted. ``risk``: why the gateway advises to check a paid payment before goods are sent. ``is_processing``: the
    buyer is done, but the bank needs days to transfer the money.
    """

    outcome: Outcome
    amount: Decimal | None = None
    currency: str = ""
    receipt: str = ""
    reference: str = ""
    gateway_id: str = ""
    reason: str = ""
    mismatch: str = ""
    risk: str = ""
    is_processing: bool = False


@dataclass(frozen=True)
class RefundResult:
    """Hold what a gateway says about one refund.

    ``outcome`` is ``PAID`` when the money is on its way back to the buyer. ``gateway_id``: the gateway's id of the
    refund. ``reason``: why it failed.
    """

    outcome: Outcome
    gateway_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Started:
    """Hold a gateway's answer after it has accepted a payment attempt.

    ``gateway_id``: the gateway's id of the attempt. ``pay_url``: the page on which the buyer pays; empty for a payment
    in an app, or one that the buyer confirms on the phone. ``payer``: the payer's phone number, masked.
    ``client_secret``: the secret with which an app shows the gateway's payment widgets.
    """

    gateway_id: str
    pay_url: str = ""
    payer: str = ""
    client_secret: str = field(default="", repr=False)
