"""URLs in logs, without the secrets in them.

The URLs of mailed links and of the gateways' webhooks contain a secret. Some query strings do too, such as a socket's
ticket. The secret stays valid even when the request is refused. The log lines of the web server and the proxy would
show it (docs/deployment.md), so the shop writes its own line for each request.
"""

import logging
import re
from typing import Any

from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

SECRETS = frozenset({"secret", "token", "reset_token"})
# As in deploy/nginx.conf. Secrets are at least this long: settings.production, payments, Django's reset tokens.
_LONG_SEGMENT = re.compile(r"[^/]{32,}")
_URI = re.compile(r"\buri=\S+")


def loggable_path(request: HttpRequest) -> str:
    """Return the path of ``request`` as a log may show it.

    For a URL with a secret, return the route's pattern. In other paths replace long parts, because they may be mistyped
    URLs with a secret.
    """
    match = request.resolver_match
    if match and not SECRETS.isdisjoint(match.kwargs):
        return f"/{match.route}"
    return _LONG_SEGMENT.sub("...", escape_uri_path(request.path))


class SecretPathFilter(logging.Filter):
    """Replace the path in Django's log lines about requests with the loggable one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (request := getattr(record, "request", None)) is not None:
            record.args = tuple(loggable_path(request) if _is_path(arg) else arg for arg in record.args or ())
        return True


def _is_path(argument: Any) -> bool:
    return isinstance(argument, str) and argument.startswith("/")


class SecretConnectionFilter(logging.Filter):
    """Remove the full URL from daphne's log line about a request whose client has gone."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = tuple(_URI.sub("uri=...", arg) if isinstance(arg, str) else arg for arg in record.args or ())
        return True
