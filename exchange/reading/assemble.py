"""Make one draft from one product's rows."""

from collections.abc import Iterator
from itertools import islice

from catalog.models import Product, ProductStatus
from exchange.drafts import Problem, ProductDraft, Report
from exchange.errors import BadCell
from exchange.reading import cells as read
from exchange.reading.cells import RowCells
from exchange.reading.columns import Columns
from exchange.reading.images import MOST_IMAGES, ImageList
from exchange.reading.merge import MergedColumns
from exchange.reading.spool import Row
from exchange.reading.variants import MOST_VARIANTS, VariantList
from utils.slugs import fault_of, normal_slug

_MOST_ROWS = MOST_VARIANTS + MOST_IMAGES
_OPTION_VALUES = ("option1_value", "option2_value", "option3_value")
_SIGNS_OF_A_VARIANT = ("sku", "barcode", "quantity")
_handle_length = read.text_up_to(read.longest(Product, "slug"))


def assemble(
    handle: str, rows: Iterator[Row], columns: Columns, *, currency: str, report: Report, is_whole: bool
) -> ProductDraft:
    """Make a draft from the product's ``rows``. Every row that is left out is reported once.

    ``currency`` is the currency of all prices. ``is_whole`` is false when a part of the file could not be read, so that
    rows of the product may be missing.
    """
    return _Assembly(handle, columns, currency=currency, report=report, is_whole=is_whole).product(rows)


class _Assembly:
    """Put one product together.

    A refused row adds no variant and no picture, but its values for the product as a whole are still used.
    """

    def __init__(self, handle: str, columns: Columns, *, currency: str, report: Report, is_whole: bool) -> None:
        self._handle = handle
        self._columns = columns
        self._report = report
        self._merged = MergedColumns(columns)
        self._product = read.shown(handle)
        self._images = ImageList(columns, report=report, product=self._product)
        self._variants = VariantList(columns, currency=currency, report=report, product=self._product)
        self._tried_variants = False
        self._is_whole = is_whole
        if not is_whole:
            self._merged.nothing_more_is_known()

    def product(self, rows: Iterator[Row]) -> ProductDraft:
        """Make the product's draft, which says what the import will write, from the product's rows in the file.

        The rows are read twice, because any of them may hold the names of the options, which the variants need. Rows
        beyond the maximum number for a product are reported as refused.
        """
        looked_at = [self._look_at(row) for row in islice(rows, _MOST_ROWS)]
        self._warn_of_other_handle(looked_at[0])
        self._variants.option_names = self._merged.option_names()
        lead = next((cells for cells in looked_at if cells["title"]), looked_at[0])
        good = [cells.line for cells in looked_at if self._take_or_refuse(cells, is_lead=cells is lead)]
        if len(good) < len(looked_at):
            self._is_whole = False
        if beyond := [row.line for row in rows]:
            self._is_whole = False
            self._refuse(beyond, f"a product can have at most {_MOST_ROWS} rows.")
        return self._draft(good)

    def _look_at(self, row: Row) -> RowCells:
        """Read the values of a row that belong to the product as a whole, and return the row's cells."""
        cells = RowCells(row, self._columns.headers)
        if not cells.is_readable:
            self._merged.nothing_more_is_known()
            self._tried_variants = True
            return cells
        self._check_handle(cells)
        for line, headers in self._merged.take(cells).items():
            verb = "differs" if len(headers) == 1 else "differ"
            self._warn(row.line, f"{', '.join(headers)} {verb} from line {line}, which is used.")
        return cells

    def _warn_of_other_handle(self, first: RowCells) -> None:
        given = normal_slug(first["handle"])
        if given and given != self._handle:
            self._warn(first.line, f"{first.named('handle')} becomes {self._handle!r}. {fault_of(given)}")

    def _check_handle(self, cells: RowCells) -> None:
        try:
            read.handle(_handle_length(self._handle))
        except BadCell as error:
            cells.faults.append(f"the handle {error}")

    def _take_or_refuse(self, cells: RowCells, *, is_lead: bool) -> bool:
        """Add a readable row's variant and pictures to the draft, and report what is wrong with the row.

        Return whether nothing is wrong with it.
        """
        if cells.is_readable:
            self._take(cells, is_lead=is_lead)
        if cells.faults:
            self._refuse([cells.line], " ".join(cells.faults))
        return not cells.faults

    def _take(self, cells: RowCells, *, is_lead: bool) -> None:
        """Add a row's variant and pictures, unless something is wrong with the row.

        ``is_lead``: it is the product's main row.
        """
        alt, image_url = self._images.alt(cells), self._images.address(cells, "image")
        variant = None
        if self._is_variant(cells, is_lead=is_lead):
            self._tried_variants = True
            variant = self._variants.read(cells, image_url=self._images.address(cells, "variant_image"))
        elif not cells["image"] and not is_lead:
            cells.faults.append("this row has no variant, price or picture.")
        if cells.faults:
            return
        if image_url:
            self._images.add(cells, image_url, alt=alt, place=self._images.place(cells))
        if variant:
            self._variants.add(variant, cells)
            if variant.image_url:
                self._images.add(cells, variant.image_url)

    def _is_variant(self, cells: RowCells, *, is_lead: bool) -> bool:
        """Return whether a row describes a variant of the product.

        A row with a price or an option's value does, and so does a row without a picture that has an SKU, a barcode or
        a quantity. The product's main row (``is_lead``) does even without these, unless it has a picture and no title,
        or the file has no column for prices, because such a file may be there to change titles only.
        """
        if cells["price"] or any(cells[column] for column in _OPTION_VALUES):
            return True
        if is_lead and "price" in self._columns and (cells["title"] or not cells["image"]):
            return True
        return not cells["image"] and any(cells[column] for column in _SIGNS_OF_A_VARIANT)

    def _draft(self, good: list[int]) -> ProductDraft:
        """Make the draft from the rows that were used; ``good`` are their lines."""
        variants = list(self._variants.drafts.values())
        is_refused = not good or (self._tried_variants and not variants)
        if is_refused and good:
            self._refuse(good, "none of the product's variants can be imported.")
        unlisted_line = self._merged.unlisted_line()
        if unlisted_line and not is_refused:
            self._warn(
                unlisted_line,
                "the shop has no unlisted products, so this one becomes a hidden draft.",
            )
        status, is_published = self._merged.get("status"), self._merged.get("published")
        return ProductDraft(
            handle=self._handle,
            lines=good,
            values=self._merged.fields(),
            category=self._merged.category(),
            status=status if isinstance(status, ProductStatus) else None,
            is_published=is_published if isinstance(is_published, bool) else None,
            variants=variants,
            images=self._images.drafts(),
            replaces_images="image" in self._columns and self._is_whole and self._images.is_complete,
            links_images="variant_image" in self._columns,
            is_refused=is_refused,
            lost_markup_line=self._merged.lost_markup_line,
        )

    def _refuse(self, lines: list[int], message: str) -> None:
        self._report(Problem(lines, f"{self._product}: {message}"))

    def _warn(self, line: int, message: str) -> None:
        self._report(Problem([line], f"{self._product}: {message}", is_error=False))
