"""Parsers that answer 400 where the framework's own would let a body crash the view, or let it through.

Found by trying them: 100,000 nested brackets end in RecursionError, ``1e400`` becomes infinity, ``NaN`` a float that
equals nothing, and a NUL byte or half a surrogate pair reaches PostgreSQL, which refuses it.
"""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.http import QueryDict
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import DataAndFiles, FormParser, JSONParser, MultiPartParser

_LONGEST_INTEGER = 40
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ParseError("A number is too large.")
    return value


def _short_integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ParseError("A number is too long.")
    return int(text)


def refuse_unstorable_text(value: Any) -> None:
    """Raise ``ParseError`` when a string in ``value`` can't be stored: NUL bytes and lone surrogates."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ParseError("Text must not contain NUL bytes or lone surrogates.")
    elif isinstance(value, dict):
        for key, below in value.items():
            refuse_unstorable_text(key)
            refuse_unstorable_text(below)
    elif isinstance(value, list):
        for below in value:
            refuse_unstorable_text(below)


def strict_json(text: str) -> Any:
    """The value that ``text`` is. Raises ``ValueError``, ``RecursionError`` or ``ParseError``."""
    value = json.loads(text, parse_float=_finite, parse_int=_short_integer, parse_constant=_refuse_constant)
    refuse_unstorable_text(value)
    return value


def _refuse_encoded(parser_context: Any) -> None:
    """Raise a 415 for a body that is compressed (RFC 9110, 8.4): what comes out of it has no bound."""
    coding = (parser_context or {})["request"].headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(coding, detail="Send the body as it is, without a Content-Encoding.")


class StrictJSONParser(JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        _refuse_encoded(parser_context)
        # Django's own body property holds the size limit; reading the stream would go round it.
        raw = (parser_context or {})["request"]._request.body
        try:
            return strict_json(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON that this server reads.") from error


def _checked(form: QueryDict) -> None:
    for name, values in form.lists():
        refuse_unstorable_text(name)
        refuse_unstorable_text(values)


@contextmanager
def _decoding() -> Iterator[None]:
    """Answers 400 where a form can't be read in the charset that it names, such as ``punycode``."""
    try:
        yield
    except UnicodeError as error:
        raise ParseError("The body can't be read in the charset it names.") from error


class StrictFormParser(FormParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        _refuse_encoded(parser_context)
        with _decoding():
            form = super().parse(stream, media_type, parser_context)
        _checked(form)
        return form


class StrictMultiPartParser(MultiPartParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> DataAndFiles:
        _refuse_encoded(parser_context)
        with _decoding():
            parsed = super().parse(stream, media_type, parser_context)
        _checked(parsed.data)
        return parsed
