"""What of an address may be written into a log.

Some addresses hold a secret, which stays good when the request is refused: mailed links, the gateways' callbacks; and
queries do, such as a socket's ticket. The web server's and the proxy's own lines would show them (docs/deployment.md),
so the line of each request is written here.
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
    """The pattern of an address with a secret in it, else the path without long parts: a secret may be mistyped."""
    match = request.resolver_match
    if match and not SECRETS.isdisjoint(match.kwargs):
        return f"/{match.route}"
    return _LONG_SEGMENT.sub("...", escape_uri_path(request.path))


class SecretPathFilter(logging.Filter):
    """For Django's lines about requests, whose arguments hold the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (request := getattr(record, "request", None)) is not None:
            record.args = tuple(loggable_path(request) if _is_path(arg) else arg for arg in record.args or ())
        return True


def _is_path(argument: Any) -> bool:
    return isinstance(argument, str) and argument.startswith("/")


class SecretConnectionFilter(logging.Filter):
    """For daphne's line about a request that outlives its client, which shows the whole connection."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args = tuple(_URI.sub("uri=...", arg) if isinstance(arg, str) else arg for arg in record.args or ())
        return True
