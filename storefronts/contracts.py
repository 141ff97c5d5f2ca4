"""The published contracts, and which of them this shop serves (``STOREFRONTS``)."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern

# By package: the document's number and name, under which Swagger UI groups its operations.
CONTRACTS = {
    "aamarpay_shop": "000 aamarPay shop",
    "stripe_shop": "001 Stripe shop",
    "omache": "002 O-Mache",
    "modular_shop": "003 modular shop",
    "realtime_shop": "004 real-time shop",
}


def url_patterns(packages: Iterable[str]) -> list[URLPattern]:
    """The addresses of the contracts in ``packages``, each once.

    A path that several documents publish stands in the table of each, with the one view that answers them all
    (``storefronts.joint``). Raises ``ImproperlyConfigured`` for an unknown contract and for a path with two views.
    """
    claimed: dict[str, URLPattern] = {}
    for package in packages:
        if package not in CONTRACTS:
            raise ImproperlyConfigured(f"STOREFRONTS names {package!r}; there are: {', '.join(CONTRACTS)}.")
        for pattern in import_module(f"storefronts.{package}.urls").urlpatterns:
            route = str(pattern.pattern)
            if _view(claimed.setdefault(route, pattern)) != _view(pattern):
                raise ImproperlyConfigured(f"Two views claim {route!r}.")
    return list(claimed.values())


def _view(pattern: URLPattern) -> Any:
    """Return the view's class, and what a viewset's methods are mapped to."""
    callback: Any = pattern.callback
    return callback.cls, getattr(callback, "actions", None)
