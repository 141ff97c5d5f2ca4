"""Writes: send refunds to the gateways, outside of any transaction. Asking twice is harmless; only one worker sends."""

import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from payments.balances import CHECKS_BEFORE_ALERT, Hold, held_by, may_be_sent
from payments.errors import GatewayNotOffered
from payments.gateways import Gateway, gateway
from payments.gateways.errors import GatewayDown, GatewayFailure, GatewayMisconfigured, GatewayRefused
from payments.gateways.results import Outcome, RefundResult
from payments.models import Refund
from payments.services.alerts import alert_raise, tell_misconfigured
from payments.services.settle_refund import refund_settle
from payments.services.tokens import hashed
from payments.states import AlertKind, RefundState
from utils.backoff import retry_pause
from utils.failpoints import reached
from utils.jobs import job

# The first pause before a refund is looked at again, and the longest.
PAUSE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)


@job("payments.send_refund")
def refund_send_job(*, refund_id: int) -> None:
    """Send a refund in the background; the reconciler repeats what fails."""
    refund_send(refund_id=refund_id)


def refund_send(*, refund_id: int) -> GatewayFailure | GatewayNotOffered | None:
    """Send the refund to the gateway, or ask for its result if it was sent before. It is safe to repeat.

    Return why the gateway could not be asked, if so: it is asked again later. A held refund (``balances.held_by``) is
    not sent.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    claim = _as_read(refund).filter(checks=refund.checks, next_check_at=refund.next_check_at)
    if (hold := held_by(refund)) is not None:
        claim.update(next_check_at=timezone.now() + PAUSE)
        _tell_held(refund, hold)
        return None
    pause = retry_pause(refund.checks + 1, first=PAUSE, longest=_LONGEST_PAUSE)
    if not claim.update(checks=refund.checks + 1, next_check_at=timezone.now() + pause):
        return None
    if refund.checks == CHECKS_BEFORE_ALERT:
        detail = f"Refund {refund.number} has been under way for days."
        alert_raise(kind=AlertKind.UNSETTLED, key=f"refund:{refund.pk}", detail=detail, payment=refund.payment)
    reached("refund.claimed")
    try:
        result = _ask(gateway(refund.payment.method), refund)
    except (GatewayFailure, GatewayNotOffered) as failure:
        if not isinstance(failure, GatewayRefused) or refund.checks:
            return _note_failure(refund, failure)
        # Only the first refusal is final: a later one leaves the result of the earlier request open.
        result = RefundResult(Outcome.FAILED, reason=failure.detail)
    reached("refund.answered")
    refund_settle(refund_id=refund_id, result=result)
    return None


def _tell_held(refund: Refund, hold: Hold) -> None:
    """Raise an alert that says why the refund is held, unless a dispute holds it: staff know of that already."""
    if hold == Hold.TAKEN:
        detail = f"Refund {refund.number} waits: the buyer's bank took the money. Withdraw it, or make it by hand."
        alert_raise(kind=AlertKind.REFUND_HELD, key=str(refund.pk), detail=detail, payment=refund.payment)
    elif hold == Hold.NOT_SET_UP:
        detail = f"Refund {refund.number} waits: its gateway is not set up to give money back."
        alert_raise(kind=AlertKind.CONFIGURATION, key=f"refund:{refund.pk}", detail=detail, payment=refund.payment)


def _as_read(refund: Refund) -> QuerySet[Refund]:
    """Return the refund's row, unless it was sent, settled or taken over by staff since it was read."""
    return Refund.objects.filter(pk=refund.pk, token_hash=refund.token_hash, state=RefundState.PENDING, is_manual=False)


def _ask(asked: Gateway, refund: Refund) -> RefundResult:
    """Ask for the result of a sent refund. Send it if the gateway does not know it and never gave it an id."""
    if refund.checks:
        result = asked.query_refund(refund)
        if result.outcome != Outcome.UNKNOWN or refund.gateway_id or not may_be_sent(refund):
            return result
    token = secrets.token_hex(32)
    # Not set by the claim: a refund that is only asked about keeps the URL at which its result may still come.
    if not _as_read(refund).update(token_hash=hashed(token)):
        return RefundResult(Outcome.OPEN)
    try:
        return asked.refund(refund, token=token)
    except (GatewayRefused, GatewayDown, GatewayMisconfigured):
        # It certainly never reached the gateway: no message will come, and it may be sent again.
        Refund.objects.filter(pk=refund.pk, token_hash=hashed(token)).update(token_hash="")
        raise


def _note_failure(
    refund: Refund, failure: GatewayFailure | GatewayNotOffered
) -> GatewayFailure | GatewayNotOffered | None:
    """Record the failure and return it, except a refusal, which counts as an answer of the gateway."""
    Refund.objects.filter(pk=refund.pk, state=RefundState.PENDING).update(failure=failure.detail[:255])
    if isinstance(failure, GatewayFailure):
        tell_misconfigured(method=refund.payment.method, failure=failure)
    return None if isinstance(failure, GatewayRefused) else failure
