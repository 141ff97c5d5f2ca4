"""Share the access token of Daraja, Safaricom's API.

Fetching a token makes the one before it worthless. So all workers share one through the cache, and only one of them at
a time fetches a new one.
"""

import hashlib
import string
import time
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache

from payments.gateways.base import TIMEOUT
from payments.gateways.errors import GatewayDown, GatewayMisconfigured

# In seconds. A token is dropped this long before its end, as calls with it may still be on their way.
_EARLY = 60
_USUAL_LIFE = 3600
# The lock outlives the slowest answer; a worker that dies holds up the others no longer than this.
_LOCKED_FOR = 15
_GLANCE = 0.05

_SENDABLE = frozenset(string.ascii_letters + string.digits + string.punctuation)


def access_token(*, refused: str = "") -> str:
    """Return the shared token. Fetch a new one if there is none, or if it is the ``refused`` one.

    Raise ``GatewayDown`` when M-Pesa gives no token, and ``GatewayMisconfigured`` when it refuses the shop's
    credentials.
    """
    key = _key()
    lock = f"{key}:lock"
    if known := _known(key, refused):
        return known
    if cache.add(lock, True, _LOCKED_FOR):
        try:
            return _known(key, refused) or _fetch_and_share(key)
        finally:
            cache.delete(lock)
    if _waited(lock):
        if known := _known(key, refused):
            return known
        raise GatewayDown("M-Pesa gives no access token.")
    # We did not get the lock, and nobody holds it: it was released just now, or the cache does not work.
    return _known(key, refused) or _fetch_and_share(key)


def _key() -> str:
    """Return the cache key of the token. It holds a hash of the credentials, so other credentials get another token."""
    whose = f"{settings.MPESA_BASE_URL} {settings.MPESA_CONSUMER_KEY} {settings.MPESA_CONSUMER_SECRET}"
    return f"mpesa:token:{hashlib.sha256(whose.encode()).hexdigest()[:32]}"


def _known(key: str, refused: str) -> str:
    known = cache.get(key) or ""
    return "" if known == refused else known


def _waited(lock: str) -> bool:
    """Wait until nobody holds the lock; return whether anybody held it."""
    has_waited = False
    while cache.get(lock):
        has_waited = True
        time.sleep(_GLANCE)
    return has_waited


def _fetch_and_share(key: str) -> str:
    reply = _fetch()
    token = reply.get("access_token")
    if not isinstance(token, str) or not token or not _SENDABLE.issuperset(token):
        raise GatewayDown("M-Pesa's answer holds no access token.")
    cache.set(key, token, max(_life(reply.get("expires_in")) - _EARLY, 1))
    return token


def _life(said: Any) -> int:
    """Return the token's lifetime in seconds; Daraja says it as a number or as text."""
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else _USUAL_LIFE


def _fetch() -> dict[str, Any]:
    reply = _ask()
    if reply is None:
        raise GatewayDown("M-Pesa does not answer when asked for an access token.")
    if reply.status_code in {400, 401, 403, 404}:
        raise GatewayMisconfigured(f"M-Pesa refuses our consumer key and secret (status {reply.status_code}).")
    try:
        body = reply.json()
    except (ValueError, RecursionError):
        body = None
    if reply.status_code != 200 or not isinstance(body, dict):
        raise GatewayDown(f"M-Pesa gives no access token (status {reply.status_code}).")
    return body


def _ask() -> requests.Response | None:
    """Request an access token from Daraja. Return its HTTP response, or ``None`` when there is none.

    An exception of requests must not leave this function: it refers to the request, which holds the shop's secret.
    """
    try:
        return requests.get(
            f"{settings.MPESA_BASE_URL}/oauth/v1/generate",
            params={"grant_type": "client_credentials"},
            auth=(settings.MPESA_CONSUMER_KEY, settings.MPESA_CONSUMER_SECRET),
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException:
        return None
