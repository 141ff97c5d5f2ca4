"""Run statements that are written by hand, where the ORM would take longer to build one than the database to run it.

Such statements run on PostgreSQL and on SQLite alike. Their parameters are bound, never written into the text. They
begin with their verb and quote the names of tables, as the ORM's do, so that tests can read what a request does.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

_ON_POSTGRES = connection.vendor == "postgresql"
# Ends a SELECT that locks its rows until the transaction ends. SQLite has no row locks and needs none.
FOR_NO_KEY_UPDATE = "FOR NO KEY UPDATE" if _ON_POSTGRES else ""
FOR_UPDATE = "FOR UPDATE" if _ON_POSTGRES else ""

# Joins a text of each row, with a separator as the second parameter.
JOIN_TEXTS = "STRING_AGG" if _ON_POSTGRES else "GROUP_CONCAT"
# Makes one JSON object of a name and a value of each row.
JSON_OBJECT = "json_object_agg" if _ON_POSTGRES else "json_group_object"


def fetch(statement: str, *parameters: Any) -> list[Iterator[Any]]:
    """Run ``statement`` and return its rows. Each row yields the database's values, which ``ModelColumns`` reads."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [_as_stored(value) for value in parameters])
        return [iter(row) for row in cursor.fetchall()]


def _as_stored(value: Any) -> Any:
    """Return ``value`` as the database stores it. SQLite has no type for UUIDs and times."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def places(count: int) -> str:
    """Return ``count`` placeholders for a list of parameters: ``%s, %s, %s``."""
    return ", ".join(["%s"] * count)


def among(subquery: str) -> str:
    """Return the condition of being among the ids that ``subquery`` selects, to stand behind a column.

    PostgreSQL plans an array as ten values. Its guess of how many rows a subquery has may be far too high, and then it
    reads the whole table instead of looking the ids up.
    """
    return f"= ANY (ARRAY({subquery}))" if _ON_POSTGRES else f"IN ({subquery})"


def one_of(ids: Collection[int]) -> tuple[str, object]:
    """Return the condition of being one of ``ids``, to stand behind a column, and its parameter.

    The text is the same for any number of ids.
    """
    if _ON_POSTGRES:
        return "= ANY(%s)", list(ids)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))


class ModelColumns:
    """Name columns of a model's table, and read their values from the rows of a statement.

    ``names`` are the fields to read, without regard to their order; all of the model's fields when there are none.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        self._model = model
        self._fields = [field for field in model._meta.concrete_fields if not names or field.name in names]
        self._attributes = [field.attname for field in self._fields]

    def of(self, table: str) -> str:
        """Return the columns as a SELECT lists them; ``table`` is the table's name in the statement."""
        return ", ".join(f'{table}."{field.column}"' for field in self._fields)

    @property
    def nothing(self) -> str:
        """Return as many ``NULL`` as there are columns, for a part of a UNION that has no such row."""
        return ", ".join(["NULL"] * len(self._fields))

    def values(self, row: Iterator[Any]) -> list[Any]:
        """Take the next values of ``row`` and return them in the types of the model's fields."""
        values = list(islice(row, len(self._fields)))
        for index, column, convert in self._converters:
            values[index] = convert(values[index], column, connection)
        return values

    def instance(self, row: Iterator[Any]) -> Any:
        """Take the next values of ``row`` and return the model's instance, or ``None`` where an outer join found none.

        The first column is the primary key. Fields that are not read are deferred.
        """
        values = self.values(row)
        return None if values[0] is None else self._model.from_db(DEFAULT_DB_ALIAS, self._attributes, values)

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        """List the columns whose type in the database is another than in Python, each with what converts it."""
        return [
            (index, column, convert)
            for index, field in enumerate(self._fields)
            for column in [field.get_col(field.model._meta.db_table)]
            for convert in [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        ]
