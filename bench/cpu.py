"""Processor time of a process tree, which other work on the machine disturbs less than it does requests per second."""

import os
from pathlib import Path
from typing import Self

_PROC = Path("/proc")


class CpuMeter:
    """A context manager; afterwards ``seconds`` is what the process and its children used within, user and system.

    It stays ``None`` where there is no /proc.
    """

    def __init__(self, pid: int) -> None:
        self.seconds: float | None = None
        self._pid = pid

    def __enter__(self) -> Self:
        self._ticks = _ticks(self._pid)
        return self

    def __exit__(self, *_: object) -> None:
        if self._ticks:
            self.seconds = (_ticks(self._pid) - self._ticks) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    own: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        number = int(path.parent.name)
        own[number] = sum(int(value) for value in fields[11:15])
        children.setdefault(int(fields[1]), []).append(number)
    total, todo = 0, [pid]
    while todo:
        number = todo.pop()
        total += own.get(number, 0)
        todo += children.get(number, [])
    return total
