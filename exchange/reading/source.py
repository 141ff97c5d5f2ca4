"""Turn a file's bytes into records, whatever the encoding, line ends and quoting."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import BinaryIO

from exchange.drafts import Problem, Report
from exchange.errors import UnusableFile
from exchange.reading.encoding import encoding_of

_DELIMITERS = ",;\t"
# A first line that tells spreadsheets the delimiter. Some spreadsheets write it back as a line with empty cells.
_SEPARATOR_LINE = re.compile(r"\"?sep=([^\"\w\s]|\t)\"?\1*", re.IGNORECASE)
# Without its closing quote, a cell would run to the end of the file. A longer cell is taken for such a case.
_LONGEST_CELL = 1_000_000
_LONGEST_RECORD = 4_000_000
# Every row takes time, even an empty one. This many take some minutes; a large catalogue has a tenth of them.
_MOST_ROWS = 1_000_000
_LARGEST_FILE = 200_000_000
# Shops with a column for each market and each field of their own have a few hundred columns.
_MOST_COLUMNS = 1_000
# Messages repeat a header for every row.
_LONGEST_HEADER = 255
# The characters by which Python replaces bytes that can't be decoded.
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Record:
    """Hold one record, which begins at ``line``.

    ``fault`` says why its cells can't be used; it is blank when they can.
    """

    line: int
    cells: Sequence[str]
    fault: str


class CsvSource:
    """Read a file's header and records. Only one record is in memory at a time; ``rows_read`` counts them.

    ``is_cut_off``: from some line on it was unclear where rows begin and end, so nothing below that line was read.
    Otherwise the lines of a description could be taken for rows.

    ``encoding`` is the encoding that the user named; when it is blank, it is found from the file itself. Raise
    ``UnusableFile`` when the file has no header. Also raise it, even while records are read, when the encoding can't be
    found out or the file is too large.
    """

    def __init__(self, file: BinaryIO, *, encoding: str, report: Report) -> None:
        self.rows_read = 0
        self.is_cut_off = False
        self._report = report
        self._line = 0
        self._record_size = 0
        _check_size(file)
        self._encoding = encoding_of(file, named=encoding)
        self._text = io.TextIOWrapper(
            file,
            encoding=self._encoding.name,
            # Keep bytes that can't be decoded, so that only their rows are left out. In UTF-16 that is not possible.
            errors="strict" if self._encoding.name.startswith(("utf-16", "utf-32")) else "surrogateescape",
            # Line ends inside quotes are the cell's own, so they are left as they are.
            newline="",
        )
        csv.field_size_limit(_LONGEST_CELL)
        self._reader = self._open_reader()
        self.header = self._read_header()

    def records(self) -> Iterator[Record]:
        """Yield every record that is not blank."""
        while True:
            line = self._line + 1
            self._record_size = 0
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                self.rows_read += 1
                self.is_cut_off = True
                message = (
                    f"From here on rows can't be told apart ({_reason(error)}). This line and all below are left out."
                )
                self._report(Problem([line], message))
                return
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                self.rows_read += 1
                if self.rows_read > _MOST_ROWS:
                    raise UnusableFile(f"The file has more than {_MOST_ROWS} rows. Split it into smaller files.")
                yield Record(line=line, cells=cells, fault=self._fault_of(cells))

    def _open_reader(self) -> Iterator[list[str]]:
        """Open a CSV reader with the delimiter of a ``sep=`` line, or else the most frequent one in the header."""
        lines = self._lines()
        first = next((line for line in lines if line.strip()), "")
        told = _SEPARATOR_LINE.fullmatch(first.strip(" \r\n"))
        if told:
            first = next((line for line in lines if line.strip()), "")
        if not first:
            raise UnusableFile("The file is empty.")
        delimiter = told[1] if told else max(_DELIMITERS, key=first.count)
        tidied = map(partial(_without_padding, _padding_between(delimiter)), chain([first], lines))
        # Strict, because text after a closing quote means that quotes are unbalanced and row boundaries are lost.
        return csv.reader(tidied, delimiter=delimiter, skipinitialspace=True, strict=True)

    def _read_header(self) -> Sequence[str]:
        try:
            header = next(self._reader)
        except csv.Error as error:
            raise UnusableFile(f"The first line cannot be read as CSV: {_reason(error)}.") from error
        if any("\0" in name for name in header):
            raise UnusableFile("The first line holds zero bytes. If the file is UTF-16, use --encoding utf-16-le.")
        if len(header) > _MOST_COLUMNS:
            raise UnusableFile(f"The first line names {len(header)} columns; at most {_MOST_COLUMNS} are allowed.")
        if any(len(name) > _LONGEST_HEADER for name in header):
            raise UnusableFile(f"The first line has a name of more than {_LONGEST_HEADER} characters.")
        return header

    def _lines(self) -> Iterator[str]:
        """Yield the file's lines.

        Raise ``csv.Error`` when the lines of one record together exceed the limit for a record.
        """
        while True:
            try:
                line = self._text.readline(_LONGEST_RECORD)
            except UnicodeError as error:
                raise UnusableFile(f"After line {self._line} the file is not {self._encoding.label}.") from error
            if not line:
                return
            self._line += 1
            if not self._encoding.is_certain and _holds_undecoded(line):
                raise UnusableFile(self._undecodable())
            self._record_size += len(line)
            if self._record_size >= _LONGEST_RECORD:
                raise csv.Error(f"record larger than {_LONGEST_RECORD} characters")
            yield line

    def _undecodable(self) -> str:
        return (
            f"Line {self._line} is not {self._encoding.label}, and the file does not show its encoding. "
            "Name it, such as --encoding windows-1252 or --encoding windows-1251, or save the file as UTF-8."
        )

    def _fault_of(self, cells: Sequence[str]) -> str:
        """Return why a record's cells can't be used, or an empty text when they can."""
        if any(_holds_undecoded(cell) for cell in cells):
            return f"holds bytes that are not {self._encoding.label}"
        if any("\0" in cell for cell in cells):
            return "holds a NUL character"
        if any(cell.strip() for cell in cells[len(self.header) :]):
            return f"has {len(cells)} cells where the header has {len(self.header)}"
        return ""


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > _LARGEST_FILE:
        raise UnusableFile(
            f"The file has {size} bytes; at most {_LARGEST_FILE} are allowed. Split it into smaller files."
        )


def _reason(error: csv.Error) -> str:
    return "a quote opens and never closes" if str(error) == "unexpected end of data" else str(error)


def _holds_undecoded(text: str) -> bool:
    return not text.isascii() and bool(_UNDECODED.search(text))


def _padding_between(delimiter: str) -> re.Pattern[str]:
    """Build the pattern that finds spaces after a closing quote, up to the delimiter or the end of the line."""
    mark = re.escape(delimiter)
    return re.compile(rf"((?<!\")(?:\"\")*\"|(?:^|{mark}) *\"\") +(?=[{mark}\r\n]|$)")


def _without_padding(padding: re.Pattern[str], line: str) -> str:
    return padding.sub(r"\1", line) if '" ' in line else line
