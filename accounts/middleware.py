"""Middleware that connects each request with the audit log; see ``accounts.audit``."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.audit import Trail, trail_of
from accounts.models import AuditAction


class AuditMiddleware:
    """Record in the audit log what staff change while a request is served.

    A successful unsafe request of staff to the API that changed no audited row is recorded as ``acted``. Must come
    after the middleware that sets ``request.user``.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail_of(request) as trail:
            response = self.get_response(request)
            if trail is not None and response.status_code < 400 and _is_unseen(trail):
                trail.write(AuditAction.ACTED, changes={})
        return response


def _is_unseen(trail: Trail) -> bool:
    """Return whether staff sent this request to the API and the audit log has no entry for it yet.

    Requests to the admin are left out: it also answers refusals with a status below 400, and its own history records
    what was done.
    """
    match = trail.request.resolver_match
    is_admin = match is not None and "admin" in match.app_names
    return not trail.entries and not is_admin and trail.is_of_staff
