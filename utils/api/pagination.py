"""Pagination of lists: by page number, or by cursor for clients that read a whole list while it changes."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Field, Model, Q, QuerySet
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

_CURSOR = "cursor"


class PageNumberPagination(pagination.PageNumberPagination):
    """Answer ``{count, next, previous, results}`` with 20 rows, or as many as ``page_size`` asks for, up to 100."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class _Key(NamedTuple):
    """Describe one of the columns that a list is ordered by. The last column is unique."""

    field: Field
    is_descending: bool


def _keys_of(rows: QuerySet) -> list[_Key]:
    """Return the columns that ``rows`` is ordered by, with the id as the last one."""
    meta: Any = rows.model._meta
    names = [str(name) for name in rows.query.order_by or meta.ordering]
    if names[-1].lstrip("-") != "id":
        names.append("id")
    return [_Key(meta.get_field(name.lstrip("-")), name.startswith("-")) for name in names]


def _beyond(keys: list[_Key], values: list[Any], *, is_backward: bool) -> Q:
    """Select the rows after the one with ``values``, or before it when ``is_backward``."""
    found, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        comparison = "lt" if key.is_descending != is_backward else "gt"
        found |= equal & Q((f"{key.field.name}__{comparison}", value))
        equal &= Q((key.field.name, value))
    return found


def _cursor_at(row: Model, keys: list[_Key], *, is_backward: bool) -> str:
    """Return the cursor for the rows after ``row``, or before it when ``is_backward``."""
    position = {"b": is_backward, "at": [key.field.value_to_string(row) for key in keys]}
    return urlsafe_b64encode(json.dumps(position).encode()).decode()


def _parse_cursor(cursor: str, keys: list[_Key]) -> tuple[list[Any], bool]:
    """Return the values in a cursor, and whether it goes backward.

    Raise ``ValidationError`` for a text that is not a cursor of this list.
    """
    try:
        position = json.loads(urlsafe_b64decode(cursor.encode()))
        texts, is_backward = position["at"], position["b"] is True
        if len(texts) != len(keys) or any(not isinstance(text, str) or "\0" in text for text in texts):
            raise ValueError
        values = [key.field.to_python(text) for key, text in zip(keys, texts, strict=True)]
        for key, value in zip(keys, values, strict=True):
            key.field.run_validators(value)
    except (ValueError, TypeError, KeyError, OverflowError, InvalidValue) as error:
        raise ValidationError({f"?{_CURSOR}": ["This is not a cursor of this list."]}) from error
    return values, is_backward


class PageOrCursorPagination(PageNumberPagination):
    """Split a list into pages by number, or by cursor when the query parameter ``cursor`` is given.

    An empty cursor asks for the first page; its ``next`` holds the URL of the page after it. Pages by cursor are
    answered as ``{next, previous, results}``, those by number with ``count`` as well.

    A cursor names the last row that was read, and the next page continues after it. So a client misses no row and gets
    none twice while rows are added or removed. Page numbers don't guarantee that.
    """

    cursor_query_param = _CURSOR
    links: dict[str, str | None] | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        if _CURSOR not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        keys, cursor = _keys_of(queryset), request.query_params[_CURSOR]
        size = self.get_page_size(request) or self.page_size
        is_backward, rows = False, queryset
        if cursor:
            values, is_backward = _parse_cursor(cursor, keys)
            rows = rows.filter(_beyond(keys, values, is_backward=is_backward))
        names = [f"{'-' if key.is_descending != is_backward else ''}{key.field.name}" for key in keys]
        page = list(rows.order_by(*names)[: size + 1])
        has_more, page = len(page) > size, page[:size]
        if is_backward:
            page.reverse()
        is_last, is_first = not (has_more or is_backward), not (has_more if is_backward else cursor)
        self.links = {
            "next": None if is_last or not page else self._link(request, page[-1], keys, is_backward=False),
            "previous": None if is_first or not page else self._link(request, page[0], keys, is_backward=True),
        }
        return page

    def _link(self, request: Request, row: Model, keys: list[_Key], *, is_backward: bool) -> str:
        cursor = _cursor_at(row, keys, is_backward=is_backward)
        return replace_query_param(request.build_absolute_uri(), _CURSOR, cursor)

    def get_paginated_response(self, data: Any) -> Response:
        if self.links is None:
            return super().get_paginated_response(data)
        return Response({**self.links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_paginated_response_schema(schema), "required": ["results"]}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        description = (
            "Empty for the first page; after that follow `next`. Pages by cursor miss no row and show none twice "
            "while the list changes. The answer has no `count`."
        )
        parameter = {"name": _CURSOR, "in": "query", "description": description, "schema": {"type": "string"}}
        return [*super().get_schema_operation_parameters(view), parameter]
