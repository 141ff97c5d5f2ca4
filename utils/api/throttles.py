"""Limit on the requests of each caller."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from utils.api.clients import ip_address_of
from utils.api.middleware import note_verdict
from utils.limits import Limit, spend

_MINUTE = 60
# Requests a minute, by kind of caller and of request.
_RATES = {
    ("anonymous", "read"): 300,
    ("anonymous", "write"): 60,
    ("user", "read"): 600,
    ("user", "write"): 120,
}


class RequestThrottle(BaseThrottle):
    """Count requests of signed-in callers by user and of all others by IP address.

    ``THROTTLE_RATE_SCALE`` multiplies the rates.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request. Raise ``utils.limits.TooManyRequests`` when the caller has sent too many."""
        if request.user and request.user.is_authenticated:
            caller, subject = "user", str(request.user.pk)
        else:
            caller, subject = "anonymous", ip_address_of(request._request)
        note_verdict(request._request, spend(_limit(caller, request.method), subject))
        return True


def _limit(caller: str, method: str | None) -> Limit:
    kind = "read" if method in SAFE_METHODS else "write"
    count = max(1, round(_RATES[caller, kind] * settings.THROTTLE_RATE_SCALE))
    return Limit(f"{caller}-{kind}", count=count, seconds=_MINUTE)
