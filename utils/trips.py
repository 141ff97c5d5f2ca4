"""Hand-written statements for the paths that every customer takes, where building SQL would cost more than running it.

The SQL is written once for both databases. ``one_trip`` sends several statements to PostgreSQL in one round trip, and
``insert`` writes new rows without building the same INSERT again and again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models

Rows = list[tuple[Any, ...]]


@contextmanager
def one_trip() -> Iterator[None]:
    """Send the statements of this block to PostgreSQL together, each with its own view of what is committed.

    Inside the block only ``send`` and ``insert`` may be used, because the answers arrive with the block's end; to read
    one earlier costs another round trip. On SQLite, which has no round trips, the block changes nothing.
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def send(sql: str, params: Sequence[Any]) -> Callable[[], Rows]:
    """Send a statement that answers with rows. Return a function that reads them; call it after ``one_trip``."""
    cursor = connection.cursor()
    cursor.execute(sql, params)
    if connection.vendor == "postgresql":
        return cursor.fetchall
    rows = cursor.fetchall()
    cursor.close()
    return lambda: rows


def insert(*rows: models.Model, **written: str) -> Callable[[], None]:
    """Insert new rows of one model. Return a function that gives them their ids; call it after ``one_trip``, if at all.

    ``written`` holds SQL that stands in place of the values of columns, such as ``shipment_id="lastval()"``. Signals
    are not sent.
    """
    sql, fields = _insert(type(rows[0]), len(rows), tuple(written.items()))
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in fields
        if field.attname not in written
    ]
    numbers = send(sql, values)

    def number() -> None:
        for row, (pk,) in zip(rows, numbers(), strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, "default"

    return number


@cache
def _insert(model: type[models.Model], rows: int, written: tuple[tuple[str, str], ...]) -> tuple[str, list[Any]]:
    """Build the INSERT of this many rows; return it with the fields whose values it takes."""
    quote, instead = connection.ops.quote_name, dict(written)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(instead.get(field.attname, "%s") for field in fields)
    table, many = quote(model._meta.db_table), ", ".join([f"({values})"] * rows)
    return f'INSERT INTO {table} ({columns}) VALUES {many} RETURNING "id"', fields  # noqa: S608


def last_id() -> str:
    """Return the SQL for the id that the database gave last on this connection."""
    return "lastval()" if connection.vendor == "postgresql" else "last_insert_rowid()"


def decimal_of(value: object) -> Decimal:
    """Return the amount in a row of ``send``. SQLite keeps amounts as numbers of 15 digits, which their text holds."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
