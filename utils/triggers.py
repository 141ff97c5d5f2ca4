"""Triggers of the database: tables that are only appended to, and tables whose changes change the revision."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

from utils.revisions import RANDOM, revision_begin

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
    """Say which change of a table changes the revision (``utils.revisions``).

    ``when`` is a condition on the rows ``OLD`` and ``NEW``. ``column`` is the column that changes: ``number`` or
    ``pieces``.
    """

    table: str
    event: str
    when: str = "1 = 1"
    column: str = "number"

    @property
    def name(self) -> str:
        """Return the name of the trigger. It changes with what the trigger does."""
        return f"revision_{crc32(self._creation('').encode()):08x}"

    @property
    def creation(self) -> str:
        """Return the statement that makes the trigger."""
        return self._creation(self.name)

    def _creation(self, name: str) -> str:
        return (_ON_POSTGRES if connection.vendor == "postgresql" else _ON_SQLITE).format(name=name, **vars(self))


# A transaction writes each column once, because each further change of a row takes PostgreSQL longer than the one
# before. It remembers that in a setting of its own, which a rollback to a savepoint takes back as well. A test of the
# suite is one transaction with many requests, so config.settings.test lets each statement write. The table's name has
# its schema, because pg_restore sets an empty search path.
_BODY = """
DECLARE
    mark text := 'revision.' || TG_ARGV[0];
    this text := pg_current_xact_id()::text;
    fresh bigint := {fresh};
BEGIN
    IF current_setting('revision.each_statement', true) = 'on' THEN
        this := statement_timestamp()::text;
    END IF;
    IF current_setting(mark, true) IS DISTINCT FROM this THEN
        PERFORM set_config(mark, this, true);
        UPDATE {schema}.utils_revision
        SET number = CASE TG_ARGV[0] WHEN 'number' THEN fresh ELSE number END,
            pieces = CASE TG_ARGV[0] WHEN 'pieces' THEN fresh ELSE pieces END
        WHERE id = (SELECT id FROM {schema}.utils_revision ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO {schema}.utils_revision (number, pieces)
            SELECT CASE TG_ARGV[0] WHEN 'number' THEN fresh ELSE 0 END,
                CASE TG_ARGV[0] WHEN 'pieces' THEN fresh ELSE 0 END
            WHERE EXISTS (SELECT FROM {schema}.utils_revision);
        END IF;
    END IF;
    RETURN NULL;
END
"""
_FUNCTION = "CREATE OR REPLACE FUNCTION revision_change() RETURNS trigger AS $${body}$$ LANGUAGE plpgsql"
_BODY_NOW = """
SELECT quote_ident(current_schema()), (
    SELECT prosrc FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE proname = 'revision_change' AND nspname = current_schema()
)
"""
_ON_POSTGRES = """
CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION revision_change('{column}')
"""
_ON_SQLITE = f"""
CREATE TRIGGER {{name}} AFTER {{event}} ON {{table}} FOR EACH ROW WHEN {{when}} BEGIN
    UPDATE utils_revision SET {{column}} = {RANDOM};
END
"""  # noqa: S608 - no value is part of the text
_KNOWN_TO_POSTGRES = """
SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = current_schema() AND tgname LIKE 'revision!_%' ESCAPE '!'
"""
_KNOWN_TO_SQLITE = (
    "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'revision!_%' ESCAPE '!'"
)


def revision_follows(changes: Iterable[Follow]) -> None:
    """Make the triggers for ``changes`` that are not there, and drop those that an earlier release made.

    Call it after each migration. Each statement is a transaction of its own, so that no two tables are locked at once
    while the shop runs.
    """
    tables = set(connection.introspection.table_names())
    if "utils_revision" not in tables:
        return
    wanted = {change.name: change for change in changes if change.table in tables}
    with connection.cursor() as cursor:
        known = _known(cursor)
        if connection.vendor == "postgresql":
            _write_function(cursor)
        _drop(cursor, {name: table for name, table in known.items() if name not in wanted})
        new = [change for name, change in wanted.items() if name not in known]
        for change in new:
            cursor.execute(change.creation)
    # Last: until now something may have changed that no trigger saw.
    revision_begin(anew=bool(new))


def revision_pauses(apps: Collection[str]) -> None:
    """Drop the triggers that would be in the way of migrations of ``apps``. Call it before them.

    PostgreSQL refuses to change the type of a column that a trigger looks at. SQLite makes an altered table anew,
    without its triggers, and refuses to rename a table that triggers of others write to. Without its triggers the
    revision has no row, so nothing is kept until ``revision_follows`` has made them again.
    """
    with connection.cursor() as cursor:
        known = _known(cursor)
        if connection.vendor == "postgresql" and "utils" not in apps:
            known = {name: table for name, table in known.items() if table.split("_")[0] in apps}
        if known:
            cursor.execute("DELETE FROM utils_revision")  # the table may have other columns than its model now
            _drop(cursor, known)


def _known(cursor: CursorWrapper) -> dict[str, str]:
    """Return the tables of the triggers that there are, by the names of the triggers."""
    cursor.execute(_KNOWN_TO_POSTGRES if connection.vendor == "postgresql" else _KNOWN_TO_SQLITE)
    return dict(cursor.fetchall())


def _drop(cursor: CursorWrapper, triggers: Mapping[str, str]) -> None:
    for name, table in triggers.items():
        cursor.execute(
            f"DROP TRIGGER {name} ON {table}" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}"
        )


def _write_function(cursor: CursorWrapper) -> None:
    """Write the function that all triggers call, unless it is there already."""
    cursor.execute(_BODY_NOW)
    schema, present = cursor.fetchone()
    body = _BODY.format(schema=schema, fresh=RANDOM)
    if body != present:
        cursor.execute(_FUNCTION.format(body=body))
