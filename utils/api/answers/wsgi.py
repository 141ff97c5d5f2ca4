"""Kept answers in front of Django: a WSGI application that sends them before a request is built."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from utils.api.answers.http import is_about_the_body, is_known
from utils.api.answers.memory import KeptAnswer, memory
from utils.api.answers.places import place_of
from utils.api.clients import ip_address_in
from utils.api.middleware import rate_limit_headers, requests_log
from utils.api.revision import READER
from utils.api.throttles import count_guest_read
from utils.limits import Verdict
from utils.request_ids import request_id_for, serving
from utils.revisions import SharedReader

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class KeptAnswers:
    """Send what this process keeps, and let ``application`` answer everything else.

    A client can't tell who has answered: the headers and the log line are those of ``config.settings.base.MIDDLEWARE``.
    Whatever fails here, ``application`` answers.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._revision = SharedReader()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        began = time.perf_counter()
        try:
            found = self._find(environ)
        except Exception:
            logger.exception("Kept answers can't be looked up.")
            found = None
        if found is None:
            environ[READER] = self._revision.read
            return self._application(environ, start_response)
        return _send(environ, start_response, *found, began=began)

    def _find(self, environ: Environ) -> tuple[KeptAnswer, Verdict] | None:
        """Return the current answer to the request, and what is left of the caller's limit."""
        place = place_of(environ, _scheme(environ))
        answer = memory.get(place) if place else None
        if answer is None or not answer.is_current(self._revision.read()):
            return None
        verdict = count_guest_read(ip_address_in(environ))
        return None if verdict is None else (answer, verdict)


def _scheme(environ: Environ) -> str:
    """Return the request's scheme, as ``HttpRequest.scheme`` reads it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := environ.get(name)) is not None:
            return "https" if value.split(",", 1)[0].strip() == secure else "http"
    scheme: str = environ["wsgi.url_scheme"]
    return scheme


def _send(
    environ: Environ, start_response: Any, answer: KeptAnswer, verdict: Verdict, *, began: float
) -> Iterable[bytes]:
    method = environ["REQUEST_METHOD"]
    request_id = request_id_for(environ.get("HTTP_X_REQUEST_ID", ""))
    headers = [*answer.headers, *rate_limit_headers([verdict]).items(), ("X-Request-ID", request_id)]
    status, body = "200 OK", [] if method == "HEAD" else [answer.body]
    if is_known(answer.etag, environ.get("HTTP_IF_NONE_MATCH", "")):
        status, body = "304 Not Modified", []
        headers = [header for header in headers if not is_about_the_body(header[0])]
    with serving(request_id):
        milliseconds = (time.perf_counter() - began) * 1000
        requests_log.info("%s %s %s %.0f ms", method, answer.path, status[:3], milliseconds)
    start_response(status, headers)
    return body
