"""Every route is in the authorization matrix, declares its permissions and can be reached.

``test_matrix`` checks that the routes keep to the matrix.
"""

from collections.abc import Iterator
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from rest_framework.views import APIView

from tests.architecture.routes import ROUTES, path_of
from utils.api.permissions import Nobody
from utils.api.problems import unknown_path

# Paths that a pattern with a parameter matches, too. The exact pattern comes first and answers.
MORE_EXACT = {
    "api/v1/payments/methods/": "api/v1/payments/<number:payment_number>/",
    "api/v1/products/low-stock/": "api/v1/products/<key:key>/",
    "product/search/": "product/<key:category>/",
}
IDS = [
    "product",
    "category",
    "variant",
    "tier",
    "promotion",
    "promotion_code",
    "cart_item",
    "address",
    "order",
    "order_number",
    "payment",
    "captured_payment",
    "refund",
    "thread",
]
SAMPLE = dict.fromkeys(IDS, 1) | {
    "session": uuid4(),
    "gateway": "stripe",
    "shelf": "electronics",
    "gateway_payment": "0" * 24,
    "callback_token": "t",
    "pay_bill_token": "t",
    "reset_uid": "u",
    "reset_secret": "s",
    "reset_token": "Mg.d2h1q4-6e9",
}


def patterns(below: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in below:
        text = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, text)
        else:
            yield text, pattern


def view_of(pattern: URLPattern) -> type | None:
    return getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)


def api_routes() -> dict[str, URLPattern]:
    found = patterns(get_resolver().url_patterns)
    return {text: pattern for text, pattern in found if issubclass(view_of(pattern) or object, APIView)}


def methods_of(pattern: URLPattern) -> set[str]:
    """Return the methods that a viewset's route maps to actions, or those that a view has."""
    view, actions = view_of(pattern), actions_of(pattern)
    names = actions or [name for name in APIView.http_method_names if hasattr(view, name)]
    return {name.upper() for name in names} - {"OPTIONS", "HEAD"}


def actions_of(pattern: URLPattern) -> dict[str, str]:
    """Return a viewset's action for each method; empty for a view."""
    return getattr(pattern.callback, "actions", None) or {}


def test_the_matrix_holds_every_route_and_no_other() -> None:
    assert {text: methods_of(pattern) for text, pattern in api_routes().items()} == {
        pattern: set(methods) for pattern, methods in ROUTES.items()
    }


def test_everything_under_api_is_a_rest_framework_view() -> None:
    """Refuse plain views, which would bypass authentication and permissions.

    The last of all routes answers 404 to every other path.
    """
    known = set(api_routes())
    found = {text for text, _ in patterns(get_resolver().url_patterns) if text.startswith("api/")}
    assert found - known == set()
    assert list(patterns(get_resolver().url_patterns))[-1][1].callback is unknown_path


@pytest.mark.parametrize("text", api_routes())
def test_a_view_says_who_may_call_it(text: str) -> None:
    """Require permissions in the view's class or a base class of this project, so that no view uses a default."""
    pattern = api_routes()[text]
    view: Any = view_of(pattern)
    called = set(actions_of(pattern).values()) or {method.lower() for method in methods_of(pattern)}
    unnamed = called - set(getattr(view, "permissions", ()))
    declaring = next(kind for kind in view.__mro__ if "permission_classes" in vars(kind))
    is_said = declaring.__module__.split(".")[0] != "rest_framework" and Nobody not in view.permission_classes
    assert is_said or not unnamed


def test_a_viewset_names_only_actions_that_it_has() -> None:
    views: set[Any] = {view_of(pattern) for pattern in api_routes().values() if actions_of(pattern)}
    assert [f"{view.__name__}.{name}" for view in views for name in view.permissions if not hasattr(view, name)] == []


@pytest.mark.parametrize("pattern", ROUTES)
def test_an_address_reaches_its_own_view(pattern: str) -> None:
    """Assert that no earlier pattern answers the path."""
    assert resolve(path_of(pattern, SAMPLE)).func is api_routes()[pattern].callback


def test_no_two_patterns_answer_the_same_request() -> None:
    found = {text: pattern for text, pattern in patterns(get_resolver().url_patterns) if text in ROUTES}
    both = {
        first: second
        for first, second in permutations(ROUTES, 2)
        if _matches(second, path_of(first, SAMPLE)) and set(ROUTES[first]) & set(ROUTES[second])
    }
    assert len(found) == len(ROUTES)
    assert both == MORE_EXACT


def _matches(text: str, path: str) -> bool:
    """Return whether the pattern ``text`` alone matches the path, whatever pattern comes before it."""
    resolver, rest = get_resolver(), path.removeprefix("/")
    return any(text == found for found in _matching(resolver.url_patterns, rest))


def _matching(below: list, rest: str, prefix: str = "") -> Iterator[str]:
    for pattern in below:
        text = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if (match := pattern.pattern.match(rest)) is None:
            continue
        if isinstance(pattern, URLResolver):
            yield from _matching(pattern.url_patterns, match[0], text)
        else:
            yield text
