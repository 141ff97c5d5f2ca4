"""Writes: what M-Pesa tells of money that was paid to the pay bill by hand."""

import secrets
from typing import Any

from django.conf import settings

from payments.gateways.mpesa import by_hand
from payments.services.inbox import event_store
from payments.states import PaymentMethod
from utils.errors import NotFound


def require_pay_bill(*, token: str) -> None:
    """Raises ``NotFound`` unless ``token`` is the secret of the registered addresses; without one there are none."""
    known = settings.MPESA_C2B_TOKEN
    if not known or not secrets.compare_digest(token.encode(), known.encode()):
        raise NotFound


def confirmation_store(*, token: str, message: Any) -> None:
    """Put an unsigned confirmation into the inbox. Raises as ``require_pay_bill`` does, and ``BadMessage``."""
    require_pay_bill(token=token)
    event_store(method=PaymentMethod.MPESA, incoming=by_hand.incoming_from(message))
