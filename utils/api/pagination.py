"""Pages of a list: by number, or by cursor for whoever reads a list to its end while it changes."""

from typing import Any

from django.core.exceptions import ValidationError as InvalidValue
from django.db import DataError
from django.db.models import QuerySet
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

_CURSOR = "cursor"


class PageNumberPagination(pagination.PageNumberPagination):
    """``{count, next, previous, results}``, 20 rows unless ``page_size`` asks for up to 100."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class _CursorPagination(pagination.CursorPagination):
    page_size = PageNumberPagination.page_size
    page_size_query_param = PageNumberPagination.page_size_query_param
    max_page_size = PageNumberPagination.max_page_size

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        """Walk in the order that the list already has."""
        ordering: Any = queryset.query.order_by or queryset.model._meta.ordering
        return tuple(ordering)


class PageOrCursorPagination(PageNumberPagination):
    """Page numbers, or cursors once ``cursor`` is given, empty for the first page: ``{next, previous, results}``.

    A cursor goes on behind the row that was seen last. So a row that leaves the list, or a new one, moves no other row
    past the reader, as it does with page numbers.
    """

    cursor_query_param = _CURSOR
    by_cursor: _CursorPagination | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        if _CURSOR not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        self.by_cursor = _CursorPagination()
        try:
            return self.by_cursor.paginate_queryset(queryset, request, view)
        except (NotFound, ValueError, InvalidValue, DataError, OverflowError) as error:
            raise ValidationError({f"?{_CURSOR}": ["This is no cursor of this list."]}) from error

    def get_paginated_response(self, data: Any) -> Response:
        return self.by_cursor.get_paginated_response(data) if self.by_cursor else super().get_paginated_response(data)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        description = (
            "Empty for the first page, then as `next` has it: pages that miss no row and show none twice "
            "while the list changes. The answer has no `count`."
        )
        parameter = {"name": _CURSOR, "in": "query", "description": description, "schema": {"type": "string"}}
        return [*super().get_schema_operation_parameters(view), parameter]
