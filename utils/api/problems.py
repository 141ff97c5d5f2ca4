"""Error answers, all of them RFC 9457 problem documents (``application/problem+json``).

A document holds ``type, title, status, detail, code, request_id`` and, for fields, ``errors: [{pointer, code,
message}]``. A ``pointer`` is a JSON pointer (RFC 6901) into the request body, or names a query parameter as ``?name``.
"""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.utils.http import escape_leading_slashes
from django.views.csrf import csrf_failure as csrf_page
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from utils import errors
from utils.api.middleware import note_verdict
from utils.limits import TooManyRequests, Verdict
from utils.request_ids import current_request_id

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
CATALOGUE = "/api/v1/problems/"

_STATUS_OF_KIND: dict[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Denied: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.VersionChanged: 412,
    errors.Reused: 422,
    TooManyRequests: 429,
    errors.Unavailable: 503,
}


def status_of(kind: type[errors.DomainError]) -> int:
    """Return the HTTP status of an error class."""
    return next(status for parent, status in _STATUS_OF_KIND.items() if issubclass(kind, parent))


def problem(*, status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """Build a problem document."""
    return {
        "type": f"{CATALOGUE}#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        **extra,
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an error into a problem document; DRF calls this for each error of a view.

    Return ``None`` for an unexpected error, which then becomes a 500: that is a bug in the shop.
    """
    answer = _translate(error)
    if answer is None:
        return None
    set_rollback()
    if isinstance(error, TooManyRequests):
        spent = Verdict(error.limit, remaining=0, reset_after=error.retry_after)
        note_verdict(context["request"]._request, spent)
    body, headers = answer
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _translate(error: Exception) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Return the body and the headers of the answer to an error, or ``None`` for an unexpected one."""
    if isinstance(error, errors.DomainError):
        return _from_domain(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    if isinstance(error, RequestDataTooBig):
        return problem(status=413, code="too_large", detail="The body is larger than this server accepts."), {}
    if isinstance(error, OperationalError):
        logger.warning("The database refused a statement: %s", error)
        return problem(status=503, code="busy", detail="The shop is busy. Try again in a moment."), {"Retry-After": "1"}
    return None


def _from_domain(error: errors.DomainError) -> tuple[dict[str, Any], dict[str, str]]:
    status = status_of(type(error))
    extra = dict(error.extra)
    headers: dict[str, str] = {}
    if error.field:
        extra["errors"] = [{"pointer": f"/{error.field}", "code": error.code, "message": error.detail}]
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(seconds)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return problem(status=status, code=error.code, detail=error.detail, **extra), headers


def _from_drf(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        found = list(_flatten(error.detail, ""))
        body = problem(status=400, code="invalid", detail="Some of the input is not valid.", errors=found)
        return body, headers
    detail = error.detail
    if isinstance(detail, dict):  # simplejwt's InvalidToken
        detail = detail.get("detail", detail)
    code = str(getattr(detail, "code", error.default_code))
    return problem(status=error.status_code, code=code, detail=str(detail)), headers


def _flatten(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Flatten DRF's nested error ``detail`` into the entries of a problem document's ``errors``."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from _flatten(below, _below(pointer, str(name)))
    elif isinstance(detail, list):
        for index, below in enumerate(detail):
            nested = isinstance(below, dict | list)
            yield from _flatten(below, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}


def _below(pointer: str, name: str) -> str:
    if name == "non_field_errors":
        return pointer
    if name.startswith("?"):  # a query parameter, from utils.api.filters
        return name
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def page(request: HttpRequest, *, status: int, code: str, detail: str) -> HttpResponse:
    """Answer with a problem document outside of DRF's views."""
    body = problem(status=status, code=code, detail=detail)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 for a request that Django refuses."""
    code = "bad_host" if isinstance(exception, DisallowedHost) else "bad_request"
    return page(request, status=400, code=code, detail="The request can't be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 for a page outside of DRF's views."""
    return page(request, status=403, code="permission_denied", detail="You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 for an unknown URL."""
    return page(request, status=404, code="not_found", detail="There is nothing at this URL.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 when Django's CSRF middleware refuses a request; people in the admin get Django's page.

    For the API's views, DRF does this check.
    """
    if request.path.startswith("/admin/"):
        return csrf_page(request, reason=reason)
    return page(request, status=403, code="permission_denied", detail="The CSRF token is missing or wrong.")


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    """Answer 404 with a problem document; this is the last route, so it matches every unknown URL.

    It also replaces Django's debug page for developers. A GET without the final slash is redirected, as Django does.
    Other methods are not, because the body would be lost.
    """
    if request.path.endswith("/"):
        return not_found(request, Http404())
    with_slash = f"{request.path}/"
    if request.method in ("GET", "HEAD") and resolve(with_slash).func is not unknown_path:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{escape_leading_slashes(with_slash)}{'?' if query else ''}{query}")
    return page(request, status=404, code="not_found", detail="There is nothing at this URL. URLs end with a slash.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 for an unexpected error."""
    return page(request, status=500, code="server_error", detail="Something went wrong on our side.")
