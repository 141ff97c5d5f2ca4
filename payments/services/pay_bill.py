"""Writes: store what M-Pesa tells about money that was paid to the pay bill by hand."""

import secrets

from django.conf import settings

from payments.gateways.mpesa import by_hand
from payments.services.inbox import event_store
from payments.states import PaymentMethod
from utils.errors import NotFound


def require_pay_bill(*, token: str) -> None:
    """Require ``token`` to be the secret in the registered URLs. Raise ``NotFound`` otherwise, or when no secret is
    set.
    """
    known = settings.MPESA_C2B_TOKEN
    if not known or not secrets.compare_digest(token.encode(), known.encode()):
        raise NotFound


def confirmation_store(*, token: str, message: object) -> None:
    """Store an unsigned confirmation in the inbox. Raise what ``require_pay_bill`` raises, or ``BadMessage``."""
    require_pay_bill(token=token)
    event_store(method=PaymentMethod.MPESA, incoming=by_hand.incoming_from(message))
