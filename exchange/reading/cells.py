"""Read one cell.

Every parser takes the cell's trimmed text, and raises ``BadCell`` when that is not allowed in the cell.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar, cast
from urllib.parse import urlsplit

from django.db.models import CharField, Model

from catalog.errors import BadPrice
from catalog.html import cleaned
from catalog.markup import Tidied
from catalog.models import Category, ProductImage, ProductStatus
from exchange.errors import BadCell
from exchange.reading.spool import Row
from utils.money import DECIMAL_PLACES, MAX_DIGITS, quantize
from utils.slugs import fault_of
from utils.text import fold

T = TypeVar("T")

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_INTEGER = re.compile(r"-?[0-9]+(\.0*)?")
_DAMAGED_BARCODE = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_PRICE_CEILING = Decimal(10) ** (MAX_DIGITS - DECIMAL_PLACES)
_MOST_PIECES = 1_000_000_000
_MOST_GRAMS = 2_147_483_647
_SHOWN = 40
# The database stores options and tags as JSON, without a limit; these limits are those of the file format.
LONGEST_OPTION = 255
_LONGEST_TAG = 255
_MOST_TAGS = 250
# Four times the API's limit, for HTML from word processors. The whole text is cleaned, so it needs some limit.
_LONGEST_DESCRIPTION = 200_000
# A spreadsheet that opens a file and saves it again translates TRUE and FALSE into the user's language.
_TRUE = """
    TRUE yes 1 WAHR VRAI VERDADERO VERDADEIRO VERO WAAR SANT SANN SAND TOSI PRAWDA PRAVDA IGAZ DOĞRU ADEVĂRAT BENAR
    ИСТИНА ІСТИНА ΑΛΗΘΗΣ
"""
_FALSE = """
    FALSE no 0 FALSCH FAUX FALSO ONWAAR FALSKT USANN FALSK EPÄTOSI FAŁSZ NEPRAVDA HAMIS YANLIŞ FALS SALAH
    ЛОЖЬ ХИБНІСТЬ ΨΕΥΔΗΣ
"""
_MEANINGS = dict.fromkeys(map(fold, _TRUE.split()), True) | dict.fromkeys(map(fold, _FALSE.split()), False)


class RowCells:
    """Hold one row's cells, and collect messages about what is wrong with them in ``faults``."""

    def __init__(self, row: Row, headers: Mapping[str, str]) -> None:
        self.line = row.line
        self.is_readable = not row.fault
        self.faults = [row.fault] if row.fault else []
        self._cells = row.cells
        self._headers = headers

    def __getitem__(self, column: str) -> str:
        """Return the cell's text, or a blank text when the row has no such cell."""
        return self._cells.get(column, "")

    def named(self, column: str) -> str:
        """Return the column's header in the file and this row's value, for a message."""
        return f"{self._headers[column]} {shown(self[column])!r}"

    def parsed(self, column: str, parse: Callable[[str], T], blank: T) -> T:
        """Return the parsed cell, or ``blank`` when it is blank or can't be parsed.

        When it can't be parsed, add a message to ``faults``.
        """
        if not self[column]:
            return blank
        try:
            return parse(self[column])
        except BadCell as error:
            self.faults.append(f"{self.named(column)} {error}")
            return blank


def shown(value: str) -> str:
    """Shorten a value of the file for a message."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def longest(model: type[Model], field: str) -> int:
    """Return how many characters the database column of ``field`` holds."""
    return cast(CharField, model._meta.get_field(field)).max_length or 0


def text_up_to(length: int) -> Callable[[str], str]:
    """Make a parser of texts with at most ``length`` characters."""

    def parse(value: str) -> str:
        if len(value) > length:
            raise BadCell(f"has {len(value)} characters; at most {length} are allowed.")
        return value

    return parse


def handle(value: str) -> str:
    """Read a handle, which must be a slug (``utils.slugs``)."""
    if fault_of(value):
        raise BadCell("may hold only letters, digits, '-' and '_'.")
    return value


def price_in(currency: str) -> Callable[[str], Decimal]:
    """Make a parser of prices in ``currency``: plain decimal numbers without sign, symbol or thousands separator."""

    def parse(value: str) -> Decimal:
        amount = _decimal(value)
        if amount >= _PRICE_CEILING:
            raise BadCell("is more than the shop can store.")
        rounded = quantize(amount, currency)
        if amount != rounded:
            raise BadCell(f"is refused for {currency}: {BadPrice.message}")
        return rounded

    return parse


def pieces(value: str) -> int:
    """Read a whole number. It may be negative, because shops that oversell export negative quantities."""
    if not _INTEGER.fullmatch(value):
        raise BadCell("is not a whole number.")
    count = Decimal(value)
    if abs(count) > _MOST_PIECES:
        raise BadCell(f"is more than {_MOST_PIECES}.")
    return int(count)


def grams(value: str) -> int:
    """Read a weight, rounded half up to whole grams."""
    amount = _decimal(value)
    if amount > _MOST_GRAMS:
        raise BadCell(f"is more than {_MOST_GRAMS}.")
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def meaning(word: str) -> bool | None:
    """Return whether ``word`` means yes or no, in any of the known languages; ``None`` when it means neither."""
    return _MEANINGS.get(fold(word))


def boolean(value: str) -> bool:
    """Read a yes or no in any of the known languages (see ``meaning``)."""
    found = meaning(value)
    if found is None:
        raise BadCell("is neither TRUE nor FALSE.")
    return found


def status(value: str) -> ProductStatus:
    """Read a status.

    An unlisted product (shown only to people with its link) becomes a draft, as this shop has no unlisted products.
    """
    if is_unlisted(value):
        return ProductStatus.DRAFT
    try:
        return ProductStatus(value.lower())
    except ValueError as error:
        raise BadCell(f"is none of {', '.join(ProductStatus.values)}.") from error


def is_unlisted(value: str) -> bool:
    """Return whether a status means that the product is unlisted: shown only to people with its link."""
    return value.lower() == "unlisted"


def tags(value: str) -> list[str]:
    """Read tags that are separated by commas; return each tag once."""
    found = list(dict.fromkeys(tag for tag in (part.strip() for part in value.split(",")) if tag))
    if len(found) > _MOST_TAGS:
        raise BadCell(f"has {len(found)} tags; at most {_MOST_TAGS} are allowed.")
    if any(len(tag) > _LONGEST_TAG for tag in found):
        raise BadCell(f"has a tag of more than {_LONGEST_TAG} characters.")
    return found


def description(value: str) -> Tidied:
    """Read HTML, and clean it (``catalog.html``)."""
    return cleaned(text_up_to(_LONGEST_DESCRIPTION)(value))


def category_path(value: str) -> tuple[str, ...]:
    """Read a category such as ``A > B > C``, from the root down."""
    names = tuple(name for name in (part.strip() for part in value.split(">")) if name)
    if any(len(name) > longest(Category, "name") for name in names):
        raise BadCell(f"has a name of more than {longest(Category, 'name')} characters.")
    deepest = longest(Category, "path") // Category.steplen
    if len(names) > deepest:
        raise BadCell(f"is more than {deepest} levels deep.")
    return names


def web_address(value: str) -> str:
    """Read an http or https URL."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise BadCell("is not a URL.") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or len(value.split()) > 1:
        raise BadCell("is not an http or https URL.")
    return text_up_to(longest(ProductImage, "source_url"))(value)


def place(value: str) -> int:
    """Read a position: a whole number above 0."""
    number = pieces(value)
    if number < 1:
        raise BadCell("is not a number above 0.")
    return number


def is_damaged_barcode(value: str) -> bool:
    """Return whether a spreadsheet has turned the digits into a rounded number such as ``3.65275E+11``."""
    return bool(_DAMAGED_BARCODE.fullmatch(value))


def _decimal(value: str) -> Decimal:
    if value.startswith("-") and _DECIMAL.fullmatch(value[1:]):
        raise BadCell("is negative.")
    if not _DECIMAL.fullmatch(value):
        raise BadCell("is not a plain decimal number such as 1234.50.")
    return Decimal(value)
