"""Collect by Stripe: on its own page (Checkout), or by its widgets in an app (payment intents).

Every request that changes something carries a key made of the shop's own number, and the same parameters each time it
is sent: however often it is repeated, it acts once.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils import timezone

from payments.gateways.base import Buyer, Gateway, return_address
from payments.gateways.errors import GatewayDown, GatewayRefused
from payments.gateways.messages import Incoming, Message
from payments.gateways.results import Outcome, RefundResult, Result, Started
from payments.gateways.stripe import amounts, messages
from payments.gateways.stripe.api import acting, asking
from payments.gateways.stripe.intents import intent_cancel, intent_result, intent_start
from payments.gateways.stripe.results import refund_result_of, result_of, text
from payments.gateways.stripe.webhooks import PAYMENT, REFUND, read_message, readable
from payments.models import GatewayEvent, Payment, Refund
from payments.states import PaymentMethod

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

# Stripe wants at least 30 minutes when the page is made; the rest is the time in which a start can be repeated.
# The stock is held a little longer than the page is open.
_PAGE_OPEN_FOR = timedelta(minutes=38)
# How far back Stripe keeps events.
_EVENTS_KEPT_FOR = timedelta(days=30)


class Stripe(Gateway):
    """Collect by Stripe, on its page or in an app."""

    method: ClassVar[str] = PaymentMethod.STRIPE
    label: ClassVar[str] = "Card"
    may_start_again: ClassVar[bool] = True
    can_refund: ClassVar[bool] = True
    can_start_in_app: ClassVar[bool] = True

    def is_configured(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)

    def refusal_of(self, *, amount: Decimal, currency: str) -> str:
        return amounts.why_not(amount, currency)

    def publishable_key(self) -> str:
        return settings.STRIPE_PUBLISHABLE_KEY

    def start(self, payment: Payment, *, buyer: Buyer, callback: str) -> Started:
        """Create the payment's Checkout page at Stripe, or its payment intent when the buyer pays inside an app.

        ``buyer`` is not sent: Stripe asks the buyer itself, and a repeated request must have the same parameters.
        """
        if payment.in_app:
            return intent_start(payment)
        with acting() as api:
            parameters = _session_parameters(payment)
            # A start that Stripe certainly did not take may be sent again later, and is then another request.
            key = f"payment-{payment.number}-{parameters['expires_at']}"
            session = api.v1.checkout.sessions.create(parameters, {"idempotency_key": key})
            return Started(gateway_id=text(session["id"]), pay_url=text(session["url"]))

    def query(self, payment: Payment) -> Result:
        if not payment.gateway_id:
            return _never_shown(payment)
        try:
            if payment.in_app:
                return intent_result(payment)
            with asking() as api:
                options: Any = {"expand": ["payment_intent"]}
                session = api.v1.checkout.sessions.retrieve(payment.gateway_id, options)
                return result_of(session.to_dict())
        except GatewayRefused as refusal:
            return Result(Outcome.UNKNOWN, reason=refusal.detail)

    def cancel(self, payment: Payment) -> Result:
        """Cancel the payment's page or payment intent at Stripe, and return the payment's result after that.

        Stripe refuses to cancel what is paid or closed already. That refusal is ignored, because the result is asked
        for next in any case. Raise ``GatewayDown`` when Stripe does not answer that query, or ``GatewayMisconfigured``.
        """
        if payment.gateway_id:
            with suppress(GatewayRefused, GatewayDown):
                (intent_cancel if payment.in_app else _expire)(payment)
        return self.query(payment)

    def refund_step(self, currency: str) -> Decimal:
        return amounts.step(currency)

    def refund(self, refund: Refund, *, token: str) -> RefundResult:
        if refund.amount % amounts.step(refund.currency):
            raise GatewayRefused("Stripe does not take such a fine amount.")
        with acting() as api:
            made = api.v1.refunds.create(
                {
                    "payment_intent": refund.receipt,
                    "amount": amounts.to_units(refund.amount, refund.currency),
                    "metadata": {REFUND: refund.number},
                },
                {"idempotency_key": f"refund-{refund.number}"},
            )
            return refund_result_of(made.to_dict())

    def query_refund(self, refund: Refund) -> RefundResult:
        """Find the refund among the payment's refunds at Stripe, and return its result.

        It is found by the shop's number, or by Stripe's id if it was made at Stripe.
        """
        for made in messages.refunds_of_intent(refund.receipt):
            if made["metadata"].get(REFUND) == refund.number or made["id"] == refund.gateway_id:
                return refund_result_of(made)
        return RefundResult(Outcome.UNKNOWN)

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Incoming:
        return read_message(body, headers)

    def messages_of(self, event: GatewayEvent) -> list[Message]:
        return messages.messages_of(event, query=self.query)

    def undelivered(self, since: datetime | None = None) -> list[Incoming]:
        earliest = timezone.now() - _EVENTS_KEPT_FOR
        with asking() as api:
            listed = api.v1.events.list(
                {
                    "types": list(messages.KINDS),
                    "delivery_success": False,
                    "created": {"gte": _seconds(max(since or earliest, earliest))},
                    "limit": 100,
                }
            )
            return list(readable(event.to_dict() for event in listed.auto_paging_iter()))


def _session_parameters(payment: Payment) -> "SessionCreateParams":
    """Make a session's parameters of the payment alone, so that a repetition is the same.

    There is one line: with several, discounts and tax would have to be spread over them.
    """
    return {
        "mode": "payment",
        "client_reference_id": payment.number,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": amounts.to_units(payment.amount, payment.currency),
                    "product_data": {"name": f"Order {payment.order.number}"},
                },
            }
        ],
        "metadata": {PAYMENT: payment.number},
        "payment_intent_data": {"metadata": {PAYMENT: payment.number}},
        "adaptive_pricing": {"enabled": False},
        "expires_at": _seconds(_closes_at(payment)),
        "success_url": return_address(payment),
        "cancel_url": return_address(payment, "cancelled"),
    }


def _expire(payment: Payment) -> None:
    with asking() as api:
        api.v1.checkout.sessions.expire(payment.gateway_id, {}, {"idempotency_key": f"cancel-{payment.number}"})


def _closes_at(payment: Payment) -> datetime:
    return (payment.started_at or timezone.now()) + _PAGE_OPEN_FOR


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _never_shown(payment: Payment) -> Result:
    """Return the result of a payment for which the shop never received a page or an intent, so nobody can have paid it.

    It is ``UNKNOWN`` until the page would close, because a repeated ``start`` may still get the page. Afterwards it is
    ``FAILED``.
    """
    if timezone.now() < _closes_at(payment):
        return Result(Outcome.UNKNOWN)
    return Result(Outcome.FAILED, reason="The payment page was never opened.")
