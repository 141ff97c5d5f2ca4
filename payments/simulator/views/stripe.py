"""Serve Stripe: POST and GET under /simulator/stripe/v1/."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from payments.simulator import selectors, services
from payments.simulator.models import Exchange, Side, SimulatedPayment, State
from payments.simulator.shapes import stripe
from payments.simulator.shapes.stripe import StripeError
from payments.simulator.shapes.stripe_params import intent_params, nested, part, refund_params, session_params, whole
from payments.simulator.views.answers import SimulatedAnswer, note, rendered

Work = Callable[..., SimulatedAnswer]
# The statuses of refusals that another try may avoid, so that they are not kept for a repeated key.
_NOT_KEPT = range(400, 410)
# Stripe's intents never expire; here they do, so that one that nobody pays is closed.
_INTENT_LASTS = timedelta(days=30)


def endpoint(**by_method: Work) -> Callable[..., HttpResponse]:
    """Return a view that checks the key, and stores each request with its answer.

    A repeated idempotency key gets the first answer again.
    """

    @csrf_exempt
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        work = by_method.get(request.method or "")
        if work is None:
            return HttpResponseNotAllowed(list(by_method))
        if request.headers.get("Authorization") != f"Bearer {settings.STRIPE_SECRET_KEY}":
            error = StripeError("Invalid API Key provided.", status=401)
            return rendered(SimulatedAnswer(error.body, error.http_status))
        try:
            sent = nested(request.POST if request.method == "POST" else request.GET)
        except StripeError as error:
            return rendered(SimulatedAnswer(error.body, error.http_status))
        if request.method == "POST":
            return _once(request, work, sent, parts)
        answer = _refusable(work, sent, parts)
        note(request, sent, answer)
        return rendered(answer)

    return view


def _refusable(work: Work, sent: dict[str, Any], parts: dict[str, str]) -> SimulatedAnswer:
    try:
        with transaction.atomic():
            return work(sent, **parts)
    except StripeError as error:
        return SimulatedAnswer(error.body, error.http_status)


def _once(request: HttpRequest, work: Work, sent: dict[str, Any], parts: dict[str, str]) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")[:255]
    name = f"POST {request.path}"
    exchange, is_new = services.exchange_begin(request=name, sent=sent, key=key, body=request.body)
    if not is_new:
        return _again(exchange, services.fingerprint(name, request.body))
    answer = _refusable(work, sent, parts)
    services.exchange_end(
        exchange=exchange,
        status=answer.status,
        answered=answer.body,
        payment=answer.payment,
        keep_key=answer.status not in _NOT_KEPT,
    )
    return rendered(answer)


def _again(exchange: Exchange, fingerprint: str) -> HttpResponse:
    if exchange.fingerprint != fingerprint:
        message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        return rendered(SimulatedAnswer(StripeError(message, kind="idempotency_error").body, 400))
    if exchange.status is None:
        message = "There is currently another in-progress request using this idempotency key."
        return rendered(SimulatedAnswer(StripeError(message, code="idempotency_key_in_use").body, 409))
    response = rendered(SimulatedAnswer(exchange.answered, exchange.status))
    response["Idempotent-Replayed"] = "true"
    return response


def _missing(kind: str, public_id: str) -> StripeError:
    return StripeError(f"No such {kind}: '{public_id}'", code="resource_missing", param="id", status=404)


def _session(public_id: str) -> SimulatedPayment:
    payment = selectors.payment_named(Side.STRIPE, public_id)
    if payment is None:
        raise _missing("checkout.session", public_id)
    return payment


def _intent(intent_id: str) -> SimulatedPayment:
    payment = selectors.payment_of_intent(intent_id)
    if payment is None or not (stripe.is_intent(payment) or payment.state == State.PAID):
        raise _missing("payment_intent", intent_id)
    return payment


def _with_intent(payment: SimulatedPayment, sent: dict[str, Any]) -> dict[str, Any]:
    """Return the session, with the intent's object in the place of its id for ``expand[]=payment_intent``."""
    content = stripe.session(payment)
    if content["payment_intent"] and "payment_intent" in part(sent, "expand").values():
        content["payment_intent"] = stripe.payment_intent(payment)
    return content


def create_session(sent: dict[str, Any]) -> SimulatedAnswer:
    amount, currency, lasts = session_params(sent)
    public_id = f"cs_test_{secrets.token_hex(16)}"
    details = {
        "url": f"{settings.SITE_URL}/simulator/pay/{public_id}/",
        "success_url": sent["success_url"],
        "cancel_url": sent.get("cancel_url"),
        "metadata": part(sent, "metadata"),
        "intent_metadata": part(part(sent, "payment_intent_data"), "metadata"),
    }
    payment = services.payment_open(
        side=Side.STRIPE,
        public_id=public_id,
        reference=str(sent.get("client_reference_id", ""))[:200],
        amount=amount,
        currency=currency,
        lasts=lasts,
        details=details,
    )
    return SimulatedAnswer(stripe.session(payment), payment=payment)


def get_session(sent: dict[str, Any], public_id: str) -> SimulatedAnswer:
    payment = _session(public_id)
    return SimulatedAnswer(_with_intent(payment, sent), payment=payment)


def expire_session(sent: dict[str, Any], public_id: str) -> SimulatedAnswer:
    payment = _session(public_id)
    if not services.payment_expire(payment_id=payment.pk):
        raise StripeError('Only Checkout Sessions with a status in ["open"] can be expired.')
    payment.refresh_from_db()
    return SimulatedAnswer(stripe.session(payment), payment=payment)


def create_intent(sent: dict[str, Any]) -> SimulatedAnswer:
    amount, currency = intent_params(sent)
    suffix, metadata = secrets.token_hex(12), part(sent, "metadata")
    payment = services.payment_open(
        side=Side.STRIPE,
        public_id=f"pi_{suffix}",
        reference=str(metadata.get("payment", ""))[:200],
        amount=amount,
        currency=currency,
        lasts=_INTENT_LASTS,
        details={"intent_metadata": metadata},
        suffix=suffix,
    )
    return SimulatedAnswer(stripe.payment_intent(payment), payment=payment)


def cancel_intent(sent: dict[str, Any], intent_id: str) -> SimulatedAnswer:
    payment = _intent(intent_id)
    if not stripe.is_intent(payment) or not services.payment_expire(payment_id=payment.pk):
        raise StripeError("This PaymentIntent can't be canceled.", code="payment_intent_unexpected_state")
    payment.refresh_from_db()
    return SimulatedAnswer(stripe.payment_intent(payment), payment=payment)


def get_intent(sent: dict[str, Any], intent_id: str) -> SimulatedAnswer:
    payment = _intent(intent_id)
    return SimulatedAnswer(stripe.payment_intent(payment), payment=payment)


def create_refund(sent: dict[str, Any]) -> SimulatedAnswer:
    intent_id, units = refund_params(sent)
    payment = _intent(intent_id)
    try:
        given = services.refund_make(
            payment_id=payment.pk,
            amount=None if units is None else stripe.major(units, payment.currency),
            details={"metadata": part(sent, "metadata"), "reason": sent.get("reason")},
        )
    except services.TooMuch as error:
        message = "Refund amount is greater than unrefunded amount on charge."
        raise StripeError(message, code="charge_already_refunded", param="amount") from error
    return SimulatedAnswer(stripe.refund(given), payment=payment)


def get_refund(sent: dict[str, Any], public_id: str) -> SimulatedAnswer:
    given = selectors.refund_named(public_id)
    if given is None:
        raise _missing("refund", public_id)
    return SimulatedAnswer(stripe.refund(given), payment=given.payment)


def list_refunds(sent: dict[str, Any]) -> SimulatedAnswer:
    given = selectors.refunds_of_intent(str(sent.get("payment_intent", "")))
    return SimulatedAnswer(_page("/v1/refunds", [stripe.refund(each) for each in given], sent))


def list_events(sent: dict[str, Any]) -> SimulatedAnswer:
    were_taken = {"true": True, "false": False}.get(str(sent.get("delivery_success")))
    kinds = set(map(str, part(sent, "types").values()))
    found = selectors.stripe_events(were_taken=were_taken)
    return SimulatedAnswer(
        _page("/v1/events", [json.loads(body) for kind, body in found if not kinds or kind in kinds], sent)
    )


def _page(url: str, rows: list[dict[str, Any]], sent: dict[str, Any]) -> dict[str, Any]:
    """Return one page, the newest first: ``starting_after`` goes on to older rows, ``ending_before`` to newer ones."""
    limit = whole(sent.get("limit", 10), "limit")
    places = {row["id"]: place for place, row in enumerate(rows)}
    if "ending_before" in sent:
        rows = rows[: places.get(str(sent["ending_before"]), len(rows))]
        return {"object": "list", "url": url, "data": rows[-limit:], "has_more": len(rows) > limit}
    rows = rows[places.get(str(sent.get("starting_after")), -1) + 1 :]
    return {"object": "list", "url": url, "data": rows[:limit], "has_more": len(rows) > limit}
