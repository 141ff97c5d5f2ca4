"""Limit on the requests of each caller."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from utils.api.clients import ip_address_of
from utils.api.middleware import note_verdict
from utils.limits import Limit, TooManyRequests, Verdict, spend

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
        kind = "read" if request.method in SAFE_METHODS else "write"
        note_verdict(request._request, spend(_limit(caller, kind, settings.THROTTLE_RATE_SCALE), subject))
        return True


def count_guest_read(address: str) -> Verdict | None:
    """Count a guest's read as ``RequestThrottle`` does; return ``None`` when there were too many."""
    try:
        return spend(_limit("anonymous", "read", settings.THROTTLE_RATE_SCALE), address)
    except TooManyRequests:
        return None


@lru_cache
def _limit(caller: str, kind: str, scale: float) -> Limit:
    return Limit(f"{caller}-{kind}", count=max(1, round(_RATES[caller, kind] * scale)), seconds=_MINUTE)
