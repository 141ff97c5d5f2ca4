"""Create, empty and recognise the benchmark's own database. A comment on the database marks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.signals import connection_created
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_MARK = "Shop benchmark: "


class DatabaseRefused(Exception):
    """Report that the benchmark did not create this database, or that another run is using it."""


@contextmanager
def database_claimed(url: str) -> Iterator[None]:
    """Reserve the database at ``url`` for this run. Raise ``DatabaseRefused`` when another run has it."""
    with _server(url) as server:
        name = _name(url)
        if server.execute("SELECT 1 WHERE pg_try_advisory_lock(hashtext(%s))", [_MARK + name]).fetchone() is None:
            raise DatabaseRefused(f"Another benchmark is using the database {name}.")
        yield


def database_prepare(url: str, *, wanted: str, fresh: bool) -> bool:
    """Create the database at ``url`` if needed; return whether it is empty and has to be filled.

    It is created anew when it holds another catalogue than ``wanted`` (a fingerprint), or when ``fresh`` is true. Raise
    ``DatabaseRefused`` when the database exists without the benchmark's mark, so that no real shop is ever dropped.
    """
    name = _name(url)
    with _server(url) as server:
        comment = server.execute(
            "SELECT COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if comment is not None and not comment[0].startswith(_MARK):
            raise DatabaseRefused(
                f"The database {name} was not created by the benchmark. Name another database, or drop this one."
            )
        if comment is not None and comment[0] == _MARK + wanted and not fresh:
            return False
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        _write_comment(server, name, "not filled yet")
    return True


def database_filled(url: str, *, wanted: str) -> None:
    """Note in the database's comment that it holds the catalogue with the fingerprint ``wanted``."""
    with _server(url) as server:
        _write_comment(server, _name(url), wanted)


def lift_time_limit() -> None:
    """Let this process's own statements take their time, such as those that fill the database or check it."""
    connection_created.connect(_lift_time_limit, dispatch_uid="bench.lift_time_limit")


def _lift_time_limit(*, connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def _server(url: str) -> psycopg.Connection:
    return psycopg.connect(url, dbname="postgres", autocommit=True)


def _write_comment(server: psycopg.Connection, name: str, text: str) -> None:
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_MARK + text))
    server.execute(comment)
