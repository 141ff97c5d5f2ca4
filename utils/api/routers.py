"""Routers for /api/v1/: paths with Django's converters, and the methods that a path maps to an action."""

from rest_framework.routers import DynamicRoute, Route, SimpleRouter


class Router(SimpleRouter):
    """Route a resource: the list at ``prefix/``, one of it at ``prefix/<converter:name>/``.

    A viewset names its converter in ``lookup_value_converter`` and the parameter in ``lookup_url_kwarg``. ``prefix``
    may hold parameters of its own. DELETE on the list is ``bulk_destroy``.
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
    """Route what each caller has one of, such as a cart: it has no id, and its actions stand below ``prefix/``."""

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
