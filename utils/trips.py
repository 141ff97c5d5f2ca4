"""Hand-written statements for the paths that every customer takes, where building SQL would cost more than running it.

The SQL is written once for both databases. ``one_trip`` sends several statements to PostgreSQL in one round trip, and
``insert`` writes new rows without building the same INSERT again and again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

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

    ``written`` holds SQL that stands in place of the values of columns, such as ``last_id``'s. Signals
    are not sent.
    """
    sql, fields = _insert(type(rows[0]), len(rows), tuple(written.items()))
    compiler = _compiler(type(rows[0]))
    values = [
        compiler.prepare_value(field, compiler.pre_save_val(field, row))
        for row in rows
        for field in fields
        if field.attname not in written
    ]
    numbers = send(sql, values)

    def number() -> None:
        # SQLite numbers rows as they come, and returns them in any order.
        found = numbers() if connection.vendor == "postgresql" else sorted(numbers())
        for row, (pk,) in zip(rows, found, strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, "default"

    return number


@cache
def _compiler(model: type[models.Model]) -> SQLInsertCompiler:
    """Return Django's compiler of INSERTs, which reads values from rows as the ORM does."""
    query = InsertQuery(model)
    query.insert_values([], [])
    return SQLInsertCompiler(query, connection, "default")


@cache
def _insert(model: type[models.Model], rows: int, written: tuple[tuple[str, str], ...]) -> tuple[str, list[Any]]:
    """Build the INSERT of this many rows; return it with the fields whose values it takes."""
    quote, instead = connection.ops.quote_name, dict(written)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(instead.get(field.attname, "%s") for field in fields)
    table, many = quote(model._meta.db_table), ", ".join([f"({values})"] * rows)
    return f'INSERT INTO {table} ({columns}) VALUES {many} RETURNING "id"', fields  # noqa: S608


def last_id(model: type[models.Model]) -> str:
    """Return the SQL for the id that a row of ``model`` got last on this connection, just before.

    PostgreSQL gives the new row its own id first, so its sequence must be named.
    """
    if connection.vendor == "postgresql":
        return f"currval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"
    return "last_insert_rowid()"
