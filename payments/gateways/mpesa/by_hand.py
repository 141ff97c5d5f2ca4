"""Match payments that buyers made to M-Pesa's pay bill by hand, without a prompt.

Daraja reports them, unsigned, to a URL that the shop registers. It may report paid prompts there as well. Each such
confirmation is a hint. If it names an order, M-Pesa is asked about the order's prompts. Money that belongs to no prompt
pays for nothing by itself, as nobody confirms it to the shop: staff compare it with the pay bill's statement.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import now

from payments.gateways.errors import BadMessage, GatewayDown
from payments.gateways.messages import AlertMessage, Incoming, Message, PaymentMessage
from payments.gateways.mpesa.api import call
from payments.gateways.mpesa.callbacks import amount, plain, receipt
from payments.gateways.results import Outcome, Result
from payments.models import GatewayEvent, Payment
from payments.states import AlertKind, PaymentMethod

_REGISTER = "/mpesa/c2b/v1/registerurl"
_LONGEST_REFERENCE = 12
_LONGEST_SHOWN = 40
# A prompt lasts about a minute. If M-Pesa can't tell its result after this time, it never will.
_DECIDED_WITHIN = timedelta(minutes=10)


def account_reference(number: str) -> str:
    """Return an order's number as the payer reads and types it: at most 12 letters and digits."""
    return re.sub(r"[^A-Za-z0-9]", "", number)[:_LONGEST_REFERENCE]


def incoming_from(message: Any) -> Incoming:
    """Read a confirmation, without the payer's names and phone. Raise ``BadMessage`` when it can't be read."""
    if not isinstance(message, dict):
        raise BadMessage
    name, typed = receipt(message.get("TransID")), str(message.get("BillRefNumber") or "")
    number = account_reference(typed).upper()
    payments = Payment.objects.filter(method=PaymentMethod.MPESA, order__number=number)
    payload = {
        "by_hand": name,
        "amount": amount(message.get("TransAmount")),
        "order": payments.values_list("order", flat=True).first(),
        "bill": plain(typed)[:_LONGEST_SHOWN],
    }
    return Incoming(event_id=name, kind="c2b", payload=payload)


def messages_of(event: GatewayEvent, *, query: Callable[[Payment], Result]) -> list[Message]:
    """Return what a confirmation means.

    ``query`` asks M-Pesa for the result of a payment's prompt. Raise ``GatewayDown`` while that result is not decided
    or M-Pesa does not answer, and ``GatewayMisconfigured`` when M-Pesa refuses the shop's credentials.
    """
    told = event.payload
    if Payment.objects.filter(method=PaymentMethod.MPESA, reference=told["by_hand"]).exists():
        return []
    results = [(payment, query(payment)) for payment in _prompts(told)]
    is_undecided = any(result.outcome not in {Outcome.PAID, Outcome.FAILED} for _, result in results)
    if is_undecided and now() - event.received_at < _DECIDED_WITHIN:
        raise GatewayDown("M-Pesa does not say yet whether this was paid by a prompt.")
    paid = [(payment, result) for payment, result in results if result.outcome == Outcome.PAID]
    if len(paid) != 1:
        return [_for_staff(told)]
    payment, result = paid[0]
    return [PaymentMessage(payment, replace(result, amount=Decimal(told["amount"]), reference=told["by_hand"]))]


def _prompts(told: dict[str, Any]) -> QuerySet[Payment]:
    """Select the order's M-Pesa payments of this amount that were started and have no receipt yet."""
    asked_for = Payment.objects.filter(method=PaymentMethod.MPESA, order=told["order"], started_at__isnull=False)
    return asked_for.filter(amount=Decimal(told["amount"]), reference="").order_by("pk")


def _for_staff(told: dict[str, Any]) -> AlertMessage:
    detail = f'{told["amount"]} KES, receipt {told["by_hand"]}, for the account "{told["bill"]}".'
    return AlertMessage(AlertKind.PAID_BY_HAND, key=told["by_hand"], detail=detail)


def addresses() -> dict[str, str]:
    """Return the URLs to which Daraja posts such payments; empty when no secret for them is set."""
    if not settings.MPESA_C2B_TOKEN:
        return {}
    address = f"{settings.SITE_URL}/api/v1/payments/c2b/{settings.MPESA_C2B_TOKEN}"
    return {"ConfirmationURL": f"{address}/confirmation/", "ValidationURL": f"{address}/validation/"}


def register() -> None:
    """Register, at M-Pesa's API Daraja, the URLs to which it reports payments that buyers make by hand.

    Raise ``GatewayFailure`` when Daraja is not reached, gives no answer or does not accept the URLs.
    """
    # "Completed": money is taken even if nobody answers the question whether it should be.
    reply = call(_REGISTER, {"ShortCode": settings.MPESA_SHORTCODE, "ResponseType": "Completed", **addresses()})
    if not reply.is_accepted:
        raise reply.failure
