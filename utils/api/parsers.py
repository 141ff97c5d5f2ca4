"""Parsers that answer 400 to bodies that the framework's parsers would accept, or that would crash the view.

Tests found these cases: 100,000 nested brackets end in a ``RecursionError``; ``1e400`` becomes infinity; ``NaN``
becomes a float that equals nothing; a NUL byte or half a surrogate pair reaches PostgreSQL, which refuses it.
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

_MAX_INTEGER_LENGTH = 40
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not valid JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ParseError("A number is too large.")
    return value


def _short_integer(text: str) -> int:
    if len(text) > _MAX_INTEGER_LENGTH:
        raise ParseError("A number is too long.")
    return int(text)


def refuse_unstorable_text(value: Any) -> None:
    """Raise ``ParseError`` when a string in ``value`` can't be stored, because of NUL bytes or lone surrogates."""
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


# Made once, because making one takes longer than reading a usual body with it.
_DECODER = json.JSONDecoder(parse_float=_finite, parse_int=_short_integer, parse_constant=_refuse_constant)


def strict_json(text: str) -> Any:
    """Parse ``text`` as JSON. Raise ``ValueError``, ``RecursionError`` or ``ParseError`` when that fails."""
    value = _DECODER.decode(text)
    refuse_unstorable_text(value)
    return value


def _refuse_encoded(parser_context: Any) -> None:
    """Refuse a compressed body with a 415 (RFC 9110, 8.4), because its size after decompression has no limit."""
    coding = (parser_context or {})["request"].headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(coding, detail="Send the body uncompressed, without a Content-Encoding.")


class StrictJSONParser(JSONParser):
    """Parse a JSON body, and refuse one that can't be stored or computed with."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        _refuse_encoded(parser_context)
        # Django's body property enforces the size limit; reading the stream would bypass it.
        raw = (parser_context or {})["request"]._request.body
        try:
            return strict_json(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON that this server can read.") from error


def _checked(form: QueryDict) -> None:
    for name, values in form.lists():
        refuse_unstorable_text(name)
        refuse_unstorable_text(values)


@contextmanager
def _decoding() -> Iterator[None]:
    """Answer 400 when a form can't be read in the charset that it names, such as ``punycode``."""
    try:
        yield
    except UnicodeError as error:
        raise ParseError("The body can't be read in the charset that it names.") from error


class StrictFormParser(FormParser):
    """Parse a URL-encoded form. Answer 400 when a name or value holds text that the database can't store."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        _refuse_encoded(parser_context)
        with _decoding():
            form = super().parse(stream, media_type, parser_context)
        _checked(form)
        return form


class StrictMultiPartParser(MultiPartParser):
    """Parse a multipart form. Answer 400 when a name or value holds text that the database can't store."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> DataAndFiles:
        _refuse_encoded(parser_context)
        with _decoding():
            parsed = super().parse(stream, media_type, parser_context)
        _checked(parsed.data)
        return parsed
