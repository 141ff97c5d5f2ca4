"""Serve what the three APIs have in common: each request is stored with its answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from payments.simulator.models import SimulatedPayment
from payments.simulator.services import exchange_begin, exchange_end


@dataclass(frozen=True)
class SimulatedAnswer:
    """Hold an answer to the shop. ``payment`` is the one that it is about; without one the exchange is not noted."""

    body: Any
    status: int = 200
    payment: SimulatedPayment | None = None


Work = Callable[..., SimulatedAnswer]


def endpoint(**by_method: Work) -> Callable[..., HttpResponse]:
    """Return a view that calls the function for the method, stores the request with the answer, and answers JSON."""

    @csrf_exempt
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        work = by_method.get(request.method or "")
        if work is None:
            return HttpResponseNotAllowed(list(by_method))
        sent = sent_json(request) if request.content_type == "application/json" else {}
        answer = work(request, sent or request.GET.dict(), **parts)
        note(request, sent or request.GET.dict(), answer)
        return rendered(answer)

    return view


def rendered(answer: SimulatedAnswer) -> HttpResponse:
    """Return the response of an answer: a text as it is, anything else as JSON."""
    if isinstance(answer.body, str):
        return HttpResponse(answer.body, status=answer.status, content_type="text/html")
    return JsonResponse(answer.body, status=answer.status, safe=False)


def sent_json(request: HttpRequest) -> dict[str, Any]:
    """Return the object that was sent; empty for anything else."""
    try:
        sent = json.loads(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def note(request: HttpRequest, sent: dict[str, Any], answer: SimulatedAnswer) -> None:
    if answer.payment is not None:
        exchange, _ = exchange_begin(request=f"{request.method} {request.path}", sent=sent)
        exchange_end(exchange=exchange, status=answer.status, answered=answer.body, payment=answer.payment)
