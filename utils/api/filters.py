"""Filters that refuse unknown parameters and values.

If a mistyped filter were ignored, the answer would hold all rows, and the client would take them for the filtered ones.
"""

from datetime import UTC
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from utils.api.fields import MAX_ID

_ALWAYS_KNOWN = frozenset({"format"})


class StrictFilterBackend(DjangoFilterBackend):
    """Answer 400 to a query parameter that neither the view's filterset nor its paginator declares.

    A view may allow further names in ``query_parameters``.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filters = self._filters(view)
        self.refuse_unknown(request, view)
        if filters.isdisjoint(request.query_params):
            return queryset
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            raise ValidationError({f"?{name}": found for name, found in _fields(error).items()}) from error

    def refuse_unknown(self, request: Request, view: Any) -> None:
        """Refuse the query parameters that ``view`` does not know, as ``refuse_unknown_parameters`` does."""
        refuse_unknown_parameters(request, self._filters(view) | self._known(view))

    @staticmethod
    def _filters(view: Any) -> set[str]:
        filterset = getattr(view, "filterset_class", None)
        return set(filterset.base_filters) if filterset else set()

    @staticmethod
    def _known(view: Any) -> set[str]:
        known = set(getattr(view, "query_parameters", ()))
        if (paginator := getattr(view, "paginator", None)) is not None:
            known |= {paginator.page_query_param, paginator.page_size_query_param}
            known |= {getattr(paginator, "cursor_query_param", paginator.page_query_param)}
        return known


def _fields(error: ValidationError) -> dict[str, Any]:
    return error.detail if isinstance(error.detail, dict) else {}


def refuse_unknown_parameters(request: Request, known: set[str]) -> None:
    """Refuse query parameters of ``request`` whose name is not in ``known`` or whose value has a NUL byte.

    Raise DRF's ``ValidationError`` (400), which names each bad parameter.
    """
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known | _ALWAYS_KNOWN:
            choices = ", ".join(sorted(known)) or "none"
            errors[f"?{name}"] = [f"Unknown parameter. Known: {choices}."]
        elif any("\x00" in value for value in values):
            errors[f"?{name}"] = ["Text must not contain NUL bytes."]
    if errors:
        raise ValidationError(errors, code="unknown_parameter")


class StrictFilterSet(django_filters.FilterSet):
    """Build the filters' form class once per process; the library builds it for every request."""

    _form_class: ClassVar[Any]

    def get_form_class(self) -> Any:
        # A subclass has other filters than its parent, so the parent's form is not its own.
        if "_form_class" not in vars(self.__class__):
            self.__class__._form_class = super().get_form_class()
        return self.__class__._form_class


class StrictBooleanFilter(django_filters.TypedChoiceFilter):
    """Filter by ``true`` or ``false``, in any of the usual spellings.

    The library's own filter ignores any other value, as if there were no filter.
    """

    _SPELLINGS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}

    def __init__(self, **kwargs: Any) -> None:
        choices = [(spelling, spelling) for spelling in self._SPELLINGS]
        super().__init__(choices=choices, coerce=self._SPELLINGS.__getitem__, **kwargs)


class IdFilter(django_filters.NumberFilter):
    """Filter by an id. It refuses 1.5, which django-filter's own number filter would read as 1."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"min_value": 1, "max_value": MAX_ID, **kwargs})


class SinceFilter(django_filters.CharFilter):
    """Keep only the rows after the one with this public number, which must be in the same list."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        last = qs.filter(number=value).values_list("pk", flat=True).first()
        if last is None:
            raise ValidationError({str(self.field_name): ["There is no such row in this list."]})
        return qs.filter(pk__gt=last)


class _MomentField(IsoDateTimeField):
    """Refuse a moment that is out of range in UTC, which the database would refuse too."""

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError("This time is out of range.") from error


class AfterFilter(django_filters.IsoDateTimeFilter):
    """Keep only rows after a moment, such as ``2026-01-31T12:00:00Z``; a moment without a zone is in UTC.

    ``TimeZoneMiddleware`` makes UTC the time zone of all API requests.
    """

    field_class = _MomentField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(lookup_expr="gt", help_text="Such as 2026-01-31T12:00:00Z", **kwargs)


class StableOrderingFilter(django_filters.OrderingFilter):
    """Order rows by the given columns and then by id, so that no row is on two pages and none is on no page.

    ``unique`` names the column of the id.
    """

    def __init__(self, *args: Any, unique: str = "id", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unique = unique

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        return qs.order_by(*(self.get_ordering_value(name) for name in value), self._unique)
