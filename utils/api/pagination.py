"""Pagination of lists: by page number, or by cursor for clients that read a whole list while it changes."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError as InvalidValue
from django.db import connection
from django.db.models import Field, Model, Q, QuerySet
from django.utils.encoding import escape_uri_path, iri_to_uri
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

_CURSOR = "cursor"


class PageNumberPagination(pagination.PageNumberPagination):
    """Answer ``{count, next, previous, results}`` with 20 rows, or as many as ``page_size`` asks for, up to 100."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_next_link(self) -> str | None:
        return self._link_to(self.page.next_page_number()) if self.page and self.page.has_next() else None

    def get_previous_link(self) -> str | None:
        return self._link_to(self.page.previous_page_number()) if self.page and self.page.has_previous() else None

    def _link_to(self, number: int) -> str:
        request: Any = self.request
        query = _query_of_page(request.META.get("QUERY_STRING", ""), self.page_query_param, number)
        return f"{request.build_absolute_uri(escape_uri_path(request.path))}{query}"


# Taking a query apart and putting it together again takes long, and many requests have the same one.
@lru_cache(maxsize=1024)
def _query_of_page(query: str, parameter: str, number: int) -> str:
    """Return ``query`` with its ``?``, with the number of a page in it. The first page needs none."""
    address = f"?{iri_to_uri(query)}"
    return remove_query_param(address, parameter) if number == 1 else replace_query_param(address, parameter, number)


class _Key(NamedTuple):
    """Describe one of the columns that a list is ordered by. The last column is unique."""

    name: str
    field: Field
    is_nullable: bool
    is_descending: bool

    def text_of(self, row: Model) -> str | None:
        """Return the row's value as a cursor holds it."""
        value = getattr(row, self.name)
        if value is None:
            return None
        return value.isoformat() if isinstance(value, datetime) else str(value)

    def value_of(self, text: Any) -> Any:
        """Return the value of a cursor's ``text``. Raise ``ValueError`` or ``InvalidValue`` when it can't be one."""
        if text is None and self.is_nullable:
            return None
        if not isinstance(text, str) or "\0" in text:
            raise ValueError
        value = self.field.to_python(text)
        self.field.run_validators(value)
        return value

    def beyond(self, value: Any, *, is_backward: bool) -> Q:
        """Select the rows whose value comes after ``value``, or before it when ``is_backward``."""
        comes_down = self.is_descending != is_backward
        # PostgreSQL takes NULL for the largest value, SQLite for the smallest one.
        null_is_beyond = connection.features.nulls_order_largest != comes_down
        if value is None:
            return Q(pk__in=[]) if null_is_beyond else Q((f"{self.name}__isnull", False))
        beyond = Q((f"{self.name}__{'lt' if comes_down else 'gt'}", value))
        return beyond | Q((f"{self.name}__isnull", True)) if self.is_nullable and null_is_beyond else beyond

    def order(self, *, is_backward: bool) -> str:
        return f"{'-' if self.is_descending != is_backward else ''}{self.name}"


def _keys_of(rows: QuerySet, *, unique: str) -> list[_Key]:
    """Return the columns that ``rows`` is ordered by, with the column ``unique`` as tie-break.

    An order by something else than a column, as that of a search, can't be continued. Then it is the order of the ids.
    """
    names = [name for name in rows.query.order_by or rows.model._meta.ordering or () if isinstance(name, str)]
    if not names or names[-1].lstrip("-") != unique:
        names.append(unique)
    return [_key_of(rows, name.lstrip("-"), is_descending=name.startswith("-")) for name in names]


def _key_of(rows: QuerySet, name: str, *, is_descending: bool) -> _Key:
    annotation = rows.query.annotations.get(name)
    if annotation is not None:
        return _Key(name, annotation.output_field, is_nullable=True, is_descending=is_descending)
    field: Any = rows.model._meta.get_field(name)
    own = field.target_field if field.is_relation else field
    return _Key(name, own, is_nullable=field.null, is_descending=is_descending)


def _beyond(keys: list[_Key], values: list[Any], *, is_backward: bool) -> Q:
    """Select the rows after the one with ``values``, or before it when ``is_backward``."""
    found, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        found |= equal & key.beyond(value, is_backward=is_backward)
        equal &= Q((key.name, value)) if value is not None else Q((f"{key.name}__isnull", True))
    return found


def _cursor_at(row: Model, keys: list[_Key], *, is_backward: bool) -> str:
    """Return the cursor for the rows after ``row``, or before it when ``is_backward``."""
    position = {"b": is_backward, "at": [key.text_of(row) for key in keys]}
    return urlsafe_b64encode(json.dumps(position).encode()).decode()


def _parse_cursor(cursor: str, keys: list[_Key]) -> tuple[list[Any], bool]:
    """Return the values in a cursor, and whether it goes backward.

    Raise ``ValidationError`` for a text that is not a cursor of this list.
    """
    try:
        position = json.loads(urlsafe_b64decode(cursor.encode()))
        texts, is_backward = position["at"], position["b"] is True
        values = [key.value_of(text) for key, text in zip(keys, texts, strict=True)]
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
    # The column that no two rows of the list have the same value in.
    unique = "id"
    links: dict[str, str | None] | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        if _CURSOR not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        keys, cursor = _keys_of(queryset, unique=self.unique), request.query_params[_CURSOR]
        size = self.get_page_size(request) or self.page_size
        is_backward, rows = False, queryset
        if cursor:
            values, is_backward = _parse_cursor(cursor, keys)
            rows = rows.filter(_beyond(keys, values, is_backward=is_backward))
        page = list(rows.order_by(*(key.order(is_backward=is_backward) for key in keys))[: size + 1])
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

    def envelope(self) -> dict[str, Any]:
        """Return what stands around the rows of the page that was read: the links, and for a page by number a count."""
        if self.links is not None:
            return dict(self.links)
        count = self.page.paginator.count if self.page else 0
        return {"count": count, "next": self.get_next_link(), "previous": self.get_previous_link()}

    def get_paginated_response(self, data: Any) -> Response:
        return Response({**self.envelope(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_paginated_response_schema(schema), "required": ["results"]}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        description = (
            "Empty for the first page; after that follow `next`. Pages by cursor miss no row and show none twice "
            "while the list changes. The answer has no `count`."
        )
        parameter = {"name": _CURSOR, "in": "query", "description": description, "schema": {"type": "string"}}
        return [*super().get_schema_operation_parameters(view), parameter]
