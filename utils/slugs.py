"""Slugs: the parts of URLs that are made from names, in any script.

A slug consists of letters with their marks, digits, ``-`` and ``_``, in small letters and one Unicode spelling. It is
never a number, which would be read as an id, and never a word that the shop's own URLs use.
"""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count, dropwhile
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from utils.names import is_mark

# Words that URLs use in the place of a slug, or may use later: a new route must not hide a product.
RESERVED = frozenset({"facets", "low-stock", "search"})

NOT_A_SLUG = "A slug may contain only letters, digits, '-' and '_'."
A_NUMBER = "A slug can't be only digits, because it would be read as an ID."
A_ROUTE = "This slug is a word that the shop's own URLs use."

# Invisible characters that only shape the letters beside them.
_UNSEEN = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONGEST_ID = 18


def normal_slug(text: str) -> str:
    """Return ``text`` in the one spelling in which slugs are stored and looked up."""
    # Python lowercases the Turkish capital İ to an i with a separate dot, which no keyboard can type.
    small = unicodedata.normalize("NFKC", text).lower().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", small))


def slugify(name: str) -> str:
    """Make a slug of ``name``: its words joined by hyphens, or an empty text when it has no letter and no digit."""
    kept = "".join(char for char in normal_slug(name) if _is_part(char) or char.isspace())
    words = ("".join(dropwhile(is_mark, word)) for word in re.split(r"[-\s]+", kept))
    return "-".join(filter(None, words)).strip("-_")


def usable_slug(slug: str, *, kind: str) -> str:
    """Return ``slug``, prefixed with ``kind`` when it is a number or reserved: ``2024`` becomes ``product-2024``."""
    return f"{kind}-{slug}" if fault_of(slug) in (A_NUMBER, A_ROUTE) else slug


def fault_of(slug: str) -> str:
    """Return why ``slug`` is not a valid slug, or an empty text when it is valid.

    ``slug`` must already have the spelling that ``normal_slug`` gives.
    """
    if not slug or is_mark(slug[0]) or not all(map(_is_part, slug)):
        return NOT_A_SLUG
    if slug.isdigit():
        return A_NUMBER
    return A_ROUTE if slug in RESERVED else ""


def first_free(slug: str, taken: Container[str]) -> str:
    """Return ``slug`` if it is not in ``taken``, else with the lowest number after it, from 2 on, that is free."""
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(each for each in chain([slug], numbered) if each not in taken)


def id_of(key: str | int) -> int | None:
    """Return the id in ``key``, which may be an id or a slug; return ``None`` when it is not an id."""
    text = str(key)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


def _is_part(char: str) -> bool:
    return char.isalnum() or is_mark(char) or char in "-_"


def validate_slug(value: str) -> None:
    """Validate the slug of a form or model. Raise Django's ``ValidationError`` when it is not valid."""
    if fault := fault_of(value):
        raise ValidationError(fault, code="bad_slug")


class SlugField(models.CharField):
    """Store slugs in their one spelling, and find them in any spelling."""

    default_validators = [validate_slug]

    def to_python(self, value: Any) -> Any:
        return normal_slug(value) if isinstance(value, str) else super().to_python(value)
