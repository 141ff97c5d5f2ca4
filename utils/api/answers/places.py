"""Under which name an answer is kept: what it depends on, apart from the database."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from utils.money import currencies

Place = tuple[str, ...]

# Requests with one of these are answered by the views, because the answer may depend on who sends them.
_OF_A_CALLER = ("HTTP_AUTHORIZATION", "HTTP_X_CART_TOKEN", "HTTP_X_ORDER_TOKEN", "REMOTE_USER")
# What clients say that take anything, or JSON before anything else. All of them get the same bytes.
_TAKES_JSON = frozenset({"", "*/*", "application/json", "application/json, text/plain, */*", "application/json, */*"})


def is_of_a_guest(meta: Mapping[str, Any]) -> bool:
    """Return whether a request with these headers reads, and says nothing about who sends it."""
    if meta["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    if any(name in meta for name in _OF_A_CALLER):
        return False
    return settings.SESSION_COOKIE_NAME not in meta.get("HTTP_COOKIE", "")


def place_of(meta: Mapping[str, Any], scheme: str) -> Place | None:
    """Return where the answer to a guest's request is kept; return ``None`` when it is not kept.

    ``meta`` are the request's variables, as WSGI and Django name them.
    """
    origin = meta.get("HTTP_ORIGIN", "")
    currency = meta.get("HTTP_X_CURRENCY", "").strip().upper() or settings.DEFAULT_CURRENCY
    if (
        "HTTP_RANGE" in meta
        or not meta["PATH_INFO"].isascii()  # WSGI and ASGI spell others differently
        or (origin and origin not in settings.CORS_ALLOWED_ORIGINS)
        or meta.get("HTTP_ACCEPT", "") not in _TAKES_JSON
        or not is_of_a_guest(meta)
        or currency not in currencies()  # the view refuses it
    ):
        return None
    return (
        scheme,
        meta.get("HTTP_HOST") or f"{meta['SERVER_NAME']}:{meta['SERVER_PORT']}",
        origin,
        currency,
        f"{meta.get('SCRIPT_NAME', '')}{meta['PATH_INFO']}",
        canonical(meta.get("QUERY_STRING", "")),
    )


@lru_cache(maxsize=4096)
def canonical(query: str) -> str:
    """Sort the parameters of ``query`` by name; those of one name keep their order, because the last one counts."""
    return "&".join(sorted(query.split("&"), key=lambda part: part.partition("=")[0])) if "&" in query else query
