"""The reading of PostgreSQL's statements: which rows a piece of work locks, and in which order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time, and no locks"
)

_ROWS = re.compile(r'^SELECT .* FROM "[a-z]+_(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
# This update of a cart's time locks the cart, too; it notes that the cart is in use.
_IN_USE = re.compile(r'^UPDATE "[a-z]+_(cart)" SET "updated_at" = [^"]* WHERE')
_ADVISORY = re.compile(r"SELECT pg_(advisory)_xact_lock")


def locked_by(act: Callable[[], Any]) -> list[str]:
    """List the tables, without their app, whose rows ``act`` locked.

    ``act`` has to open its own transaction, because PostgreSQL keeps no lock outside of one.
    """
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = [query["sql"] for query in captured.captured_queries]
    found = (pattern.match(sql) for sql in statements for pattern in (_ROWS, _IN_USE, _ADVISORY))
    return [match[1] for match in found if match]
