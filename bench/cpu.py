"""Measure the processor time of a process tree. Other work on the machine disturbs it less than requests per second."""

import os
from pathlib import Path
from typing import Self

_PROC = Path("/proc")


class CpuMeter:
    """Measure the processor time that a process and its children use within a ``with`` block.

    Afterwards ``seconds`` is the sum of user and system time. It stays ``None`` on a system without /proc.
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
    """Return the processor time that a process and all processes below it have used, in clock ticks."""
    own: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # the process has just ended
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
