"""Writes: raise and resolve the alerts that ask staff to look at something."""

import logging

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from payments.gateways.errors import GatewayFailure, GatewayMisconfigured
from payments.models import Payment, PaymentAlert
from payments.states import AlertKind

logger = logging.getLogger(__name__)


def alert_raise(*, kind: str, key: str, detail: str = "", payment: Payment | None = None) -> None:
    """Raise an alert for staff, once for each ``kind`` and ``key``.

    Raised again with another ``detail``, the same alert shows the newest detail and is open again, even if somebody had
    resolved it. ``detail`` holds no secret and no personal data.
    """
    alert, is_new = PaymentAlert.objects.get_or_create(
        key=_key(kind, key), defaults={"kind": kind, "detail": detail, "payment": payment}
    )
    changed = PaymentAlert.objects.filter(pk=alert.pk).exclude(detail=detail)
    if is_new or changed.update(detail=detail, resolved_at=None, resolved_by=None):
        # The log gets no detail: that may name a receipt.
        logger.error("Payment alert %s: %s", alert.pk, kind)


def alert_clear(*, kind: str, key: str, actor: User | None = None) -> None:
    """Resolve the open alert of this ``kind`` and ``key``, if there is one, because its cause is over.

    ``actor`` is the staff member who ended the cause; ``None`` when no person did.
    """
    _resolve(PaymentAlert.objects.filter(key=_key(kind, key)), actor)


def _key(kind: str, key: str) -> str:
    return f"{kind}:{key}"[:255]


def _resolve(alerts: QuerySet[PaymentAlert], actor: User | None) -> None:
    alerts.filter(resolved_at=None).update(resolved_at=timezone.now(), resolved_by=actor)


def tell_misconfigured(*, method: str, failure: GatewayFailure) -> None:
    """Raise an alert if the gateway refused the shop's credentials, at most once a day for each method."""
    if isinstance(failure, GatewayMisconfigured):
        key = f"{method}:{timezone.localdate().isoformat()}"
        alert_raise(kind=AlertKind.CONFIGURATION, key=key, detail=failure.detail)


def alert_resolve(*, alert_id: int, actor: User) -> None:
    """Mark an open alert as resolved by ``actor``."""
    _resolve(PaymentAlert.objects.filter(pk=alert_id), actor)
