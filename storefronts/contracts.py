"""The published contracts, and the URLs of those that this shop serves (``STOREFRONTS``)."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern

# Maps each package to its contract's number and name, under which Swagger UI groups the operations.
CONTRACTS = {
    "aamarpay_shop": "000 aamarPay shop",
    "stripe_shop": "001 Stripe shop",
    "omache": "002 O-Mache",
    "modular_shop": "003 modular shop",
    "realtime_shop": "004 real-time shop",
}


def url_patterns(packages: Iterable[str]) -> list[URLPattern]:
    """List the URL patterns of the contracts in ``packages``, each path once.

    Each contract that publishes a path lists it. A path of several contracts has one view, which serves them all
    (``storefronts.joint``). Raise ``ImproperlyConfigured`` for an unknown contract and for a path with two views.
    """
    claimed: dict[str, URLPattern] = {}
    for package in packages:
        if package not in CONTRACTS:
            raise ImproperlyConfigured(f"STOREFRONTS names {package!r}, but only has: {', '.join(CONTRACTS)}.")
        for pattern in import_module(f"storefronts.{package}.urls").urlpatterns:
            route = str(pattern.pattern)
            if _view(claimed.setdefault(route, pattern)) != _view(pattern):
                raise ImproperlyConfigured(f"The path {route!r} has two views.")
    return list(claimed.values())


def _view(pattern: URLPattern) -> Any:
    """Return the view's class, and for a viewset also its actions by HTTP method."""
    callback: Any = pattern.callback
    return callback.cls, getattr(callback, "actions", None)
