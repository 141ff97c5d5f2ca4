"""Find the large tables that were read from end to end while the workloads ran."""

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

# Below this, reading a table from end to end costs nothing, and PostgreSQL prefers it to an index.
_LARGE = 1_000
# The worker's housekeeping, which runs every half hour, may read a table from end to end.
_RARE = 5
_OTHERS_END_WITHIN_SECONDS = 5


@dataclass(frozen=True)
class Scans:
    """Hold how often a table was read from end to end, and how many rows that read."""

    table: str
    scans: int
    rows: int

    def __str__(self) -> str:
        return f"{self.table}: {self.scans} sequential scans, {self.rows} rows"


class ScanWatch:
    """Watch the tables that are large when the watch begins. A small table may be read from end to end."""

    def __init__(self) -> None:
        _wait_for_others()
        self._before = {name: (scans, rows) for name, scans, rows in _counts(larger_than=_LARGE)}

    def found(self) -> list[Scans]:
        """Return the tables that were scanned since then, and not just rarely, the most rows first.

        PostgreSQL counts what a connection did some seconds later, or when the connection ends. So stop the server
        before this.
        """
        _wait_for_others()
        now = {name: (scans, rows) for name, scans, rows in _counts(larger_than=0)}
        differences = [
            Scans(name, now[name][0] - scans, now[name][1] - rows) for name, (scans, rows) in self._before.items()
        ]
        return sorted((each for each in differences if each.scans > _RARE), key=lambda each: -each.rows)


def _wait_for_others() -> None:
    """Wait until the connections of processes that have ended are closed on PostgreSQL's side, too."""
    give_up_at = time.monotonic() + _OTHERS_END_WITHIN_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < give_up_at:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() is None:
                return
            time.sleep(0.05)


def _counts(*, larger_than: int) -> list[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT relname, seq_scan, seq_tup_read FROM pg_stat_user_tables WHERE n_live_tup >= %s", [larger_than]
        )
        return list(cursor.fetchall())


def avoid_own_scans() -> None:
    """Make PostgreSQL use indexes for what this process asks, so that only the shop's scans are found."""
    connection_created.connect(_use_indexes, dispatch_uid="bench.use_indexes")
    connection.close()


def _use_indexes(*, connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
