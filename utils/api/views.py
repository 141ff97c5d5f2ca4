"""What views share: who may ask, reading a body, writing an answer."""

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
    """For everybody, whatever token or cookie they bring: it is not looked at."""

    permission_classes = [AllowAny]
    authentication_classes = []


class PublicPage(APIView):
    """Show everybody the same to read, and those who are signed in perhaps more.

    A token that has ended does not keep its sender from reading: phones come back with old ones.
    """

    guests_read_it = True


def read(serializer_class: type[BaseSerializer], request: Request, **kwargs: Any) -> dict[str, Any]:
    """The validated body of ``request``; raises DRF's ``ValidationError``."""
    serializer = serializer_class(data=request.data, context={"request": request}, **kwargs)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


# One instance of each for the process: building a serializer's fields takes longer than using them. Only for output,
# which keeps nothing in the instance.
_PREPARED: dict[type[BaseSerializer], BaseSerializer] = {}


def prepared(serializer_class: type[BaseSerializer]) -> BaseSerializer:
    """The process's instance of ``serializer_class``, for output only."""
    if serializer_class not in _PREPARED:
        _PREPARED[serializer_class] = serializer_class()
    return _PREPARED[serializer_class]


def respond(serializer_class: type[BaseSerializer], instance: Any, status_code: int = status.HTTP_200_OK) -> Response:
    """``instance`` as ``serializer_class`` shows it. The serializer must need no context."""
    return Response(prepared(serializer_class).to_representation(instance), status=status_code)


def rows(serializer_class: type[BaseSerializer], instances: Iterable[Any]) -> list[Any]:
    """Each of ``instances`` as ``serializer_class`` shows it."""
    show = prepared(serializer_class).to_representation
    return [show(instance) for instance in instances]


class ProblemsAsJSON(APIView):
    """For views that also answer pages: a refusal is a problem document whatever was asked for."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.exception:
            response.accepted_renderer = JSONRenderer()
        return response


class ListMixin(ListModelMixin):
    """Answer a page of ``get_queryset()``, filtered, each row as ``serializer_class`` shows it."""

    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(rows(self.get_serializer_class(), page))


class ListView(ListMixin, generics.ListAPIView):
    """Answer such a page to GET."""
