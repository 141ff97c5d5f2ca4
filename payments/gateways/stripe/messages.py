"""Translate Stripe's events.

They come late, twice and in any order. So an event only makes the shop look at the present state: an event of a refund
at the payment's refunds, one of a dispute at the dispute, one of a payment intent at its session.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from payments.gateways.errors import GatewayRefused
from payments.gateways.messages import (
    AlertMessage,
    ChargebackMessage,
    DisputeMessage,
    Message,
    PaymentMessage,
    RefundMessage,
)
from payments.gateways.results import Outcome, Result
from payments.gateways.stripe.amounts import from_units
from payments.gateways.stripe.api import asking, is_live
from payments.gateways.stripe.results import refund_result_of, result_of
from payments.gateways.stripe.webhooks import PAYMENT, REFUND
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from payments.states import AlertKind, EntryKind, PaymentMethod

Object = Mapping[str, Any]
Query = Callable[[Payment], Result]

_ASYNC_FAILED = "checkout.session.async_payment_failed"
_SESSION = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        _ASYNC_FAILED,
        "checkout.session.expired",
    }
)
_INTENT = frozenset({"payment_intent.succeeded", "payment_intent.processing", "payment_intent.canceled"})
_REFUND = frozenset({"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"})
_WITHDRAWN, _REINSTATED = "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"
_DISPUTE = frozenset({"charge.dispute.created", "charge.dispute.closed", _WITHDRAWN, _REINSTATED})
# The statuses of a dispute that the bank has yet to decide. All others, such as "prevented", are the end of it.
_OPEN = frozenset({"needs_response", "under_review", "warning_needs_response", "warning_under_review"})
# The events that the endpoint must be subscribed to; the shop reads no others.
KINDS = tuple(sorted(_SESSION | _INTENT | _REFUND | _DISPUTE))


def messages_of(event: GatewayEvent, *, query: Query) -> list[Message]:
    """Return what an event means. Raise what ``Gateway.query`` raises."""
    thing = event.payload["object"]
    if event.payload["livemode"] is not is_live():
        ours = "live" if is_live() else "test"
        detail = f"Event {event.event_id} ({event.kind}) is not of {ours} mode, which the shop's key is for."
        return [AlertMessage(AlertKind.WRONG_MODE, event.event_id, detail)]
    if event.kind in _SESSION:
        return _session_messages(event.kind, thing)
    if event.kind in _INTENT:
        return _intent_messages(thing, query)
    if event.kind in _REFUND:
        return _refund_messages(thing, query)
    return _dispute_messages(event.kind, thing, query) if event.kind in _DISPUTE else []


def refunds_of_intent(intent_id: str) -> list[dict[str, Any]]:
    """List an intent's refunds, the oldest first, ``metadata`` never ``None``. Raise what ``Gateway.query`` raises."""
    with asking() as api:
        listed = api.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
        found = [refund.to_dict() for refund in listed.auto_paging_iter()]
    return [{**refund, "metadata": refund.get("metadata") or {}} for refund in reversed(found)]


def _session_messages(kind: str, session: Object) -> list[Message]:
    result = result_of(session)
    if kind == _ASYNC_FAILED and result.outcome == Outcome.OPEN:
        result = replace(result, outcome=Outcome.FAILED, reason="The bank did not pay.")
    payment = _payments().filter(gateway_id=session["id"]).first() or _numbered(session["client_reference_id"])
    if payment is None:
        return [_unknown(result.receipt, session)] if result.outcome == Outcome.PAID else []
    return [PaymentMessage(payment, replace(result, mismatch=_contradiction(payment, session)))]


def _contradiction(payment: Payment, session: Object) -> str:
    if session["client_reference_id"] != payment.number:
        return f"Session {session['id']} names another payment than {payment.number}, whose session it is."
    if payment.gateway_id not in {"", session["id"]}:
        return f"Session {session['id']} is not the one that was made for payment {payment.number}."
    return ""


def _intent_messages(intent: Object, query: Query) -> list[Message]:
    """Return what the event of a page's payment intent means. The page's session decides about the payment.

    If the intent received another amount than the payment's, report that instead.
    """
    payment = _numbered(intent["metadata"].get(PAYMENT))
    if payment is None:
        return [_unknown(intent["id"], intent)] if intent["status"] == "succeeded" else []
    currency = intent["currency"].upper()
    received = from_units(intent["amount_received"], currency)
    if intent["status"] == "succeeded" and (received, currency) != (payment.amount, payment.currency):
        detail = f"Intent {intent['id']} received {received} {currency}."
        return [PaymentMessage(payment, Result(Outcome.PAID, receipt=intent["id"], mismatch=detail))]
    return _paid(payment, query)


def _refund_messages(thing: Object, query: Query) -> list[Message]:
    """Return the payment's result and then its refunds: the payment's own event may still be on its way."""
    payment = _payment_of_intent(thing["payment_intent"])
    if payment is None:
        return [_unknown(thing["payment_intent"] or thing["id"], thing)]
    return [*_paid(payment, query), *(_told(payment, refund) for refund in refunds_of_intent(thing["payment_intent"]))]


def _paid(payment: Payment, query: Query) -> list[Message]:
    return [] if payment.captured_amount else [PaymentMessage(payment, query(payment))]


def _told(payment: Payment, refund: dict[str, Any]) -> RefundMessage:
    result = refund_result_of(refund)
    ours = Refund.objects.filter(payment=payment, number=refund["metadata"].get(REFUND, "")).first()
    if ours is not None:
        return RefundMessage(result, refund=ours)
    amount = from_units(refund["amount"], refund["currency"].upper())
    return RefundMessage(result, payment=payment, amount=amount, receipt=refund["payment_intent"])


def _dispute_messages(kind: str, told: Object, query: Query) -> list[Message]:
    """Return what a dispute's event means, from the dispute's state at Stripe now. A closed dispute holds no refunds.

    The payment's result comes first, if its money is not in the ledger yet.
    """
    dispute, is_asked = _dispute_of_today(told)
    currency = dispute["currency"].upper()
    amount = from_units(dispute["amount"], currency)
    detail = f"Dispute {dispute['id']} about {amount} {currency}: {dispute['reason']}. "
    # A dispute without a status counts as open.
    closed = dispute.get("status", "needs_response") not in _OPEN
    detail += f"Stripe closed it: {dispute['status']}." if closed else "Answer it at Stripe in time."
    payment = _payment_of_intent(dispute["payment_intent"])
    if payment is None:
        return [AlertMessage(AlertKind.DISPUTE_CLOSED if closed else AlertKind.DISPUTE, dispute["id"], detail)]
    if currency != payment.currency:
        return [_in_another_currency(payment, dispute, closed, detail)]
    told_of = DisputeMessage(payment, dispute["id"], closed, detail)
    taken, returned = _moved(dispute, amount) if is_asked else _moved_as_told(kind, dispute, amount)
    chargeback = ChargebackMessage(payment, dispute["id"], dispute["payment_intent"], taken, returned)
    # What was taken is entered before the dispute ends, so that it never looks free to refund in between.
    end: list[Message] = [chargeback, told_of] if closed else [told_of, chargeback]
    return [*_paid(payment, query), *end]


def _in_another_currency(payment: Payment, dispute: Object, closed: bool, detail: str) -> DisputeMessage:
    """Return the message about a dispute in another currency, which the ledger can't hold.

    A lost one stays open, because the ledger still counts the money that the bank took.
    """
    if dispute.get("status") == "lost":
        closed = False
        detail += f" The payment is in {payment.currency}, so the ledger can't hold it: close it on the payment's page."
    return DisputeMessage(payment, dispute["id"], closed, detail)


def _dispute_of_today(told: Object) -> tuple[Object, bool]:
    """Ask Stripe for the dispute. Return it, and whether Stripe knows it.

    If Stripe does not know it, return the dispute as the message described it.
    """
    try:
        with asking() as api:
            return api.v1.disputes.retrieve(told["id"]).to_dict(), True
    except GatewayRefused:
        return told, False


def _moved(dispute: Object, amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return what was taken and what was returned, by the changes of the shop's balance that the dispute lists.

    An inquiry lists none. A lost dispute took its amount in the end, whether listed or not.
    """
    listed = dispute.get("balance_transactions") or []
    changes = [each["amount"] for each in listed]
    if any(each.get("currency", dispute["currency"]) != dispute["currency"] for each in listed):
        # The shop's account is in another currency: the changes tell only whether everything came back.
        taken = amount if min(changes) < 0 else Decimal(0)
        returned = taken if sum(changes) >= 0 else Decimal(0)
    else:
        currency = dispute["currency"].upper()
        taken = from_units(-sum(each for each in changes if each < 0), currency)
        returned = from_units(sum(each for each in changes if each > 0), currency)
    return (max(taken, returned + amount) if dispute["status"] == "lost" else taken), returned


def _moved_as_told(kind: str, dispute: Object, amount: Decimal) -> tuple[Decimal, Decimal]:
    is_lost = dispute.get("status") == "lost"
    taken = amount if is_lost or kind in {_WITHDRAWN, _REINSTATED} else Decimal(0)
    return taken, amount if kind == _REINSTATED and not is_lost else Decimal(0)


def _payments() -> Any:
    return Payment.objects.filter(method=PaymentMethod.STRIPE)


def _numbered(number: str | None) -> Payment | None:
    return _payments().filter(number=number).first() if number else None


def _payment_of_intent(intent_id: str | None) -> Payment | None:
    """Find an intent's payment in the ledger, or, before its money is there, by the number that Stripe stores."""
    if not intent_id:
        return None
    entries = PaymentEntry.objects.filter(method=PaymentMethod.STRIPE, kind=EntryKind.CAPTURE, receipt=intent_id)
    entry = entries.select_related("payment").first()
    if entry is not None:
        return entry.payment
    try:
        with asking() as api:
            intent = api.v1.payment_intents.retrieve(intent_id).to_dict()
            return _numbered(intent["metadata"].get(PAYMENT))
    except GatewayRefused:
        return None


def _unknown(key: str, thing: Object) -> AlertMessage:
    detail = f"Stripe reports {thing['object']} {thing['id']}, which belongs to no payment of ours."
    return AlertMessage(AlertKind.UNKNOWN_PAYMENT, key, detail)
