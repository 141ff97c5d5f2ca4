"""Define what a payment gateway must be able to do. How to add one: docs/payments.md.

A gateway talks to its service and translates. It decides nothing and writes nothing to the shop's tables. Every result,
whether a webhook, the buyer's returning browser or the reconciler brought it, ends in the same
``payments.services.settle``. No method of a gateway is called inside a transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings

from payments.gateways.errors import BadMessage
from payments.gateways.messages import Incoming, Message
from payments.gateways.results import RefundResult, Result, Started
from payments.models import GatewayEvent, Payment, Refund
from utils.money import smallest_unit

# Seconds to wait for a connection, and for an answer.
TIMEOUT = (3.05, 10)


@dataclass(frozen=True)
class Buyer:
    """Hold what gateways want to know about a buyer. Every text may be empty; ``phone`` is as the buyer typed it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


def return_address(payment: Payment, outcome: str = "") -> str:
    """Return the URL to which a gateway's page sends the browser.

    ``outcome`` only chooses the next page. Anybody can change it, so it proves nothing.
    """
    hint = f"?outcome={outcome}" if outcome else ""
    return f"{settings.SITE_URL}/api/v1/payments/return/{payment.number}/{hint}"


class Gateway(ABC):
    """Collect and refund money through one company.

    Amounts are ``Decimal`` in the payment's currency everywhere; minor units exist only inside a gateway.
    """

    method: ClassVar[str]
    label: ClassVar[str]
    # The currencies that it takes; ``None`` for any.
    currencies: ClassVar[frozenset[str] | None] = None
    needs_phone: ClassVar[bool] = False
    # Whether ``start`` may be called again while the result of the first call is unknown.
    may_start_again: ClassVar[bool] = False
    # How long a phone may show the prompt that ``start`` sends; ``None`` for a gateway with a page.
    prompt_lasts: ClassVar[timedelta | None] = None
    # Whether ``refund`` works for every payment; where it does not, staff refund by hand and record it.
    can_refund: ClassVar[bool] = False
    # Whether ``query_refund`` asks the gateway. Where it can't be asked, only a message brings a refund's result.
    refunds_can_be_queried: ClassVar[bool] = True
    # Whether an app can show the gateway's widgets instead of its page (``Payment.in_app``).
    can_start_in_app: ClassVar[bool] = False

    @abstractmethod
    def is_configured(self) -> bool:
        """Return whether there are credentials. A gateway without any is not offered."""

    def refusal_of(self, *, amount: Decimal, currency: str) -> str:
        """Return why this amount can't be paid with the gateway, for example a minimum; empty when it can."""
        if self.currencies is not None and currency not in self.currencies:
            return f"{self.label} does not take {currency}."
        return ""

    def publishable_key(self) -> str:
        """Return the key by which an app names the shop at the gateway. It is not secret; empty where there is none."""
        return ""

    def refusal_of_phone(self, phone: str) -> str:
        """Return why the buyer can't pay with this phone number, or an empty text when it is good.

        By default every number is good. A gateway that asks the buyer on the phone whether to pay overrides this
        method.
        """
        return ""

    @abstractmethod
    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        """Ask the gateway to collect the payment.

        ``callback``: a URL with the payment's secret in it, for gateways that do not sign their webhooks. Raise
        ``GatewayRefused`` when the gateway refuses the payment, ``GatewayDown`` when it was not reached,
        ``OutcomeUnknown`` when it may have started the payment, and ``GatewayMisconfigured`` when it refuses the shop's
        credentials.
        """

    @abstractmethod
    def query(self, payment: Payment) -> Result:
        """Ask for the payment's result.

        Raise ``GatewayDown`` when the gateway was not reached or did not answer, and ``GatewayMisconfigured`` when it
        refuses the shop's credentials.
        """

    def cancel(self, payment: Payment) -> Result:
        """Have the gateway cancel the attempt if it still can; return its result, as it may be paid by now."""
        return self.query(payment)

    def refunds(self, payment: Payment) -> bool:
        """Return whether ``refund`` works for this payment."""
        return self.can_refund

    def refund_step(self, currency: str) -> Decimal:
        """Return the smallest amount of ``currency`` that can be refunded. Every refund must be a multiple of it."""
        return smallest_unit(currency)

    def refund(self, refund: Refund, *, token: str) -> RefundResult:
        """Ask the gateway to refund the amount. Called again for the same refund, it must not refund twice.

        ``token``: the secret in the refund's callback URL, a new one for each call. Raise ``GatewayRefused``,
        ``GatewayDown``, ``OutcomeUnknown`` or ``GatewayMisconfigured`` in the same cases as ``start``.
        """
        raise NotImplementedError

    def query_refund(self, refund: Refund) -> RefundResult:
        """Ask for the refund's result.

        Raise ``GatewayDown`` or ``GatewayMisconfigured`` in the same cases as ``query``.
        """
        raise NotImplementedError

    @abstractmethod
    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming | None:
        """Verify a webhook on its raw bytes, then return what its processing needs.

        Raise ``BadMessage`` when the webhook does not come from the gateway or can't be read. Return ``None`` for a
        genuine one that is not worth storing; the gateway gets the same HTTP answer for it.
        """

    def receive_for(self, payment: Payment, message: Any) -> Incoming:
        """Read an unsigned webhook, parsed from JSON, that came to the secret URL of ``payment``.

        Raise ``BadMessage`` when it can't be read, or the gateway sends no such webhooks.
        """
        raise BadMessage

    def receive_for_refund(self, refund: Refund, message: Any) -> Incoming:
        """Read an unsigned webhook, parsed from JSON, that came to the secret URL of ``refund``.

        Raise ``BadMessage`` when it can't be read, or the gateway sends no such webhooks.
        """
        raise BadMessage

    @abstractmethod
    def messages_of(self, event: GatewayEvent) -> list[Message]:
        """Return what a stored event means; the method may ask the gateway for it.

        Raise ``GatewayDown`` or ``GatewayMisconfigured`` in the same cases as ``query``; the method is then called
        again later.
        """

    def undelivered(self, since: datetime | None = None) -> list[Incoming]:
        """Return the messages later than ``since`` that the gateway could not deliver, if it keeps such a list."""
        return []
