"""Define what a gateway reports by itself: a verified webhook, and what it means to the shop."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from payments.gateways.results import RefundResult, Result
from payments.models import Payment, Refund


@dataclass(frozen=True)
class Incoming:
    """Hold a verified message, cut down to what its processing needs."""

    event_id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PaymentMessage:
    """Hold the result of a payment that a gateway reported."""

    payment: Payment
    result: Result


@dataclass(frozen=True)
class RefundMessage:
    """Hold the result of a refund that a gateway reported.

    ``refund`` is ``None`` when the refund was made on the gateway's own site. Then ``payment`` and ``amount`` describe
    it, and ``receipt`` is that of the refunded capture.
    """

    result: RefundResult
    refund: Refund | None = None
    payment: Payment | None = None
    amount: Decimal | None = None
    receipt: str = ""


@dataclass(frozen=True)
class ChargebackMessage:
    """Hold how much money a buyer's bank has moved so far because of a dispute.

    ``dispute``: the gateway's id of the dispute. ``receipt``: the receipt of the disputed capture. ``taken``: all that
    the bank took from the shop so far; ``returned``: all that it returned. Both are in the payment's currency.
    """

    payment: Payment
    dispute: str
    receipt: str
    taken: Decimal
    returned: Decimal


@dataclass(frozen=True)
class DisputeMessage:
    """Hold a gateway's report that a buyer disputes a charge at the bank, or that the bank has decided.

    ``dispute``: the gateway's id of the dispute.
    """

    payment: Payment
    dispute: str
    is_closed: bool
    detail: str


@dataclass(frozen=True)
class AlertMessage:
    """Hold what staff have to look at. The same ``key`` means the same alert, however often it is reported."""

    kind: str
    key: str
    detail: str
    payment: Payment | None = None


Message = PaymentMessage | RefundMessage | DisputeMessage | ChargebackMessage | AlertMessage
