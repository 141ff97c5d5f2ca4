"""Handle payment intents, for apps that show Stripe's own widgets instead of its page.

An intent never expires: one that is no longer wanted has to be cancelled.
"""

from typing import TYPE_CHECKING

from payments.gateways.results import Result, Started
from payments.gateways.stripe import amounts
from payments.gateways.stripe.api import acting, asking
from payments.gateways.stripe.results import result_of_intent, text
from payments.gateways.stripe.webhooks import PAYMENT
from payments.models import Payment

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams


def intent_start(payment: Payment) -> Started:
    """Return the payment's intent; create it if there is none.

    Raise ``GatewayRefused``, ``GatewayDown``, ``OutcomeUnknown`` or ``GatewayMisconfigured`` in the same cases as
    ``Gateway.start``.
    """
    with acting() as api:
        if payment.gateway_id:
            intent = api.v1.payment_intents.retrieve(payment.gateway_id)
        else:
            key = f"intent-{payment.number}"
            intent = api.v1.payment_intents.create(_parameters(payment), {"idempotency_key": key})
        return Started(gateway_id=text(intent["id"]), client_secret=text(intent["client_secret"]))


def intent_result(payment: Payment) -> Result:
    """Ask Stripe for the result of the payment's intent.

    Raise ``GatewayRefused`` for an unknown intent, and ``GatewayDown`` or ``GatewayMisconfigured`` in the same cases as
    ``Gateway.query``.
    """
    with asking() as api:
        return result_of_intent(api.v1.payment_intents.retrieve(payment.gateway_id).to_dict())


def intent_cancel(payment: Payment) -> None:
    """Cancel the payment's intent at Stripe, so that it can no longer be paid.

    Raise ``GatewayRefused`` when Stripe does not know the intent, when it is paid, or while a bank is paying it. Raise
    ``GatewayDown`` when Stripe is not reached, is too busy or gives no answer that can be read, and
    ``GatewayMisconfigured`` when it refuses the shop's key.
    """
    with asking() as api:
        # An intent opens again when the bank does not pay, and Stripe repeats an earlier refusal for the same key.
        key = f"cancel-{payment.number}-{payment.checks}"
        api.v1.payment_intents.cancel(payment.gateway_id, {}, {"idempotency_key": key})


def _parameters(payment: Payment) -> "PaymentIntentCreateParams":
    """Make the parameters of the payment alone, so that a repetition is the same."""
    return {
        "amount": amounts.to_units(payment.amount, payment.currency),
        "currency": payment.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": {PAYMENT: payment.number},
    }
