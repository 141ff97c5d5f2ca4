"""The revision of what guests see: numbers that grow with every committed change of it.

A cache keeps an answer together with the revision that was read before the answer was made. The answer may be sent
again as long as the revision is the same, in every process and on every machine, because the revision is read from the
database each time, and changes in the transaction that changes what is shown.

Triggers of the database make it grow (``utils.triggers.revision_follows``), so that no code can forget to, and no
request needs a further statement. A writer adds 1 to a row that no other transaction holds, so writers never wait for
each other, and a reader never waits at all. The revision is the sum of the rows. A sum can't miss a writer that began
first and commits last, as the highest number of a sequence could.
"""

import threading
from typing import Any, NamedTuple

from django.db import connection, connections
from psycopg.pq import ExecStatus

from utils import models

_READ = "SELECT coalesce(sum(number), 0)::bigint, coalesce(sum(pieces), 0)::bigint FROM utils_revision"
_READ_ON_SQLITE = "SELECT coalesce(sum(number), 0), coalesce(sum(pieces), 0) FROM utils_revision"
_CHANGE = """
UPDATE utils_revision SET number = number + 1
WHERE id = (SELECT id FROM utils_revision ORDER BY id LIMIT 1 {lock})
"""


class RevisionNumbers(NamedTuple):
    """Hold what is compared.

    ``number`` grows with every change of what guests see. Only for numbers of pieces that stay above 0, ``pieces``
    grows instead, because orders change those all the time.
    """

    number: int
    pieces: int


def revision_now() -> int:
    """Return the number of the current revision."""
    return whole_revision_now().number


def whole_revision_now() -> RevisionNumbers:
    """Return the current revision."""
    with connection.cursor() as cursor:
        cursor.execute(_READ if connection.vendor == "postgresql" else _READ_ON_SQLITE)
        return RevisionNumbers(*cursor.fetchone())


def revision_change() -> None:
    """Make the revision grow when the current transaction commits, for a change that no trigger sees."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE.format(lock="FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""))
        if not cursor.rowcount:
            models.Revision.objects.create(number=1)


class SharedReader:
    """Read the revision for all threads of this process, from PostgreSQL, over one connection of its own.

    Threads that ask while a statement runs wait for it, and then share the next one. So each gets a revision that was
    read after it asked. Django's own way to run the statement takes several times as long.
    """

    _NAME = b"revision"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = self._ended = 0
        self._revision = RevisionNumbers(0, 0)
        self._connection: Any = None

    def read(self) -> RevisionNumbers:
        """Return a revision that was read after this call began. Raise ``OSError`` when there is no database."""
        begun_before = self._begun
        with self._lock:
            if self._ended <= begun_before:
                self._begun += 1
                self._revision = self._read()
                self._ended = self._begun
            return self._revision

    def close(self) -> None:
        """Close the connection; the next ``read`` opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self) -> RevisionNumbers:
        if self._connection is None:
            self._connection = self._connect()
        result = self._connection.pgconn.exec_prepared(self._NAME, None)
        if result.status != ExecStatus.TUPLES_OK:
            self.close()
            raise OSError(f"The revision can't be read: {result.error_message.decode(errors='replace')}")
        return RevisionNumbers(int(result.get_value(0, 0)), int(result.get_value(0, 1)))

    def _connect(self) -> Any:
        own = connections.create_connection("default")
        own.ensure_connection()
        own.connection.pgconn.prepare(self._NAME, _READ.encode())
        return own.connection
