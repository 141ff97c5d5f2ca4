"""Triggers of the database: tables that are only appended to, and tables whose changes make the revision grow."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.db import connection, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_CREATE = """
CREATE OR REPLACE FUNCTION refuse_rewrite() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
"""


def append_only(table: str) -> migrations.RunPython:
    """Make the migration operation for ``table``. On SQLite it does nothing; there only ``AppendOnlyModel`` refuses."""

    def create(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(_CREATE.format(table=table), params=None)

    def drop(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")

    return migrations.RunPython(create, drop)


@dataclass(frozen=True)
class Follow:
    """Say which change of a table makes the revision grow (``utils.revisions``).

    ``when`` is a condition on the rows ``OLD`` and ``NEW``. ``column`` is the column that grows: ``number`` or
    ``pieces``.
    """

    table: str
    event: str
    when: str = "1 = 1"
    column: str = "number"

    @property
    def name(self) -> str:
        """Return the name of the trigger. It changes with what the trigger does."""
        return f"revision_{crc32(repr(self).encode()):08x}"


# A transaction adds to each column once, because each further addition to a row takes PostgreSQL longer than the one
# before. It remembers that in a setting of its own, which a rollback to a savepoint takes back as well. A test of the
# suite is one transaction with many requests, so config.settings.test lets each statement add.
_GROW = """
CREATE OR REPLACE FUNCTION revision_grow() RETURNS trigger AS $$
DECLARE
    mark text := 'revision.' || TG_ARGV[0];
    this text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('revision.each_statement', true) = 'on' THEN
        this := statement_timestamp()::text;
    END IF;
    IF current_setting(mark, true) IS DISTINCT FROM this THEN
        PERFORM set_config(mark, this, true);
        UPDATE utils_revision
        SET number = number + (TG_ARGV[0] = 'number')::int, pieces = pieces + (TG_ARGV[0] = 'pieces')::int
        WHERE id = (SELECT id FROM utils_revision ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO utils_revision (number, pieces) VALUES (1, 0);
        END IF;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
"""
_ON_POSTGRES = """
CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION revision_grow('{column}')
"""
_ON_SQLITE = """
CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN {when} BEGIN
    INSERT INTO utils_revision (id, number, pieces) VALUES (1, 1, 0)
    ON CONFLICT (id) DO UPDATE SET {column} = {column} + 1;
END
"""
_KNOWN_TO_POSTGRES = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE 'revision!_%' ESCAPE '!'"
_KNOWN_TO_SQLITE = (
    "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'revision!_%' ESCAPE '!'"
)


def revision_follows(changes: Iterable[Follow]) -> None:
    """Make the triggers for ``changes``, and drop those that an earlier release made.

    Call it after each migration, because SQLite loses the triggers of a table that a migration alters.
    """
    is_postgres = connection.vendor == "postgresql"
    tables = set(connection.introspection.table_names())
    wanted = {change.name: change for change in changes if change.table in tables}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_KNOWN_TO_POSTGRES if is_postgres else _KNOWN_TO_SQLITE)
        known = dict(cursor.fetchall())
        for name, table in known.items():
            if name not in wanted:
                cursor.execute(f"DROP TRIGGER {name} ON {table}" if is_postgres else f"DROP TRIGGER {name}")
        new = [change for name, change in wanted.items() if name not in known]
        if new and is_postgres:
            cursor.execute(_GROW)
        for change in new:
            create = _ON_POSTGRES if is_postgres else _ON_SQLITE
            cursor.execute(create.format(name=change.name, **vars(change)))
