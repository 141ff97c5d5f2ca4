"""The parts of addresses that are made of names: the one rule for them, in any script.

A slug is made of letters with their marks, digits, ``-`` and ``_``, in small letters and one Unicode spelling. It is
never a number, which would be read as an id, and never a word that addresses use themselves.
"""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count, dropwhile
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from utils.names import is_mark

# What stands where a slug may stand, and what lists get sooner or later: a new route must not hide a product.
RESERVED = frozenset({"facets", "low-stock", "search"})

NOT_A_SLUG = "A slug is made of letters, digits, '-' and '_'."
A_NUMBER = "A slug of digits alone would be read as an id."
A_ROUTE = "This slug is a word that the shop's own addresses use."

# They only shape the letters beside them, and nobody sees whether they are there.
_UNSEEN = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONGEST_ID = 18


def normal_slug(text: str) -> str:
    """Give ``text`` the one spelling that slugs are stored and looked up in."""
    # The small letter of the Turkish capital İ is an i with a dot that no key types.
    small = unicodedata.normalize("NFKC", text).lower().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", small))


def slugify(name: str) -> str:
    """Make a slug of ``name``: its words with hyphens between; blank when there is no letter and no digit in it."""
    kept = "".join(char for char in normal_slug(name) if _is_part(char) or char.isspace())
    words = ("".join(dropwhile(is_mark, word)) for word in re.split(r"[-\s]+", kept))
    return "-".join(filter(None, words)).strip("-_")


def usable_slug(slug: str, *, kind: str) -> str:
    """Put ``kind`` before a slug that is a number or reserved: ``2024`` becomes ``product-2024``."""
    return f"{kind}-{slug}" if fault_of(slug) in (A_NUMBER, A_ROUTE) else slug


def fault_of(slug: str) -> str:
    """Say why ``slug``, which is spelled as ``normal_slug`` does, can't be one; blank when it can."""
    if not slug or is_mark(slug[0]) or not all(map(_is_part, slug)):
        return NOT_A_SLUG
    if slug.isdigit():
        return A_NUMBER
    return A_ROUTE if slug in RESERVED else ""


def first_free(slug: str, taken: Container[str]) -> str:
    """Give ``slug`` the lowest number behind it that makes it one that is not taken."""
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(each for each in chain([slug], numbered) if each not in taken)


def id_of(key: str | int) -> int | None:
    """Read a key that may be an id or a slug; ``None`` when it is no id that a column holds."""
    text = str(key)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


def _is_part(char: str) -> bool:
    return char.isalnum() or is_mark(char) or char in "-_"


def validate_slug(value: str) -> None:
    """Raise Django's ``ValidationError`` for what is no slug, as a form's or a model's validator."""
    if fault := fault_of(value):
        raise ValidationError(fault, code="bad_slug")


class SlugField(models.CharField):
    """Stores slugs in their one spelling, and finds them in any."""

    default_validators = [validate_slug]

    def to_python(self, value: Any) -> Any:
        return normal_slug(value) if isinstance(value, str) else super().to_python(value)
