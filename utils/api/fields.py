"""Serializer fields for what every API of the shop shares."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.datastructures import MultiValueDict
from drf_yasg import openapi
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.utils.html import is_html_input

from utils.api.parsers import strict_json
from utils.money import DECIMAL_PLACES, MAX_DIGITS, display
from utils.names import MAX_USERNAME_LENGTH, UsernameValidator, normalize_email, normalize_username
from utils.pictures import LIMITS_TOLD, PictureRefused, picture_clean

MAX_ID = 2**63 - 1


class AmountField(serializers.Field):
    """An amount as a decimal string with its currency's decimals; read-only.

    The currency is the ``currency`` of the same object.
    """

    class Meta:
        swagger_schema_fields = {"type": openapi.TYPE_STRING, "example": "1299.99"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> tuple[Decimal, str] | None:
        amount = super().get_attribute(instance)
        if amount is None:
            return None
        return amount, instance.currency

    def to_representation(self, value: tuple[Decimal, str]) -> str:
        return display(*value)


class AmountInput(serializers.DecimalField):
    """An amount that a client sends: a string or a number, not negative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=Decimal(0), **kwargs)


class IdField(serializers.IntegerField):
    """An id that a client sends; what no row can have is refused here rather than by the database."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class NumberInput(serializers.CharField):
    """The public number of a row, see ``utils.numbers``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=24, **kwargs)


class UsernameInput(serializers.CharField):
    """A new name to sign in with, checked in the form it is stored in: Unicode may write one character as eighteen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_USERNAME_LENGTH, validators=[UsernameValidator()], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return normalize_username(super().to_internal_value(data))


class EmailInput(serializers.EmailField):
    """An e-mail address, checked in the form it is stored in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return normalize_email(super().to_internal_value(data))


class InForms(serializers.Field):
    """For a nested field, which a form writes as JSON text or member by member.

    What a form holds under the field's name in any other way is left as it is, for the field to refuse: taken for
    absent, it would make another request of the one that was meant.
    """

    _member: re.Pattern[str]

    def get_value(self, dictionary: Any) -> Any:
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        name = str(self.field_name)
        written = [key for key in dictionary if re.split(r"[.\[]", key)[0] == name]
        if not written:
            return serializers.empty
        if written == [name]:
            return _json_of(dictionary.getlist(name))
        found = [match for key in written if (match := self._member.fullmatch(key.removeprefix(name)))]
        if len(found) < len(written):
            return _UNREADABLE
        return self._put_together(zip(found, (dictionary[key] for key in written), strict=True))

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> Any:
        raise NotImplementedError


_UNREADABLE = ""


def _json_of(values: list[Any]) -> Any:
    """What the one text in ``values`` says; a file is none."""
    try:
        (text,) = values
        return strict_json(text)
    except (TypeError, ValueError, RecursionError, ParseError):
        return _UNREADABLE


class ObjectListField(InForms, serializers.ListField):
    """A list of objects. In a form also ``items[0][product]``, ``items[0].product`` or ``items[0]product``."""

    _member = re.compile(r"\[([0-9]{1,4})\](?:\[(\w+)\]|\.?(\w+))")

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> list[MultiValueDict]:
        objects: dict[int, MultiValueDict] = {}
        for match, value in members:
            objects.setdefault(int(match[1]), MultiValueDict())[match[2] or match[3]] = value
        return [objects[index] for index in sorted(objects)]


class ObjectInput(InForms, serializers.Serializer):
    """An object inside another. In a form also ``address[city]`` or ``address.city``."""

    _member = re.compile(r"\[(\w+)\]|\.(\w+)")

    def _put_together(self, members: Iterable[tuple[re.Match[str], Any]]) -> MultiValueDict:
        return MultiValueDict({match[1] or match[2]: [value] for match, value in members})


class PictureField(serializers.FileField):
    """An uploaded picture, given back cleaned (``utils.pictures``). Its name says nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=LIMITS_TOLD, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return picture_clean(super().to_internal_value(data))
        except PictureRefused as refusal:
            raise serializers.ValidationError(refusal.detail, code=refusal.reason) from refusal
