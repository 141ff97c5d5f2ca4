"""Serializers for the bodies that clients send: objects and lists, as JSON or as form fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.utils.html import is_html_input

from utils.api.parsers import strict_json

_MAX_NAMED = 20
_ALLOWED_IN_FORMS = frozenset({"csrfmiddlewaretoken"})


class Input(serializers.Serializer):
    """Read an object that a client sends.

    ``null`` means that the field was not given, unless the field declares ``allow_null``. An unknown name is refused:
    otherwise a misspelt field would be ignored without an error.
    """

    refuses_unknown: ClassVar[bool] = True

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields. Raise a ``ValidationError`` that names all mistakes, unknown fields included."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        unknown = self._unknown(data) if self.refuses_unknown else {}
        try:
            fields = super().to_internal_value(self._without_nulls(data))
        except ValidationError as error:
            raise ValidationError({**error.detail, **unknown} if unknown else error.detail) from error  # type: ignore[dict-item] # an object's
        if unknown:
            raise ValidationError(unknown)
        return fields

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        """Return an error for each name in ``data`` that is not a writable field."""
        names = {_root(name) for name in data} - _ALLOWED_IN_FORMS if is_html_input(data) else set(data)
        known = {name for name, field in self.fields.items() if not field.read_only}
        choices = ", ".join(sorted(known))
        return {
            name: [ErrorDetail(f"This field can't be set here. Known fields: {choices}.", "unknown_field")]
            for name in sorted(names - known)[:_MAX_NAMED]
        }

    def _without_nulls(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return ``data`` without ``null`` values, except for fields that allow them."""
        if is_html_input(data):
            return data
        takes_null = {name for name, field in self.fields.items() if field.allow_null}
        return {name: value for name, value in data.items() if value is not None or name in takes_null}


def _root(name: str) -> str:
    """Return the field that a form's key belongs to: ``address`` for ``address[city]`` and ``address.city``."""
    return re.split(r"[.\[]", name, maxsplit=1)[0]


class ListInput(serializers.ListField):
    """Read a list of at most ``max_length`` values. They are counted before any of them is validated."""

    max_length: int

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def run_child_validation(self, data: Any) -> Any:
        if len(data) > self.max_length:
            message = self.error_messages["max_length"].format(max_length=self.max_length)
            raise ValidationError(message, code="max_length")
        return super().run_child_validation(data)


class InForms(serializers.Field):
    """Read a nested field. A form may send it as one JSON text or as separate fields, such as ``address[city]``.

    Any other form of the field is refused. If it were ignored, the request would mean something different.
    """

    _member: re.Pattern[str]

    def get_value(self, dictionary: Any) -> Any:
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        name = str(self.field_name)
        written = [key for key in dictionary if _root(key) == name]
        if not written:
            return serializers.empty
        if written == [name]:
            return _json_of(dictionary.getlist(name))
        found = [match for key in written if (match := self._member.fullmatch(key.removeprefix(name)))]
        if len(found) < len(written):
            return _UNREADABLE
        return self._put_together(zip(found, (dictionary[key] for key in written), strict=True))

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> Any:
        """Build the field's value from the separate fields that a form sent."""
        raise NotImplementedError


# Neither an object nor a list, so every nested field refuses it.
_UNREADABLE = ""


def _json_of(values: list[Any]) -> Any:
    """Parse the one JSON text that a form sent for a field.

    Return ``_UNREADABLE`` for a file, several values or bad JSON.
    """
    try:
        (text,) = values
        return strict_json(text)
    except (TypeError, ValueError, RecursionError, ParseError):
        return _UNREADABLE


class ObjectListInput(InForms, ListInput):
    """Read a list of objects; forms may send ``items[0][product]``, ``items[0].product`` or ``items[0]product``."""

    _member = re.compile(r"\[([0-9]{1,4})\](?:\[(\w+)\]|\.?(\w+))")

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> list[MultiValueDict]:
        objects: dict[int, MultiValueDict] = {}
        for match, value in members:
            objects.setdefault(int(match[1]), MultiValueDict())[match[2] or match[3]] = value
        return [objects[index] for index in sorted(objects)]


class ObjectInput(InForms, Input):
    """Read an object inside another one; forms may send ``address[city]`` or ``address.city``."""

    _member = re.compile(r"\[(\w+)\]|\.(\w+)")

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> MultiValueDict:
        return MultiValueDict({match[1] or match[2]: [value] for match, value in members})
