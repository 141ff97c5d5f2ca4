"""Writes: asking gateways for refunds, outside of any transaction. Asking twice is harmless; sending is done by one."""

import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from payments.balances import CHECKS_BEFORE_ALERT, is_covered, is_disputed, is_held, may_be_sent
from payments.errors import GatewayNotOffered
from payments.gateways import Gateway, gateway
from payments.gateways.base import (
    GatewayDown,
    GatewayFailure,
    GatewayMisconfigured,
    GatewayRefused,
    Outcome,
    RefundFinding,
)
from payments.models import Refund
from payments.services.alerts import alert_raise, tell_misconfigured
from payments.services.settle_refund import refund_settle
from payments.services.tokens import hashed
from payments.states import AlertKind, RefundState
from utils.backoff import retry_pause
from utils.failpoints import reached
from utils.jobs import job

# A refund is looked at again after so long, then later and later.
PAUSE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)


@job("payments.send_refund")
def refund_send_job(*, refund_id: int) -> None:
    """Send a refund while nobody waits; the reconciler repeats what fails."""
    refund_send(refund_id=refund_id)


def refund_send(*, refund_id: int) -> GatewayFailure | GatewayNotOffered | None:
    """Ask the gateway for the refund, or, when it was asked before, what became of it. Safe to repeat.

    Answers why the gateway could not be asked, if so: it is asked again later. What is held (``balances.is_held``) is
    not sent.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    claim = _as_read(refund).filter(checks=refund.checks, next_check_at=refund.next_check_at)
    if is_held(refund):
        claim.update(next_check_at=timezone.now() + PAUSE)
        _tell_held(refund)
        return None
    pause = retry_pause(refund.checks + 1, first=PAUSE, longest=_LONGEST_PAUSE)
    if not claim.update(checks=refund.checks + 1, next_check_at=timezone.now() + pause):
        return None
    if refund.checks == CHECKS_BEFORE_ALERT:
        detail = f"Refund {refund.number} has been under way for days."
        alert_raise(kind=AlertKind.UNSETTLED, key=f"refund:{refund.pk}", detail=detail, payment=refund.payment)
    reached("refund.claimed")
    try:
        finding = _ask(gateway(refund.payment.method), refund)
    except (GatewayFailure, GatewayNotOffered) as failure:
        if not isinstance(failure, GatewayRefused) or refund.checks:
            return _note_failure(refund, failure)
        # Only the first no is one: a later one leaves open what became of the time before.
        finding = RefundFinding(Outcome.FAILED, reason=failure.detail)
    reached("refund.answered")
    refund_settle(refund_id=refund_id, finding=finding)
    return None


def _tell_held(refund: Refund) -> None:
    """Tell the staff why, unless it is a dispute, of which they know."""
    if is_disputed(refund.payment):
        return
    if not is_covered(refund):
        detail = f"Refund {refund.number} waits: the buyer's bank took the money. Withdraw it, or make it by hand."
        alert_raise(kind=AlertKind.REFUND_HELD, key=str(refund.pk), detail=detail, payment=refund.payment)
    else:
        detail = f"Refund {refund.number} waits: its gateway is not set up to give money back."
        alert_raise(kind=AlertKind.CONFIGURATION, key=f"refund:{refund.pk}", detail=detail, payment=refund.payment)


def _as_read(refund: Refund) -> QuerySet[Refund]:
    """The row, unless it was sent, settled or taken over by staff since it was read."""
    return Refund.objects.filter(pk=refund.pk, token_hash=refund.token_hash, state=RefundState.PENDING, is_manual=False)


def _ask(asked: Gateway, refund: Refund) -> RefundFinding:
    """What the gateway does not know and never named has not reached it: then it is sent again."""
    if refund.checks:
        finding = asked.query_refund(refund)
        if finding.outcome != Outcome.UNKNOWN or refund.gateway_id or not may_be_sent(refund):
            return finding
    token = secrets.token_hex(32)
    # Not with the claim: what is only asked about keeps the address at which its result may still come.
    if not _as_read(refund).update(token_hash=hashed(token)):
        return RefundFinding(Outcome.OPEN)
    try:
        return asked.refund(refund, token=token)
    except (GatewayRefused, GatewayDown, GatewayMisconfigured):
        # It has not reached the gateway, for certain: no message comes, and it may be sent again.
        Refund.objects.filter(pk=refund.pk, token_hash=hashed(token)).update(token_hash="")
        raise


def _note_failure(
    refund: Refund, failure: GatewayFailure | GatewayNotOffered
) -> GatewayFailure | GatewayNotOffered | None:
    """Answers it, unless it is a "no", which is an answer of the gateway."""
    Refund.objects.filter(pk=refund.pk, state=RefundState.PENDING).update(failure=failure.detail[:255])
    if isinstance(failure, GatewayFailure):
        tell_misconfigured(method=refund.payment.method, failure=failure)
    return None if isinstance(failure, GatewayRefused) else failure
