"""What a shipping price depends on, and which places of a shipping zone an address lies in. Pure functions."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from utils.text import fold

# A ZIP code with four digits more means the same town as the ZIP code alone.
_ZIP_PLUS_4 = re.compile(r"(\d{5})-\d{4}")
ANY_REST = "*"


@dataclass(frozen=True)
class ParcelToSend:
    """Hold what the shipping price of a cart depends on: what is sent, and where.

    ``subtotal`` is what the goods cost after the discounts of single items, in the cart's currency. The place is
    written as people write it. Without a ``country`` it is in the shop's own (``SHOP_COUNTRY``).
    """

    subtotal: Decimal
    pieces: int
    weight_grams: int
    country: str = ""
    state: str = ""
    postal_code: str = ""


class Destination(NamedTuple):
    """Hold a place in the forms that are compared; ``country`` is a code of two letters, or empty when unknown."""

    country: str
    region: str
    postcode: str

    @classmethod
    def of(cls, *, country: str, state: str, postal_code: str) -> "Destination":
        return cls(country, fold(state), postcode_key(postal_code))


class Precision(NamedTuple):
    """Tell how exactly a place names an address. The greater of two is the more exact."""

    by_postcode: bool
    by_region: bool


class Place(NamedTuple):
    """Hold a place of a zone: a country, a region of it, or some of its postcodes.

    ``postcode_from`` may end with ``*``, which stands for any rest. Without a ``postcode_to`` it stands alone.
    """

    country: str
    region: str = ""
    postcode_from: str = ""
    postcode_to: str = ""

    def precision(self, where: Destination) -> Precision | None:
        """Return how exactly the place names ``where``, or ``None`` when ``where`` lies elsewhere."""
        if self.country != where.country or (self.region and fold(self.region) != where.region):
            return None
        if self.postcode_from and not is_within(where.postcode, self.postcode_from, self.postcode_to):
            return None
        return Precision(bool(self.postcode_from), bool(self.region))


def postcode_key(text: str) -> str:
    """Return a postcode without spaces and hyphens, in capitals. A ZIP+4 code becomes its ZIP code."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    zip_code = _ZIP_PLUS_4.fullmatch(plain)
    return zip_code[1] if zip_code else re.sub(r"[\s-]+", "", plain)


def is_within(postcode: str, first: str, last: str = "") -> bool:
    """Return whether ``postcode``, a key, is one from ``first`` to ``last``, or begins as ``first`` says: ``BT*``.

    Numbers are compared as numbers, anything else as text. A postcode that begins with ``last`` is still within:
    ``AB10`` to ``AB56`` has ``AB56 1AA``.
    """
    low = postcode_key(first)
    if not postcode or low.endswith(ANY_REST):
        return bool(postcode) and postcode.startswith(low.removesuffix(ANY_REST))
    high = postcode_key(last) or low
    is_low_enough = is_in_order(postcode, high) or (postcode.startswith(high) and not high.isdecimal())
    return is_in_order(low, postcode) and is_low_enough


def is_in_order(one: str, other: str) -> bool:
    """Return whether the postcode ``one``, a key, comes before ``other`` or equals it."""
    if one.isdecimal() and other.isdecimal():
        return int(one) <= int(other)
    return one <= other
