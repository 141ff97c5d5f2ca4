"""Measure the processor time of process trees. Other work on the machine disturbs it less than requests per second."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from django.db import connection

_PROC = Path("/proc")


class CpuMeter:
    """Measure the processor time that processes and their children use within a ``with`` block.

    ``pids`` maps names to process ids. Afterwards ``seconds`` maps the names to sums of user and system time; it has no
    name whose process can't be seen here.
    """

    def __init__(self, pids: Mapping[str, int | None]) -> None:
        self.seconds: dict[str, float] = {}
        self._pids = {name: pid for name, pid in pids.items() if pid}

    def __enter__(self) -> Self:
        self._begin = self._ticks()
        return self

    def __exit__(self, *_: object) -> None:
        used = {name: ticks - self._begin[name] for name, ticks in self._ticks().items() if name in self._begin}
        self.seconds = {name: ticks / os.sysconf("SC_CLK_TCK") for name, ticks in used.items()}

    def _ticks(self) -> dict[str, int]:
        """Return the time that each process has used so far with all processes below it, in clock ticks."""
        own: dict[int, int] = {}
        children: dict[int, list[int]] = {}
        for pid, fields in _processes():
            own[pid] = sum(int(value) for value in fields[11:15])
            children.setdefault(int(fields[1]), []).append(pid)
        return {name: _sum_of_tree(pid, own, children) for name, pid in self._pids.items() if pid in own}


def _processes() -> Iterator[tuple[int, list[str]]]:
    """List the processes of this machine: their ids, and the fields of /proc/PID/stat from the state on."""
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            yield int(path.parent.name), path.read_text().rpartition(")")[2].split()
        except OSError:  # the process has just ended
            continue


def _sum_of_tree(root: int, own: Mapping[int, int], children: Mapping[int, list[int]]) -> int:
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        total += own.get(pid, 0)
        todo += children.get(pid, [])
    return total


def database_pid() -> int | None:
    """Return the id of PostgreSQL's main process, or ``None`` when the database is not on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    try:
        name = (_PROC / str(backend) / "comm").read_text().strip()
    except OSError:
        return None
    parents = {pid: int(fields[1]) for pid, fields in _processes()}
    return parents.get(backend) if name == "postgres" else None
