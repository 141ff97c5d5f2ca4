"""Show pages for people: what a buyer would see at each gateway, and the requests between shop and gateways."""

import json
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.simulator import selectors, services
from payments.simulator.models import Side, SimulatedPayment, State
from payments.simulator.services import Mischief
from payments.simulator.shapes import aamarpay, stripe
from payments.simulator.shapes.messages import Choice

_SHOWN = 30
_CHOICES = {choice.value: choice for choice in Choice}
_SWITCHES = (
    ("late", "Late", "The messages come after 10 seconds."),
    ("twice", "Twice", "Each message comes two times."),
    ("out_of_order", "Out of order", "In reverse order, and a message about an earlier failure comes last."),
    ("lost", "Lost", "No message comes at all; the shop has to ask."),
    ("forged", "Forged", "Somebody else claims that this was paid, whatever you choose."),
    ("wrong_amount", "Wrong amount", "The gateway collects 1 instead of the full amount."),
)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    payments = [_told(payment) for payment in selectors.payments_newest()[:_SHOWN]]
    return render(request, "simulator/overview.html", {"payments": payments, "shown": _SHOWN})


def _told(payment: SimulatedPayment) -> dict[str, Any]:
    return {
        "payment": payment,
        "exchanges": [
            {"exchange": exchange, "sent": _pretty(exchange.sent), "answered": _pretty(exchange.answered)}
            for exchange in payment.exchanges.all()
        ],
        "deliveries": payment.deliveries.all(),
    }


def _pretty(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, indent=2)


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """Show the latest prompt to pay as a phone would; without one, show the overview."""
    ringing = selectors.phone_that_rings()
    return redirect("simulator:pay", ringing.public_id) if ringing else redirect("simulator:overview")


@require_safe
def paynow(request: HttpRequest) -> HttpResponse:
    """Redirect a browser from the URL of aamarPay's payment page to the simulator's page for the same payment.

    The query parameter ``track`` names the payment.
    """
    return redirect("simulator:pay", request.GET.get("track") or "none")


# Its forms lead on to the URL that the shop named, whatever its origin.
@csp_update({"form-action": ["*", *(f"{scheme}:" for scheme in settings.APP_URL_SCHEMES)]})  # type: ignore[arg-type] # it forgets that views take arguments
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    payment = _payment(public_id)
    choice = _CHOICES.get(request.POST.get("choice", ""))
    if choice is None or payment.state != State.OPEN:
        return _page(request, payment)
    mischief = Mischief(**{name: name in request.POST for name, _, _ in _SWITCHES})
    payment = services.payment_decide(payment_id=payment.pk, choice=choice, mischief=mischief)
    return _onward(request, payment, choice)


def _payment(public_id: str) -> SimulatedPayment:
    payment = selectors.payment_known_as(public_id)
    if payment is None:
        raise Http404
    return payment


def _page(request: HttpRequest, payment: SimulatedPayment) -> HttpResponse:
    context = {
        "payment": payment,
        "is_open": payment.state == State.OPEN,
        "switches": _SWITCHES,
        "shop": f"{settings.FRONTEND_URL}/",
    }
    return render(request, f"simulator/{payment.side}.html", context)


def _onward(request: HttpRequest, payment: SimulatedPayment, choice: Choice) -> HttpResponse:
    """Return the page or redirect that the buyer gets after a choice on the simulated payment page.

    A phone or an app stays on that page, and so does a buyer whose card was declined, who can try again. Otherwise the
    browser goes back to the shop.
    """
    is_in_app = payment.side == Side.STRIPE and stripe.is_intent(payment)
    if payment.side == Side.MPESA or is_in_app or (payment.side == Side.STRIPE and choice == Choice.DECLINE):
        return redirect("simulator:pay", payment.public_id)
    if choice == Choice.CANCEL:
        return HttpResponseRedirect(payment.details["cancel_url"] or settings.FRONTEND_URL, status=303)
    if payment.side == Side.STRIPE:
        address = payment.details["success_url"].replace("{CHECKOUT_SESSION_ID}", payment.public_id)
        return HttpResponseRedirect(address, status=303)
    address = payment.details["success_url" if choice == Choice.PAY else "fail_url"]
    fields = aamarpay.result(payment, State(payment.state))
    return render(request, "simulator/forward.html", {"address": address, "fields": fields})


@require_POST
def resend(request: HttpRequest, delivery_id: int) -> HttpResponse:
    services.delivery_resend(delivery_id=delivery_id)
    return redirect("simulator:overview")
