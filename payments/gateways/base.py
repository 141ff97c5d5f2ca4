"""What a payment gateway has to be able to do. How to add one: docs/payments.md.

A gateway talks to its service and translates; it decides nothing and writes nothing to our tables. Whoever reports
news, be it a webhook, the buyer's browser coming back or the reconciler asking, ends in the same
``payments.services.settle``. No method of a gateway is called inside a transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings

from payments.models import GatewayEvent, Payment, Refund
from utils.money import smallest_unit

# Seconds to wait for a connection, and for an answer.
TIMEOUT = (3.05, 10)


class Outcome(StrEnum):
    """``open``: not decided yet. ``unknown``: the gateway does not know the attempt, or can't say now."""

    PAID = "paid"
    OPEN = "open"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Result:
    """What a gateway says of one payment. ``amount`` and ``currency`` are needed with ``PAID``.

    ``receipt``: the gateway's name for the money that came, unique among its receipts; ``reference``: what the payer
    was told as its name, where that is another one and may be told later. ``risk``: paid, but the gateway
    advises to look at it before sending anything. ``mismatch``: what contradicts our own record, in words; such money
    is never counted. ``is_processing``: the buyer is done, and a bank has still to pay, which takes days.
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
    """What a gateway says of one refund. ``PAID``: the money is on its way back."""

    outcome: Outcome
    gateway_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Started:
    """An attempt that the gateway has accepted: the buyer goes to ``pay_url``, or, without one, waits for a prompt.

    ``client_secret``: what an app shows the gateway's own widgets with, for a payment that is made inside it.
    """

    gateway_id: str
    pay_url: str = ""
    payer: str = ""
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Buyer:
    """What gateways want to know of a buyer; texts may be empty. ``phone`` as the buyer typed it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class Incoming:
    """A verified message, cut down to what processing needs."""

    event_id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PaymentMessage:
    payment: Payment
    result: Result


@dataclass(frozen=True)
class RefundMessage:
    """A refund made in the gateway's own desk has no ``refund`` of ours: then ``payment`` and ``amount`` tell it,
    and ``receipt``, of the capture that was given back.
    """

    result: RefundResult
    refund: Refund | None = None
    payment: Payment | None = None
    amount: Decimal | None = None
    receipt: str = ""


@dataclass(frozen=True)
class ChargebackMessage:
    """What a buyer's bank has moved by now. ``dispute``: the gateway's name for it; ``receipt``: of the capture that it
    is about; ``taken`` and ``returned``: all that it took and gave back so far, in the payment's currency.
    """

    payment: Payment
    dispute: str
    receipt: str
    taken: Decimal
    returned: Decimal


@dataclass(frozen=True)
class DisputeMessage:
    """A buyer contests a charge at the bank, or the bank has decided it. ``dispute``: the gateway's name for it."""

    payment: Payment
    dispute: str
    is_closed: bool
    detail: str


@dataclass(frozen=True)
class AlertMessage:
    """For staff. ``key`` is the same whenever the same thing is told."""

    kind: str
    key: str
    detail: str
    payment: Payment | None = None


Message = PaymentMessage | RefundMessage | DisputeMessage | ChargebackMessage | AlertMessage


class GatewayFailure(Exception):
    """``detail`` is for the log and the staff; it holds no secret and nobody's data."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class GatewayRefused(GatewayFailure):
    """The gateway said no, for certain: nothing was started, or given back."""


class GatewayDown(GatewayFailure):
    """The gateway was not reached, for certain: the same may be tried again."""


class PromptOpen(GatewayDown):
    """The buyer has still to answer an earlier request; ``retry_after``: seconds until another one can be sent."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class OutcomeUnknown(GatewayFailure):
    """The request may have had its effect: only asking can tell."""


class GatewayMisconfigured(GatewayFailure):
    """The gateway refuses our credentials: a person has to look, and no payment has failed by it."""


class BadMessage(Exception):
    """A message that does not come from the gateway, or can't be read. Which check failed is told to nobody."""


def return_address(payment: Payment, outcome: str = "") -> str:
    """Where a gateway's page sends the browser. ``outcome`` only chooses where it goes on: anybody may write it."""
    hint = f"?outcome={outcome}" if outcome else ""
    return f"{settings.SITE_URL}/api/v1/payments/return/{payment.number}/{hint}"


class Gateway(ABC):
    """Amounts are ``Decimal`` in the payment's currency everywhere; minor units exist inside a gateway only."""

    method: ClassVar[str]
    label: ClassVar[str]
    # What can be paid with it; ``None`` for anything.
    currencies: ClassVar[frozenset[str] | None] = None
    needs_phone: ClassVar[bool] = False
    # Whether ``start`` may be called again while nobody knows what became of the first time.
    may_start_again: ClassVar[bool] = False
    # How long a phone may show the prompt that ``start`` sends; ``None`` for a gateway with a page.
    prompt_lasts: ClassVar[timedelta | None] = None
    # Whether ``refund`` works for whatever was paid; where it does not, staff give money back by hand and note it.
    can_refund: ClassVar[bool] = False
    # Whether ``query_refund`` asks the gateway. Where it can't be asked, only a message tells what became of one.
    refunds_can_be_queried: ClassVar[bool] = True
    # Whether an app can show the gateway's widgets instead of its page (``Payment.in_app``).
    can_start_in_app: ClassVar[bool] = False

    @abstractmethod
    def is_configured(self) -> bool:
        """Whether there are credentials. A gateway without any is not offered."""

    def refusal_of(self, *, amount: Decimal, currency: str) -> str:
        """Why this can't be paid with it, such as a minimum; empty when it can."""
        if self.currencies is not None and currency not in self.currencies:
            return f"{self.label} does not take {currency}."
        return ""

    def publishable_key(self) -> str:
        """What an app names the shop with at the gateway; nothing secret. Empty where it is not known."""
        return ""

    def refusal_of_phone(self, phone: str) -> str:
        """Why this number can't be asked to pay, for gateways that ring one; empty when it can."""
        return ""

    @abstractmethod
    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        """Ask the gateway to collect.

        ``callback``: an address with the payment's secret in it, for gateways whose messages are not signed. Raises
        ``GatewayRefused``, ``GatewayDown``, ``OutcomeUnknown`` or ``GatewayMisconfigured``.
        """

    @abstractmethod
    def query(self, payment: Payment) -> Result:
        """Ask what became of it. Raises ``GatewayDown`` (also where no answer came) or ``GatewayMisconfigured``."""

    def cancel(self, payment: Payment) -> Result:
        """Have the gateway give the attempt up if it still can. Answers what it says then: it may be paid by now."""
        return self.query(payment)

    def refunds(self, payment: Payment) -> bool:
        """Whether ``refund`` works for this payment."""
        return self.can_refund

    def refund_step(self, currency: str) -> Decimal:
        """Tell the step in which ``refund`` gives ``currency`` back; other amounts it can't."""
        return smallest_unit(currency)

    def refund(self, refund: Refund, *, token: str) -> RefundResult:
        """Give back. Sent again for the same refund it must not give back twice. Raises as ``start`` does.

        ``token``: the secret of the refund's callback address, a new one each time it is sent.
        """
        raise NotImplementedError

    def query_refund(self, refund: Refund) -> RefundResult:
        """Ask what became of a refund. Raises as ``query`` does."""
        raise NotImplementedError

    @abstractmethod
    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming | None:
        """Verify a message on its raw bytes, before anything else is looked at. Raises ``BadMessage``.

        ``None`` for one that is answered like any other but not worth keeping.
        """

    def receive_for(self, payment: Payment, message: Any) -> Incoming:
        """Take an unsigned message, which came to the secret address of ``payment``, out of its JSON.

        Raises ``BadMessage``.
        """
        raise BadMessage

    def receive_for_refund(self, refund: Refund, message: Any) -> Incoming:
        """The same, for one that came to the secret address of ``refund``. Raises ``BadMessage``."""
        raise BadMessage

    @abstractmethod
    def messages_of(self, event: GatewayEvent) -> list[Message]:
        """What a stored message means; may ask the gateway. Raises as ``query`` does, and is called again then."""

    def undelivered(self, since: datetime | None = None) -> list[Incoming]:
        """Messages that the gateway could not deliver to us, of later than ``since``, if it keeps such a list."""
        return []
