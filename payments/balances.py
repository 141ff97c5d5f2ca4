"""Reads: what a payment received, what was given back, and what still can be."""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from payments.gateways import gateway
from payments.models import Payment, PaymentEntry, Refund
from payments.states import EntryKind, RefundState
from utils.errors import DomainError
from utils.money import smallest_unit

# After so many questions about a refund, in about three days, staff should look at it.
CHECKS_BEFORE_ALERT = 18


def came_and_went(entries: Iterable[PaymentEntry]) -> tuple[Decimal, Decimal]:
    """Return the sums of ``entries``: the money received, and the money that refunds and chargebacks took."""
    sums = dict.fromkeys(EntryKind, Decimal(0))
    for entry in entries:
        sums[EntryKind(entry.kind)] += entry.amount
    refunded = sums[EntryKind.REFUND] - sums[EntryKind.REFUND_FAILED]
    charged_back = sums[EntryKind.CHARGEBACK] - sums[EntryKind.CHARGEBACK_WON]
    return sums[EntryKind.CAPTURE], refunded + charged_back


def set_aside(refunds: Iterable[Refund]) -> Decimal:
    """Return what the refunds took or will take: the sum of all that have not failed."""
    return sum((refund.amount for refund in refunds if refund.state != RefundState.FAILED), Decimal(0))


def given_back(*, entries: Iterable[PaymentEntry], refunds: Iterable[Refund]) -> Decimal:
    """Return how much of a payment is given back or on its way.

    A bank may take money that was refunded already. No more than was received counts.
    """
    came, went = came_and_went(entries)
    on_the_way = (refund for refund in refunds if refund.state == RefundState.PENDING)
    return min(came, went + set_aside(on_the_way))


def left_of_captures(payment: Payment) -> dict[str, Decimal]:
    """Return how much of each capture can still be refunded, by its receipt, the oldest first."""
    in_all = payment.captured_amount - payment.refunded_amount
    return {receipt: max(min(left, in_all), Decimal(0)) for receipt, left in _left_by_receipt(payment).items()}


def _left_by_receipt(payment: Payment) -> dict[str, Decimal]:
    """Return how much of each capture is left after refunds and chargebacks; below zero if both took it."""
    left = _left_by_bank(payment)
    for refund in payment.refunds.exclude(state=RefundState.FAILED):
        if refund.receipt in left:
            left[refund.receipt] -= refund.amount
    return left


def _left_by_bank(payment: Payment) -> dict[str, Decimal]:
    """Return how much of each capture, by its receipt, no bank took, the oldest first. Refunds do not count."""
    entries = list(payment.entries.select_related("reverses").order_by("pk"))
    left = {entry.receipt: entry.amount for entry in entries if entry.kind == EntryKind.CAPTURE}
    for entry in entries:
        if entry.reverses is not None:
            left[entry.reverses.receipt] -= entry.amount if entry.kind == EntryKind.CHARGEBACK else -entry.amount
    return left


def was_left_out(payment: Payment, receipt: str) -> bool:
    """Return whether the money of ``receipt`` was not counted, as its amount or currency was not the one asked for."""
    if payment.entries.filter(kind=EntryKind.CAPTURE, receipt=receipt).exists():
        return False
    return payment.has_uncounted_money


def is_disputed(payment: Payment) -> bool:
    """Return whether the buyer disputes a charge of the payment, and the bank has not decided yet."""
    return payment.disputes.filter(closed_at=None).exists()


def is_covered(refund: Refund) -> bool:
    """Return whether the bank has left enough of the capture for this refund.

    Refunds that went out, or may have, are subtracted first. Those that were never sent share the rest in the order of
    their ids. One that is larger than the rest is skipped, so that smaller ones after it can be sent.
    """
    if (left := _left_by_bank(refund.payment).get(refund.receipt)) is None:
        return True
    unsent: list[Refund] = []
    for each in refund.payment.refunds.filter(receipt=refund.receipt).exclude(state=RefundState.FAILED).order_by("pk"):
        if each.state == RefundState.PENDING and not each.checks and not each.is_manual:
            unsent.append(each)
        else:
            left -= each.amount
    for each in unsent:
        is_within = each.amount <= left
        if each.pk == refund.pk:
            return is_within
        left -= each.amount if is_within else 0
    return left >= 0


def may_be_sent(refund: Refund) -> bool:
    """Return whether the refund may be sent, or sent again: there is no open dispute, and the bank left its money."""
    return not is_disputed(refund.payment) and is_covered(refund)


def gateway_refunds(payment: Payment) -> bool:
    """Return whether the payment's gateway can refund it; otherwise staff do it by hand."""
    try:
        return gateway(payment.method).refunds(payment)
    except DomainError:
        return False


def refund_step(payment: Payment) -> Decimal:
    """Return the smallest amount that can be refunded, by the gateway or by hand. A refund is a multiple of it."""
    unit = smallest_unit(payment.currency)
    return max(unit, gateway(payment.method).refund_step(payment.currency)) if gateway_refunds(payment) else unit


class Hold(Enum):
    """List what keeps a refund from being sent."""

    DISPUTED = "the buyer disputes the charge"
    TAKEN = "the buyer's bank took the money"
    NOT_SET_UP = "the gateway is not set up to give money back"


def held_by(refund: Refund) -> Hold | None:
    """Return what holds a refund that was never sent, or ``None`` for one that was sent or that may be sent now."""
    if refund.checks:
        return None
    if is_disputed(refund.payment):
        return Hold.DISPUTED
    if not is_covered(refund):
        return Hold.TAKEN
    return None if gateway_refunds(refund.payment) else Hold.NOT_SET_UP


def gateway_tells_of_refunds(payment: Payment) -> bool:
    """Return whether the gateway can be asked for a refund's result; otherwise staff look it up on its site."""
    try:
        return gateway(payment.method).refunds_can_be_queried
    except DomainError:
        return False


def refund_is_for_staff(refund: Refund) -> bool:
    """Return whether staff decide about the refund.

    They do if it is made by hand, if it is held, or if its gateway was asked for days and has not accepted it.
    """
    if refund.state != RefundState.PENDING:
        return False
    if refund.is_manual or held_by(refund) is not None:
        return True
    return refund.checks > CHECKS_BEFORE_ALERT and not refund.gateway_id
