"""Writes: store M-Pesa's confirmations of money that a buyer paid to the pay bill by hand."""

import secrets

from django.conf import settings

from payments.gateways.mpesa import by_hand
from payments.services.inbox import event_store
from payments.states import PaymentMethod
from utils.errors import NotFound


def require_pay_bill(*, token: str) -> None:
    """Require ``token`` to be the secret in the registered URLs.

    Raise ``NotFound`` when it is not, or when no secret is set.
    """
    known = settings.MPESA_C2B_TOKEN
    if not known or not secrets.compare_digest(token.encode(), known.encode()):
        raise NotFound


def confirmation_store(*, token: str, message: object) -> None:
    """Store an unsigned confirmation in the inbox.

    Raise ``NotFound`` when ``token`` is not the secret in the registered URLs, and ``BadMessage`` when the message
    can't be read.
    """
    require_pay_bill(token=token)
    event_store(method=PaymentMethod.MPESA, incoming=by_hand.incoming_from(message))
