"""The revision of what guests see: numbers that change with every committed change of it.

A cache keeps an answer together with the revision that was read before the answer was made. The answer may be sent
again as long as the revision is the same, in every process and on every machine, because the revision is read from the
database each time, and changes in the transaction that changes what is shown.

Triggers of the database change it (``utils.triggers.revision_follows``), so that no code can forget to, and no request
needs a further statement. A writer changes a row that no other transaction holds, so writers never wait for each other,
and a reader never waits at all. The revision is the sum of the rows. A sum can't miss a writer that began first and
commits last, as the highest number of a sequence could.

Each change writes a random number. A counter would come to the same number again after a backup is restored, with other
products behind it, while caches still hold what they kept under it. A restored revision stands for what is restored
with it. While there is no row, as after a flush, each reading gives another revision, so nothing that is kept is found.
"""

import threading
from typing import Any, NamedTuple

from django.db import connection, connections
from psycopg.pq import ExecStatus

_ON_POSTGRES = connection.vendor == "postgresql"
# A random whole number. Sums of these stay exact, and whole numbers for JSON, too.
RANDOM = "(random() * 9007199254740991)::bigint" if _ON_POSTGRES else "random() / 1024"
_READ = f"""
SELECT CAST(coalesce(sum(number), {RANDOM}) AS bigint), CAST(coalesce(sum(pieces), 0) AS bigint) FROM utils_revision
""".strip()  # noqa: S608 - no value is part of the text, nor below
_CHANGE = f"""
UPDATE utils_revision SET number = {RANDOM}
WHERE id = (SELECT id FROM utils_revision ORDER BY id LIMIT 1 {"FOR UPDATE SKIP LOCKED" if _ON_POSTGRES else ""})
"""  # noqa: S608
# The first row, and one beside the rows that other transactions hold.
_BEGIN, _ADD = (
    f"INSERT INTO utils_revision (number, pieces) SELECT {RANDOM}, 0 WHERE {only} (SELECT 1 FROM utils_revision)"  # noqa: S608
    for only in ("NOT EXISTS", "EXISTS")
)


class RevisionNumbers(NamedTuple):
    """Hold what is compared.

    ``number`` changes with every change of what guests see. Only for numbers of pieces that stay above 0, ``pieces``
    changes instead, because orders change those all the time.
    """

    number: int
    pieces: int


def revision_now() -> int:
    """Return the number of the current revision."""
    return whole_revision_now().number


def whole_revision_now() -> RevisionNumbers:
    """Return the current revision."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return RevisionNumbers(*cursor.fetchone())


def revision_change() -> None:
    """Change the revision when the current transaction commits, for a change that no trigger sees."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE)
        if not cursor.rowcount:
            cursor.execute(_ADD)


def revision_begin(*, anew: bool) -> None:
    """Make sure that there is a revision; with ``anew``, make it another one than before."""
    if anew:
        revision_change()
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN)


class SharedReader:
    """Read the revision for all threads of this process, from PostgreSQL, over one connection of its own.

    Threads that ask while a statement runs wait for it, and then share the next one, and its error if it fails. So each
    gets a revision that was read after it asked, and waits for two statements at most. Nobody holds the lock while a
    statement runs. Django's own way to run the statement takes several times as long.
    """

    _NAME = b"revision"

    def __init__(self) -> None:
        self._turn = threading.Condition()
        # Statements are numbered. One runs while these two differ.
        self._begun = self._ended = 0
        self._found: RevisionNumbers | OSError = OSError("The revision was not read.")
        self._connection: Any = None

    def read(self) -> RevisionNumbers:
        """Return a revision that was read after this call began. Raise ``OSError`` when it can't be read."""
        with self._turn:
            next_one = self._begun + 1
            while self._ended < next_one and self._begun != self._ended:
                self._turn.wait()
            is_read = self._ended >= next_one
            if not is_read:
                self._begun += 1
            found = self._found
        if not is_read:
            found = self._read_for_all()
        if isinstance(found, OSError):
            raise OSError(*found.args)
        return found

    def _read_for_all(self) -> RevisionNumbers | OSError:
        found: RevisionNumbers | OSError = OSError("The revision can't be read.")
        try:
            found = self._read()
        except OSError as error:
            found = error
        finally:
            with self._turn:
                self._found, self._ended = found, self._begun
                self._turn.notify_all()
        return found

    def close(self) -> None:
        """Close the connection; the next ``read`` opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self) -> RevisionNumbers:
        if self._connection is None:
            self._connect()
        result = self._checked(self._connection.pgconn.exec_prepared(self._NAME, None))
        return RevisionNumbers(int(result.get_value(0, 0)), int(result.get_value(0, 1)))

    def _connect(self) -> None:
        own = connections.create_connection("default")
        own.ensure_connection()
        self._connection = own.connection
        self._checked(self._connection.pgconn.prepare(self._NAME, _READ.encode()))

    def _checked(self, result: Any) -> Any:
        """Return ``result``. If it tells an error, close the connection and raise ``OSError``."""
        if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
            self.close()
            raise OSError(f"The revision can't be read: {result.error_message.decode(errors='replace')}")
        return result
