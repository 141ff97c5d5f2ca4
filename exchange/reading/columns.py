"""Find out which column of a file holds which value.

Header names have changed over the years, and other tools write different ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exchange.errors import UnusableFile

# When a file has several of the names for one column, the first in this list is read.
_NAMES: dict[str, Sequence[str]] = {
    "handle": ["handle", "url handle"],
    "title": ["title"],
    "body": ["body (html)", "body", "body html", "description"],
    "vendor": ["vendor"],
    "category": ["product category", "standard product type", "standardized product type"],
    "type": ["type", "custom product type", "product type"],
    "tags": ["tags"],
    "published": ["published", "published on online store"],
    "status": ["status"],
    "option1_name": ["option1 name"],
    "option1_value": ["option1 value"],
    "option2_name": ["option2 name"],
    "option2_value": ["option2 value"],
    "option3_name": ["option3 name"],
    "option3_value": ["option3 value"],
    "sku": ["variant sku", "sku"],
    "grams": ["variant grams", "weight value (grams)"],
    "tracker": ["variant inventory tracker", "inventory tracker"],
    "quantity": ["variant inventory qty", "variant inventory quantity", "inventory quantity", "inventory qty"],
    "policy": ["variant inventory policy", "continue selling when out of stock"],
    "price": ["variant price", "price"],
    "compare_at": ["variant compare at price", "variant compare-at price", "compare-at price", "compare at price"],
    "barcode": ["variant barcode", "barcode"],
    "image": ["image src", "product image url"],
    "image_position": ["image position"],
    "image_alt": ["image alt text"],
    "variant_image": ["variant image", "variant image url"],
}


@dataclass(frozen=True)
class Columns:
    """Hold a file's columns.

    ``places`` holds the index of each column in a row, and ``headers`` its name in the file. ``unused`` are the headers
    of columns that are not read.
    """

    places: Mapping[str, int]
    headers: Mapping[str, str]
    unused: Sequence[str]

    def __contains__(self, column: str) -> bool:
        return column in self.places

    def cells(self, record: Sequence[str]) -> dict[str, str]:
        """Return the trimmed cells by column, without the blank ones. A record may have fewer cells than the header."""
        found = {column: record[place].strip() for column, place in self.places.items() if place < len(record)}
        return {column: value for column, value in found.items() if value}


def find_columns(header: Sequence[str]) -> Columns:
    """Find the columns that ``header`` names. Raise ``UnusableFile`` when it has neither a handle nor a title."""
    places: dict[str, int] = {}
    plain = [" ".join(name.lower().split()) for name in header]
    for column, names in _NAMES.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None:
            places[column] = place
    if "handle" not in places and "title" not in places:
        raise UnusableFile("The first line must name the columns, and among them Handle (URL handle) or Title.")
    used = set(places.values())
    return Columns(
        places=places,
        headers={column: header[place].strip() for column, place in places.items()},
        unused=[name.strip() for place, name in enumerate(header) if place not in used and name.strip()],
    )
