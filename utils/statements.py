"""Hand-written statements of hot paths, which PostgreSQL parses and plans once on each connection."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

# A statement is prepared when a connection runs it for the second time.
_PREPARED_FROM = 1


def prepared_cursor() -> CursorWrapper:
    """Return a cursor whose statements PostgreSQL keeps prepared; use it with ``with``, as ``connection.cursor()``.

    PostgreSQL binds the parameters itself, so it must be able to tell their types. Where it can't, write them:
    ``%s::bigint``. A list goes as ``= ANY(%s)``; there is no ``IN %s``. On SQLite it is a usual cursor.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    wrapper: Any = connection
    wrapper.connection.prepare_threshold = _PREPARED_FROM
    with wrapper.wrap_database_errors:
        return wrapper._prepare_cursor(_server_binding()(wrapper.connection))


def _server_binding() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 - there only with PostgreSQL

    return ServerBindingCursor
