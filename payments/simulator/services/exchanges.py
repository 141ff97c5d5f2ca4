"""Writes: note what the shop asked and was answered; a repeated idempotency key gets the first answer again."""

import hashlib
from typing import Any

from django.db import IntegrityError, transaction

from payments.simulator.models import Exchange, SimulatedPayment

# Never stored: secrets, and what tells who the buyer is.
_HIDDEN = ("signature_key", "credential", "password", "phone", "partya", "cus_", "customer_", "email")


def without_secrets(sent: dict[str, Any]) -> dict[str, Any]:
    """Return a copy for people to read, without secrets and personal data."""
    return {
        name: "(hidden)" if any(word in name.lower() for word in _HIDDEN) else value for name, value in sent.items()
    }


def fingerprint(request: str, body: bytes) -> str:
    """Return a digest that is the same for the same request."""
    return hashlib.sha256(request.encode() + body).hexdigest()


def exchange_begin(*, request: str, sent: dict[str, Any], key: str = "", body: bytes = b"") -> tuple[Exchange, bool]:
    """Return the exchange and whether it is new; an old one was begun with the same ``key``."""
    try:
        with transaction.atomic():
            exchange = Exchange.objects.create(
                request=request[:255],
                sent=without_secrets(sent),
                idempotency_key=key,
                fingerprint=fingerprint(request, body),
            )
    except IntegrityError:
        return Exchange.objects.get(idempotency_key=key), False
    return exchange, True


def exchange_end(
    *, exchange: Exchange, status: int, answered: Any, payment: SimulatedPayment | None, keep_key: bool = True
) -> None:
    """Note the answer. Without ``keep_key`` the same key may be sent again, for another try."""
    exchange.status, exchange.answered, exchange.payment = status, answered, payment
    if not keep_key:
        exchange.idempotency_key = ""
    exchange.save()
