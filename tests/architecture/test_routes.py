"""Every route is in the authorization matrix, says who may call it, and holds to it."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from rest_framework.views import APIView

from tests.architecture.routes import CUSTOMER, PUBLIC, ROUTES, SELLER, STAFF, path_of
from tests.support.tries import taken_back
from tests.support.world import World

# What a pattern with a parameter would match too, and the more exact one before it answers.
MORE_EXACT = {"api/v1/products/low-stock/": "api/v1/products/<key:key>/"}
SAMPLE = dict.fromkeys(["product", "category", "cart_item", "address", "order", "payment"], 1)
CASES = [(pattern, method, who) for pattern, methods in ROUTES.items() for method, who in methods.items()]


def patterns(below: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in below:
        text = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, text)
        else:
            yield text, pattern


def view_of(pattern: URLPattern) -> type | None:
    return getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)


def api_views() -> list[tuple[str, type[APIView]]]:
    found = [(text, view_of(pattern)) for text, pattern in patterns(get_resolver().url_patterns)]
    return [(text, view) for text, view in found if view is not None and issubclass(view, APIView)]


def methods_of(view: type[APIView]) -> set[str]:
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS", "HEAD"}


def test_the_matrix_holds_every_route_and_no_other() -> None:
    assert {text: methods_of(view) for text, view in api_views()} == {
        pattern: set(methods) for pattern, methods in ROUTES.items()
    }


def test_everything_under_api_is_a_rest_framework_view() -> None:
    """Plain views would bypass authentication and permissions. The last route answers 404 to what is left."""
    known = {text for text, _ in api_views()}
    found = {text for text, _ in patterns(get_resolver().url_patterns) if text.startswith("api/")}
    assert found - known == {"api/"}


@pytest.mark.parametrize(("pattern", "view"), api_views())
def test_a_view_says_who_may_call_it(pattern: str, view: type[APIView]) -> None:
    """In its own class or in one of ours that it builds on, so that nobody relies on the framework's default."""
    declaring = next(kind for kind in view.__mro__ if "permission_classes" in vars(kind))
    assert declaring.__module__.split(".")[0] != "rest_framework"
    assert view.permission_classes


@pytest.mark.parametrize("pattern", ROUTES)
def test_an_address_reaches_its_own_view(pattern: str) -> None:
    """No earlier pattern takes it away."""
    assert resolve(path_of(pattern, SAMPLE)).func.cls is dict(api_views())[pattern]  # type: ignore[attr-defined]


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
    """Does the pattern ``text`` match by itself, whatever stands before it?"""
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


def _answers(who: str) -> dict[str, int | None]:
    """The status that refuses each role; ``None`` when it is let in."""
    refusals: dict[str, dict[str, int | None]] = {
        PUBLIC: {},
        CUSTOMER: {"anonymous": 401},
        SELLER: {"anonymous": 401, "customer": 404},
        STAFF: {"anonymous": 401, "customer": 403, "seller": 403},
    }
    return {"anonymous": None, "customer": None, "seller": None, "staff": None} | refusals[who]


@pytest.mark.django_db
def test_each_route_lets_in_whom_the_matrix_names(world: World) -> None:
    """Sent with nothing, so that those who are let in are mostly told that something is missing."""
    words, wrong = world.words(), []
    for pattern, method, who in CASES:
        for role, refused_with in _answers(who).items():
            with taken_back():
                status = world.api[role].generic(method, path_of(pattern, words)).status_code
            is_refused = status in {401, 403} or (who == SELLER and status == 404)
            if (status if is_refused else None) != refused_with:
                wrong.append(f"{method} {pattern} as {role}: {status}")
    assert wrong == []
