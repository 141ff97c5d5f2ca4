"""Writes: what staff have to look at."""

import logging

from django.utils import timezone

from accounts.models import User
from payments.gateways.base import GatewayFailure, GatewayMisconfigured
from payments.models import Payment, PaymentAlert
from payments.states import AlertKind

logger = logging.getLogger(__name__)


def alert_raise(*, kind: str, key: str, detail: str = "", payment: Payment | None = None) -> None:
    """Put something before the staff, once for each ``key``; told again in other words, it says the newest and is open
    again, whoever had resolved it.

    ``detail`` holds no secret and nobody's data.
    """
    alert, is_new = PaymentAlert.objects.get_or_create(
        key=f"{kind}:{key}"[:255], defaults={"kind": kind, "detail": detail, "payment": payment}
    )
    told_before = PaymentAlert.objects.filter(pk=alert.pk).exclude(detail=detail)
    if is_new or told_before.update(detail=detail, resolved_at=None, resolved_by=None):
        # Not in its own words, which may name a receipt.
        logger.error("Payment alert %s: %s", alert.pk, kind)


def tell_misconfigured(*, method: str, failure: GatewayFailure) -> None:
    """Once a day, if that is what the failure is about."""
    if isinstance(failure, GatewayMisconfigured):
        key = f"{method}:{timezone.localdate().isoformat()}"
        alert_raise(kind=AlertKind.CONFIGURATION, key=key, detail=failure.detail)


def alert_resolve(*, alert_id: int, actor: User) -> None:
    PaymentAlert.objects.filter(pk=alert_id, resolved_at=None).update(resolved_at=timezone.now(), resolved_by=actor)
