"""Middleware that keeps the answers of views that allow it, and sends guests those that are kept."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from utils.api.answers.flights import Flight, find_or_make, land
from utils.api.answers.http import add_headers, is_about_the_body, is_known, kept_by
from utils.api.answers.memory import KeptAnswer
from utils.api.answers.places import is_of_a_guest, place_of
from utils.api.clients import ip_address_of
from utils.api.logs import loggable_path
from utils.api.middleware import note_verdict
from utils.api.revision import note_revision, reader_of
from utils.api.throttles import count_guest_read

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Making:
    """Hold what to do with the answer that the view makes.

    ``shown`` names what the answer shows. Without ``flight``, the answer is not kept.
    """

    shown: Callable[[Any], Iterable[str]]
    flight: Flight | None


class KeptAnswersMiddleware:
    """Serve guests' reads from kept answers, and send all of them with the headers of ``http.add_headers``.

    Must come inside of the middleware that sets headers for one request only, such as its id, and outside of all that
    sets headers for every answer.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = None
        try:
            response = self.get_response(request)
        finally:
            making = request.__dict__.pop("kept_making", None)
            if making is not None:
                response = _finish(request, response, making)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        shown = kept_by(view)
        # DRF's test client signs in by this attribute, without a header.
        if shown is None or not is_of_a_guest(request.META) or getattr(request, "_force_auth_user", None):
            return None
        found = _find_or_make(request)
        if isinstance(found, KeptAnswer):
            return _send(request, found)
        request.__dict__["kept_making"] = _Making(shown, found)
        return None


def _find_or_make(request: HttpRequest) -> KeptAnswer | Flight | None:
    """Return what ``find_or_make`` does; when it fails, let the view answer as if nothing were ever kept."""
    place = place_of(request.META, request.scheme or "")
    if place is None:
        return None
    try:
        found = find_or_make(place, reader_of(request))
    except Exception:
        logger.exception("Kept answers can't be looked up.")
        return None
    if isinstance(found, Flight):
        note_revision(request, found.revision)
    return found


def _send(request: HttpRequest, answer: KeptAnswer) -> HttpResponse | None:
    """Return the answer to send; ``None`` when there were too many requests, which the view then says."""
    verdict = count_guest_read(ip_address_of(request))
    if verdict is None:
        return None
    note_verdict(request, verdict)
    response = HttpResponse(answer.body, headers=dict(answer.headers))
    return _not_modified(request, response) or response


def _not_modified(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """Return the answer without a body (304) when the client has ``response`` already, else ``None``."""
    if not is_known(response["ETag"], request.META.get("HTTP_IF_NONE_MATCH", "")):
        return None
    headers = {name: value for name, value in response.items() if not is_about_the_body(name)}
    return HttpResponseNotModified(headers=headers)


def _finish(request: HttpRequest, response: Any, making: _Making) -> Any:
    """Add the headers to ``response``, if it may be kept, and keep it."""
    answer = None
    try:
        if not _may_be_kept(response):
            return response
        add_headers(response, making.shown(response.data))
        if making.flight is not None:
            answer = KeptAnswer(
                revision=making.flight.revision,
                made_at=time.time(),
                etag=response["ETag"],
                path=loggable_path(request),
                headers=list(response.items()),
                body=response.content,
            )
        return _not_modified(request, response) or response
    finally:
        if making.flight is not None:
            land(making.flight, answer)


def _may_be_kept(response: Any) -> bool:
    """Return whether ``response`` is JSON that any guest might get."""
    if response is None or response.status_code != 200 or response.cookies:
        return False
    if response["Content-Type"] != "application/json":
        return False
    # An answer that was put together without a renderer shows what everybody may see.
    context = getattr(response, "renderer_context", None)
    return context is None or not context["request"].user.is_authenticated
