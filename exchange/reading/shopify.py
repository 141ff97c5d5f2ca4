"""Read Shopify's product CSV, which its admin exports and many other tools write."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.drafts import Problem, ProductDraft, Report
from exchange.reading.assemble import assemble
from exchange.reading.columns import Columns, find_columns
from exchange.reading.source import CsvSource
from exchange.reading.spool import Row, RowSpool
from utils.slugs import normal_slug, slugify, usable_slug


@dataclass(frozen=True)
class ProductFile:
    """Hold a file whose rows have been read and grouped by product.

    ``unused_columns`` are the headers of columns that are not read. ``is_cut_off``: a part of the file could not be
    read (``CsvSource``).
    """

    rows_read: int
    is_cut_off: bool
    product_count: int
    unused_columns: Sequence[str]
    _products: Iterator[ProductDraft]

    def products(self) -> Iterator[ProductDraft]:
        """Return an iterator over all products in the order of the file, including the refused ones."""
        return self._products


@contextmanager
def read_products(path: Path, *, currency: str, report: Report, encoding: str = "") -> Iterator[ProductFile]:
    """Read the file at ``path``, whose prices are in ``currency``.

    ``encoding`` is the file's encoding; when it is blank, it is found from the file itself. Memory use does not grow
    with the file, because the rows are stored in a temporary folder. ``report`` is called with every problem, mostly
    while ``products`` is consumed. Raise ``UnusableFile`` when the file is no product list, or ``OSError`` when it
    can't be read.
    """
    with path.open("rb") as file, TemporaryDirectory(prefix="product-import-") as folder:
        source = CsvSource(file, encoding=encoding, report=report)
        columns = find_columns(source.header)
        spool = RowSpool(Path(folder))
        try:
            _fill(spool, source, columns, report)
            is_whole = not source.is_cut_off
            drafts = (
                assemble(handle, rows, columns, currency=currency, report=report, is_whole=is_whole)
                for handle, rows in spool.groups()
            )
            yield ProductFile(
                rows_read=source.rows_read,
                is_cut_off=source.is_cut_off,
                product_count=spool.count(),
                unused_columns=columns.unused,
                _products=_reporting_lost_markup(drafts, columns, report),
            )
        finally:
            spool.close()


def _reporting_lost_markup(drafts: Iterator[ProductDraft], columns: Columns, report: Report) -> Iterator[ProductDraft]:
    """Yield ``drafts``, and after the last one report which descriptions lost markup."""
    lines: list[int] = []
    for draft in drafts:
        if draft.lost_markup_line and not draft.is_refused:
            lines.append(draft.lost_markup_line)
        yield draft
    if lines:
        message = f"{columns.headers['body']}: markup that is not allowed was removed. Products: {len(lines)}."
        report(Problem(lines, message, is_error=False))


def _handle_of(cells: Mapping[str, str]) -> str:
    """Make the product's slug from its handle, or else its title. A number or reserved word gets ``product-`` first."""
    slug = normal_slug(cells.get("handle", "")) or slugify(cells.get("title", ""))
    return usable_slug(slug, kind="product")


def _fill(spool: RowSpool, source: CsvSource, columns: Columns, report: Report) -> None:
    """Store every row in the spool. Report a row that belongs to no product."""
    for record in source.records():
        cells = columns.cells(record.cells)
        handle = _handle_of(cells)
        if handle:
            spool.add(handle, Row(line=record.line, cells=cells, fault=record.fault))
        else:
            report(Problem([record.line], record.fault or "there is no handle, and no title to make one from."))
