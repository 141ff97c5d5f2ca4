"""Every row of the shop's tables, to compare before and after a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

OUR_APPS = {"accounts", "catalog", "inventory", "cart", "shipping", "orders", "payments", "notifications", "utils"}
TABLES = [
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in OUR_APPS
    and model._meta.managed
    and not model._meta.proxy
    # A refused try counts, too, so the first table changes; the second one follows the changes of the others.
    and model._meta.model_name not in {"ratecount", "revision"}
]
# On PostgreSQL procrastinate's table holds the jobs, so a mail for a refused order would show there.
if connection.vendor == "postgresql":
    TABLES.append("procrastinate_jobs")

# Statements that change no row, unless they call one of procrastinate's functions.
_HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET", "SHOW", "BEGIN")

Row = dict[str, Any]
Rows = dict[tuple[str, Any], Row]


def all_rows() -> Rows:
    """Return all rows by table and primary key. The primary key is every table's first column."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for values in cursor.fetchall():
                found[table, values[0]] = dict(zip(columns, values, strict=True))
    return found


@contextmanager
def writes_watched() -> Iterator[list[str]]:
    """Collect the SQL statements that write, also those that are rolled back. If there are none, no row has changed."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip(" (\n").upper().startswith(_HARMLESS) or "procrastinate_" in sql:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def changed(before: Rows, after: Rows) -> list[str]:
    """List what was added, removed or changed, such as ``cart_cart 3: status``."""
    differences = [f"{table} {pk}: removed" for table, pk in before.keys() - after.keys()]
    differences += [f"{table} {pk}: added" for table, pk in after.keys() - before.keys()]
    for table, pk in before.keys() & after.keys():
        old, new = before[table, pk], after[table, pk]
        differences += [f"{table} {pk}: {column}" for column in old if old[column] != new[column]]
    return sorted(differences)


def written(before: Rows, after: Rows) -> list[Row]:
    """List the rows that are new or have changed."""
    return [row for key, row in after.items() if before.get(key) != row]
