"""Store rows on disk until the whole file is read, so that memory use does not grow with the file."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE product (id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE);
CREATE TABLE row (product INTEGER, line INTEGER, fault TEXT, cells TEXT, PRIMARY KEY (product, line)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a record's cells by column, without blank ones.

    ``fault`` says why the cells can't be used; it is blank when they can.
    """

    line: int
    cells: Mapping[str, str]
    fault: str


class RowSpool:
    """Group rows by handle, in the order in which handles were first seen.

    The rows are in a database in ``folder``, which the calling code removes.
    """

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "rows.sqlite3", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self._last = ("", 0)

    def close(self) -> None:
        self._database.close()

    def add(self, handle: str, row: Row) -> None:
        self._database.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?)",
            (self._product_id(handle), row.line, row.fault, json.dumps(row.cells)),
        )

    def count(self) -> int:
        """Return the number of different handles."""
        return int(self._database.execute("SELECT count(*) FROM product").fetchone()[0])

    def groups(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Yield each handle with its rows in line order. Read a group's rows before you take the next group."""
        found = self._database.execute(
            "SELECT product.handle, line, fault, cells FROM product CROSS JOIN row ON row.product = product.id"
            " ORDER BY product.id, line"
        )
        for handle, group in groupby(found, key=itemgetter(0)):
            yield handle, (Row(line=line, cells=json.loads(cells), fault=fault) for _, line, fault, cells in group)

    def _product_id(self, handle: str) -> int:
        """Return a handle's id; add the handle if it is new.

        The last handle is remembered, because most files keep a product's rows together.
        """
        if self._last[0] != handle:
            self._database.execute("INSERT OR IGNORE INTO product (handle) VALUES (?)", (handle,))
            found = self._database.execute("SELECT id FROM product WHERE handle = ?", (handle,)).fetchone()
            self._last = (handle, found[0])
        return self._last[1]
