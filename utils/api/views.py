"""Base classes of views, and functions that read a body and write an answer."""

from collections.abc import Iterable
from typing import Any

from rest_framework import generics, status
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView


class PublicView(APIView):
    """Serve everybody, and ignore any token or cookie that is sent."""

    permission_classes = [AllowAny]
    authentication_classes = []


class PublicPage(APIView):
    """Serve a page that guests may read, and that may show more to signed-in callers.

    A caller with an expired token may still read as a guest, because phones often send old tokens.
    """

    guests_read_it = True


def read(serializer_class: type[BaseSerializer], request: Request, **kwargs: Any) -> dict[str, Any]:
    """Return the validated body of ``request``. Raise DRF's ``ValidationError`` when it is not valid."""
    serializer = serializer_class(data=request.data, context={"request": request}, **kwargs)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


# One instance of each serializer per process, because building a serializer's fields takes longer than using them.
# They may only show objects, because that stores nothing in the instance.
_PREPARED: dict[type[BaseSerializer], BaseSerializer] = {}


def prepared(serializer_class: type[BaseSerializer]) -> BaseSerializer:
    """Return a cached instance of ``serializer_class``, which all requests share. Use it only to show objects."""
    if serializer_class not in _PREPARED:
        _PREPARED[serializer_class] = serializer_class()
    return _PREPARED[serializer_class]


def respond(serializer_class: type[BaseSerializer], instance: Any, status_code: int = status.HTTP_200_OK) -> Response:
    """Answer with ``instance`` as ``serializer_class`` shows it. The serializer must need no context."""
    return Response(prepared(serializer_class).to_representation(instance), status=status_code)


def rows(serializer_class: type[BaseSerializer], instances: Iterable[Any]) -> list[Any]:
    """Return the representation of each of ``instances`` by ``serializer_class``."""
    show = prepared(serializer_class).to_representation
    return [show(instance) for instance in instances]


class ProblemsAsJSON(APIView):
    """Send every error as a problem document, even from a view that otherwise answers with a page."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.exception:
            response.accepted_renderer = JSONRenderer()
        return response


class ListMixin(ListModelMixin):
    """List a page of the filtered ``get_queryset()``, with each row as ``serializer_class`` shows it."""

    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(rows(self.get_serializer_class(), page))


class ListView(ListMixin, generics.ListAPIView):
    """Answer GET with a page of a list, as ``ListMixin`` does."""
