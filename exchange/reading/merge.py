"""Merge the columns that belong to a product as a whole. The first value among the product's rows is used."""

from collections.abc import Callable, Mapping

from catalog.markup import Tidied
from catalog.models import Product
from exchange.reading import cells as read
from exchange.reading.cells import RowCells
from exchange.reading.columns import Columns

_OPTION_NAMES = ("option1_name", "option2_name", "option3_name")

_PARSERS: Mapping[str, Callable[[str], object]] = {
    "title": read.text_up_to(read.longest(Product, "name")),
    "body": read.description,
    "vendor": read.text_up_to(read.longest(Product, "brand")),
    "type": read.text_up_to(read.longest(Product, "product_type")),
    "tags": read.tags,
    "category": read.category_path,
    "published": read.boolean,
    "status": read.status,
    **dict.fromkeys(_OPTION_NAMES, read.text_up_to(read.LONGEST_OPTION)),
}
# When one of these columns is blank in all rows, the product's field is emptied. A title is never emptied.
_EMPTIED = {"body": "description", "vendor": "brand", "type": "product_type", "tags": "tags"}


class MergedColumns:
    """Collect the product's values row by row.

    ``lost_markup_line`` is the line of the description, if some of its markup was left out.
    """

    def __init__(self, columns: Columns) -> None:
        self.lost_markup_line: int | None = None
        self._columns = columns
        self._texts: dict[str, tuple[str, int]] = {}
        self._values: dict[str, object] = {}
        self._unreadable: set[str] = set()

    def take(self, cells: RowCells) -> dict[int, list[str]]:
        """Merge one row into the product: for each column, the first value of any row is kept.

        Return the headers of the columns whose value differs from the kept one, grouped by the line of the kept value.
        """
        differing: dict[int, list[str]] = {}
        for column in _PARSERS:
            text = cells[column]
            if not text:
                continue
            earlier, line = self._texts.get(column, ("", 0))
            if not earlier:
                self._take_first(column, cells)
            elif text.casefold() != earlier:
                differing.setdefault(line, []).append(self._columns.headers[column])
        return differing

    def nothing_more_is_known(self) -> None:
        """Note that a row could not be read, so that blank columns no longer empty the product's fields.

        The lost row may have had a value in any of these columns.
        """
        self._unreadable.update(_PARSERS)

    def get(self, column: str) -> object:
        """Return the value of ``column``, or ``None`` when no row gives one."""
        return self._values.get(column)

    def unlisted_line(self) -> int | None:
        """Return the number of the line that says that the product is unlisted, or ``None`` when none does."""
        status, line = self._texts.get("status", ("", 0))
        return line if read.is_unlisted(status) else None

    def option_names(self) -> list[str]:
        """Return the names of the three options; a name is blank when no row gives it."""
        return [str(self._values.get(column, "")) for column in _OPTION_NAMES]

    def fields(self) -> dict[str, object]:
        """Return the product's name, description, brand, product_type and tags, as far as the file gives them."""
        fields = {} if self.get("title") is None else {"name": self.get("title")}
        for column, field in _EMPTIED.items():
            if column in self._values:
                fields[field] = self._values[column]
            elif self._is_blank(column):
                fields[field] = _plain(_PARSERS[column](""))
        return fields

    def category(self) -> tuple[str, ...] | None:
        """Return the category's path from the root down, or else the product's type as a root category.

        The path is empty for no category, and ``None`` to keep the product's category.
        """
        path = self.get("category")
        if isinstance(path, tuple):
            return path
        if self.get("type") and "category" not in self._unreadable:
            return (str(self.get("type")),)
        return () if self._is_blank("category") else None

    def _take_first(self, column: str, cells: RowCells) -> None:
        faults = len(cells.faults)
        value = cells.parsed(column, _PARSERS[column], None)
        if len(cells.faults) == faults:
            self._texts[column] = (cells[column].casefold(), cells.line)
            self._values[column] = _plain(value)
            if isinstance(value, Tidied) and not value.is_whole:
                self.lost_markup_line = cells.line
        else:
            self._unreadable.add(column)

    def _is_blank(self, column: str) -> bool:
        """Return whether the file has the column, and all of the product's rows leave it blank."""
        return column in self._columns and column not in self._values and column not in self._unreadable


def _plain(value: object) -> object:
    return value.markup if isinstance(value, Tidied) else value
