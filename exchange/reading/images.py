"""Collect the pictures of one product."""

from collections.abc import Sequence

from catalog.models import ProductImage
from exchange.drafts import ImageDraft, Problem, Report
from exchange.errors import BadCell
from exchange.reading import cells as read
from exchange.reading.cells import RowCells
from exchange.reading.columns import Columns

MOST_IMAGES = 250
_AFTER_ALL = 2_000_000_000

_alt_text = read.text_up_to(read.longest(ProductImage, "alt"))


class ImageList:
    """Collect pictures, each URL once. A picture that can't be used causes a warning, but its row is still imported.

    ``is_complete`` is false when a picture was left out.
    """

    def __init__(self, columns: Columns, *, report: Report, product: str) -> None:
        self.is_complete = True
        self._columns = columns
        self._report = report
        self._product = product
        self._alts: dict[str, str] = {}
        self._places: dict[str, int] = {}

    def address(self, cells: RowCells, column: str) -> str:
        """Return the URL of the picture that a row names in ``column``, or an empty text when it names none.

        A URL that can't be used is treated as missing, and a warning says that the picture is left out.
        """
        if not cells[column]:
            return ""
        try:
            return read.web_address(cells[column])
        except BadCell as error:
            self._leave_out(cells, f"{cells.named(column)} {error}")
            return ""

    def alt(self, cells: RowCells) -> str:
        """Return the picture's alternative text.

        When it is too long, return an empty text and add a message to the row's faults.
        """
        return cells.parsed("image_alt", _alt_text, "")

    def add(self, cells: RowCells, url: str, *, alt: str = "", place: int = _AFTER_ALL) -> None:
        """Add the picture at ``url`` to the product's pictures, or warn that it is one too many.

        ``cells`` is the row that names the picture, ``alt`` its alternative text, and ``place`` its position (lowest
        first). When several rows name the same URL, the picture gets the first text that is not empty and the lowest
        position.
        """
        if url not in self._places and len(self._places) >= MOST_IMAGES:
            self._leave_out(cells, f"a product can have at most {MOST_IMAGES} pictures.")
            return
        self._places[url] = min(place, self._places.get(url, _AFTER_ALL))
        self._alts[url] = self._alts.get(url) or alt

    def place(self, cells: RowCells) -> int:
        """Return the picture's position.

        When the cell is blank or not a valid position, the picture comes after all others.
        """
        if not cells["image_position"]:
            return _AFTER_ALL
        try:
            return read.place(cells["image_position"])
        except BadCell as error:
            self._warn(cells, f"{cells.named('image_position')} {error}")
            return _AFTER_ALL

    def drafts(self) -> Sequence[ImageDraft]:
        """Return the pictures in the order of their positions and then of their rows, numbered from 1."""
        in_order = sorted(self._places, key=lambda url: self._places[url])
        return [self._draft(url, number) for number, url in enumerate(in_order, start=1)]

    def _draft(self, url: str, number: int) -> ImageDraft:
        values: dict[str, object] = {}
        if "image_position" in self._columns:
            values["position"] = number
        if "image_alt" in self._columns:
            values["alt"] = self._alts[url]
        return ImageDraft(url=url, place=number, values=values)

    def _leave_out(self, cells: RowCells, message: str) -> None:
        self.is_complete = False
        self._warn(cells, f"{message} The picture is left out.")

    def _warn(self, cells: RowCells, message: str) -> None:
        self._report(Problem([cells.line], f"{self._product}: {message}", is_error=False))
