"""Middleware for all requests: request ids, the request log, time zone, CORS, caching and rate limit headers."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from utils.api.logs import loggable_path
from utils.request_ids import current_request_id, request_id_for, serving

if TYPE_CHECKING:  # the logging filter below is loaded before the models can be imported
    from utils.limits import Verdict

requests_log = logging.getLogger("utils.requests")

ADMIN = "/admin/"


class RequestIDMiddleware:
    """Set the request's id: the client's ``X-Request-ID`` if it is acceptable, else a new one.

    An acceptable id has 8 to 64 characters: letters, digits, ``.``, ``_`` and ``-``.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_for(request.META.get("HTTP_X_REQUEST_ID", ""))
        with serving(request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class RequestLogMiddleware:
    """Write one log line for each request, in place of the web server's line, which would show secrets in URLs."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        milliseconds = (time.perf_counter() - start) * 1000
        requests_log.info(
            "%s %s %s %.0f ms", request.method, loggable_path(request), response.status_code, milliseconds
        )
        return response


class TimeZoneMiddleware:
    """Serve the admin in the shop's ``TIME_ZONE``, and everything else, including the API, in UTC."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TIME_ZONE == "UTC" or request.path.startswith(ADMIN):
            return self.get_response(request)
        with timezone.override(UTC):
            return self.get_response(request)


class AdminMessageMiddleware(MessageMiddleware):
    """Keep messages to the user between two pages of the admin. Nothing else has such messages."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if request.path.startswith(ADMIN) else self.get_response(request)


class CrossOriginMiddleware(CorsMiddleware):
    """Send the CORS headers. Without an ``Origin``, they are only the ``Vary`` that tells caches of it."""

    def __call__(self, request: HttpRequest) -> Any:
        if "HTTP_ORIGIN" in request.META or request.method == "OPTIONS":
            return super().__call__(request)
        response: Any = self.get_response(request)
        patch_vary_headers(response, ("origin",))
        return response


_TOKENS = frozenset({"HTTP_AUTHORIZATION", "HTTP_X_CART_TOKEN", "HTTP_X_ORDER_TOKEN"})


class NoStoreMiddleware:
    """Forbid caching of personal answers: answers to credentials, to guests' carts and orders, and to writes."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_file = request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
        if not is_file and self._is_personal(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _is_personal(request: HttpRequest) -> bool:
        has_token = not _TOKENS.isdisjoint(request.META)
        is_about_sign_in = request.path.startswith("/api/v1/auth/")
        return (
            has_token
            or is_about_sign_in
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or request.method not in ("GET", "HEAD")
        )


def note_verdict(request: HttpRequest, verdict: "Verdict") -> None:
    """Add the state of a limit to the rate limit headers of the answer to ``request``, after those added before."""
    request.__dict__.setdefault("rate_verdicts", []).append(verdict)


def rate_limit_headers(verdicts: Sequence["Verdict"]) -> dict[str, str]:
    """Return ``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers)."""
    limits = [verdict.limit for verdict in verdicts]
    return {
        "RateLimit-Policy": ", ".join(f'"{limit.name}";q={limit.count};w={limit.seconds}' for limit in limits),
        "RateLimit": ", ".join(
            f'"{verdict.limit.name}";r={verdict.remaining};t={verdict.reset_after}' for verdict in verdicts
        ),
    }


class RateLimitMiddleware:
    """Send the headers of ``rate_limit_headers`` for each counted request."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if verdicts := getattr(request, "rate_verdicts", []):
            for name, value in rate_limit_headers(verdicts).items():
                response[name] = value
        return response


class RequestIDFilter(logging.Filter):
    """Add the request's id to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
