"""From bytes to records: encoding, line ends, quoting."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from catalog.importing.drafts import Problem, Report
from catalog.importing.errors import UnusableFile

_DELIMITERS = ",;\t"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# An opening quote without its closing one swallows what follows; a cell longer than this is taken for that.
_LONGEST_CELL = 1_000_000
# Fed to the parser behind the last line. A record that ends with it had a quote left open.
_END = "\0end of the file\0"


@dataclass(frozen=True, slots=True)
class Record:
    """``line`` is where it begins. ``fault``: why none of its cells can be trusted; blank when they can."""

    line: int
    cells: Sequence[str]
    fault: str


class CsvSource:
    """A file's header and records. Only one record is held at a time; ``rows_read`` counts them.

    A line that is not UTF-8 is read as Windows-1252, which spreadsheets still write, with one warning for the file.
    Raises ``UnusableFile`` for a file without a header, or in UTF-16.
    """

    def __init__(self, file: BinaryIO, *, report: Report) -> None:
        self.rows_read = 0
        self._report = report
        self._line = 0
        self._met_other_encoding = False
        self._is_undecodable = False
        if file.read(2) in _UTF16_MARKS:
            raise UnusableFile("The file is UTF-16; save it as CSV in UTF-8.")
        file.seek(0)
        # Line ends inside quotes are the cell's own, so they are left as they are.
        self._file = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        lines = self._lines()
        first = next((line for line in lines if line.strip()), _END)
        if first == _END:
            raise UnusableFile("The file is empty.")
        csv.field_size_limit(_LONGEST_CELL)
        delimiter = max(_DELIMITERS, key=first.count)
        self._reader = csv.reader(chain([first], lines), delimiter=delimiter, skipinitialspace=True)
        self.header = self._read_header()

    def records(self) -> Iterator[Record]:
        """Every record with a cell that is not blank. What cannot be read at all is reported and passed over."""
        while True:
            line = self._line + 1
            try:
                cells = next(self._reader, [_END])
            except csv.Error as error:
                self.rows_read += 1
                self._report(Problem([line], f"Lines {line} to {self._line} cannot be read as CSV: {error}."))
                continue
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                self.rows_read += 1
                self._report(Problem([line], "A quote opens here and never closes; the file cannot be read further."))
                return
            fault = self._fault_of(cells)
            if any(cell.strip() for cell in cells):
                self.rows_read += 1
                yield Record(line=line, cells=cells, fault=fault)

    def _read_header(self) -> Sequence[str]:
        try:
            header = next(self._reader)
        except csv.Error as error:
            raise UnusableFile(f"The first line cannot be read as CSV: {error}.") from error
        if header[-1].endswith(_END):
            raise UnusableFile("A quote opens in the first line and never closes.")
        self._take_undecodable()
        return header

    def _lines(self) -> Iterator[str]:
        for line in self._file:
            self._line += 1
            yield line if line.isascii() else self._decoded(line)
        yield _END

    def _decoded(self, line: str) -> str:
        try:
            line.encode()
        except UnicodeEncodeError:
            raw = line.encode(errors="surrogateescape")
        else:
            return line
        if not self._met_other_encoding:
            self._met_other_encoding = True
            message = "This line is not UTF-8; it, and others like it, are read as Windows-1252."
            self._report(Problem([self._line], message, is_error=False))
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            self._is_undecodable = True
            return raw.decode("cp1252", errors="replace")

    def _take_undecodable(self) -> bool:
        found, self._is_undecodable = self._is_undecodable, False
        return found

    def _fault_of(self, cells: Sequence[str]) -> str:
        if self._take_undecodable():
            return "holds bytes that are neither UTF-8 nor Windows-1252"
        if any("\0" in cell for cell in cells):
            return "holds a NUL character"
        if any(cell.strip() for cell in cells[len(self.header) :]):
            return f"has {len(cells)} cells where the header has {len(self.header)}"
        return ""
