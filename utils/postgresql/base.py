"""The connection to PostgreSQL that production uses. Django finds ``DatabaseWrapper`` by this module's name."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Check a kept connection before a request's first statement without sending ``SELECT 1``."""

    def is_usable(self) -> bool:
        """Return whether the connection still stands, as far as this machine knows.

        A server that ends a connection says so, or closes it, and then there is something to read. A server that is
        gone without a word is noticed by the next statement, as it would be by ``SELECT 1``.
        """
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN)
        return not poll.poll(0)
