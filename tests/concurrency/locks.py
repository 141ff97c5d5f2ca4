"""The reading of PostgreSQL's statements: which rows a piece of work locks, and in which order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time, and no locks"
)

_ROWS = re.compile(r'^(?:SELECT .*? FROM|UPDATE) "[a-z]+_(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
# An order's cart is locked by the update that marks it as ordered.
_ORDERED = re.compile(r'^UPDATE "[a-z]+_(cart)" SET "status" = .* RETURNING')
# This update of a cart's time locks the cart, too; it notes that the cart is in use.
_IN_USE = re.compile(r'^UPDATE "[a-z]+_(cart)" SET "updated_at" = %s WHERE')
_ADVISORY = re.compile(r"SELECT pg_(advisory)_xact_lock")


def locked_by(act: Callable[[], Any]) -> list[str]:
    """List the tables, without their app, whose rows ``act`` locked."""
    found = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        for pattern in (_ROWS, _ORDERED, _IN_USE, _ADVISORY):
            if match := pattern.match(sql):
                assert connection.in_atomic_block, sql
                found.append(match[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        act()
    return found
