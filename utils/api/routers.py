"""Routers of /api/v1/, which map a path and an HTTP method to a viewset's action."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, include, path
from django.urls.resolvers import RoutePattern
from rest_framework.routers import DynamicRoute, Route, SimpleRouter


class Router(SimpleRouter):
    """Route a resource: its list at ``prefix/``, and one row at ``prefix/<converter:name>/``.

    A viewset names its path converter in ``lookup_value_converter`` and the parameter in ``lookup_url_kwarg``.
    ``prefix`` may contain parameters of its own. DELETE on the list calls ``bulk_destroy``.
    """

    routes = [
        Route(
            url="{prefix}{trailing_slash}",
            mapping={"get": "list", "post": "create", "delete": "bulk_destroy"},
            name="{basename}-list",
            detail=False,
            initkwargs={"suffix": "List"},
        ),
        *SimpleRouter.routes[1:],
    ]

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)


class SingletonRouter(SimpleRouter):
    """Route a resource that each caller has one of, such as a cart. It has no id; its actions are below ``prefix/``."""

    routes = [
        Route(
            url="{prefix}{trailing_slash}",
            mapping={"get": "retrieve", "post": "create", "patch": "partial_update", "delete": "destroy"},
            name="{basename}-detail",
            detail=True,
            initkwargs={"suffix": "Instance"},
        ),
        DynamicRoute(
            url="{prefix}/{url_path}{trailing_slash}",
            name="{basename}-{url_name}",
            detail=True,
            initkwargs={},
        ),
    ]

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)


def grouped(patterns: Iterable[URLPattern]) -> list[Any]:
    """Put patterns that begin with the same segment behind one prefix, so that a path is compared with few of them.

    Patterns that are regular expressions stay as they are, behind all others.
    """
    groups: dict[str, list[Any]] = {}
    others = []
    for each in patterns:
        segment, _, rest = str(each.pattern).partition("/")
        if isinstance(each.pattern, RoutePattern):
            below = path(rest, each.callback, each.default_args, each.pattern.name)
            groups.setdefault(segment, []).append(below)
        else:
            others.append(each)
    return [*(path(f"{segment}/", include(below)) for segment, below in groups.items()), *others]
