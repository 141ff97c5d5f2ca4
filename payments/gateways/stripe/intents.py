"""Payment intents, for apps that show Stripe's own widgets instead of its page.

An intent has no end of its own: one that is given up has to be cancelled.
"""

from typing import TYPE_CHECKING

from payments.gateways.base import Result, Started
from payments.gateways.stripe import amounts
from payments.gateways.stripe.api import acting, asking
from payments.gateways.stripe.results import result_of_intent, text
from payments.gateways.stripe.webhooks import PAYMENT
from payments.models import Payment

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams


def intent_start(payment: Payment) -> Started:
    """The payment's intent, made when there is none. Raises as ``Gateway.start`` does."""
    with acting() as api:
        if payment.gateway_id:
            intent = api.v1.payment_intents.retrieve(payment.gateway_id)
        else:
            key = f"intent-{payment.number}"
            intent = api.v1.payment_intents.create(_parameters(payment), {"idempotency_key": key})
        return Started(gateway_id=text(intent["id"]), client_secret=text(intent["client_secret"]))


def intent_result(payment: Payment) -> Result:
    """Raises as ``Gateway.query`` does, and ``GatewayRefused`` for an intent that Stripe does not know."""
    with asking() as api:
        return result_of_intent(api.v1.payment_intents.retrieve(payment.gateway_id).to_dict())


def intent_cancel(payment: Payment) -> None:
    """Raises as ``intent_result`` does, and ``GatewayRefused`` for one that is paid or is being paid."""
    with asking() as api:
        # A bank that does not pay opens the intent again, and an answer that was no is kept under its key.
        key = f"cancel-{payment.number}-{payment.checks}"
        api.v1.payment_intents.cancel(payment.gateway_id, {}, {"idempotency_key": key})


def _parameters(payment: Payment) -> "PaymentIntentCreateParams":
    """Made of the payment alone, so that a repetition is the same."""
    return {
        "amount": amounts.to_units(payment.amount, payment.currency),
        "currency": payment.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": {PAYMENT: payment.number},
    }
