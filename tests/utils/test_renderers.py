"""JSON answers: the bytes are those that DRF's own renderer writes."""

import json
from collections import OrderedDict, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

import pytest
from django.db.models import TextChoices
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from rest_framework import renderers
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from utils.api.renderers import JSONRenderer

Pair = namedtuple("Pair", "one two")


class Colour(TextChoices):
    RED = "red"


class Grade(IntEnum):
    BIG = 3


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"b": 1, "a": [True, False, None, 1.5, -0.0, 0.1, 12345678901234]},
        'Zoë 日本 🛒 \u2028 \u2029 \x7f " \\ / \b \f \n \r \t \x01 </script>',
        datetime(2026, 11, 20, 22, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 22, 30, 1, 2000, tzinfo=UTC),
        datetime(2026, 11, 20, 22, 30, tzinfo=timezone(timedelta(hours=3))),
        datetime(2026, 11, 20, 22, 30, tzinfo=UTC).replace(tzinfo=None),
        [date(2026, 1, 2), time(3, 4), timedelta(seconds=90)],
        [Decimal("1.10"), UUID(int=7), Colour.RED, Grade.BIG, b"bytes"],
        [mark_safe("<b>"), gettext_lazy("Yes"), (1, 2), Pair(1, 2), OrderedDict(b=1, a=2)],
        [ReturnDict({"a": 1}, serializer=None), ReturnList([1], serializer=None), (n for n in range(3)), {1}],
        {1: "a", None: "b", False: "c"},
        [2**63, 2**64, -(2**70)],
    ],
)
def test_it_writes_what_drf_writes(value: Any) -> None:
    if type(value) is list:
        expected, found = (kind().render(list(_fresh(value))) for kind in (renderers.JSONRenderer, JSONRenderer))
    else:
        expected, found = (kind().render(value) for kind in (renderers.JSONRenderer, JSONRenderer))
    assert found == expected


def _fresh(values: list[Any]) -> Any:
    """Return the values, with each generator replaced by a new one, because it can be read once."""
    return [(n for n in range(3)) if hasattr(value, "gi_frame") else value for value in values]


def test_large_and_small_floats_have_the_same_value() -> None:
    for value in (1e16, 1e-7, 1.7976931348623157e308, 5e-324, 123456789.123456789):
        assert json.loads(JSONRenderer().render(value)) == value


@pytest.mark.parametrize("value", ["\ud800", object(), time(1, tzinfo=UTC)])
def test_it_refuses_what_drf_refuses(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as drf:
        renderers.JSONRenderer().render(value)
    with pytest.raises(drf.type):
        JSONRenderer().render(value)


def test_an_indent_may_be_asked_for() -> None:
    assert JSONRenderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'
