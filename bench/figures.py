"""The figures that a run measures, and how they are printed."""

import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of ``values`` that a ``share`` (0 to 1) of them does not exceed; NaN without values."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


@dataclass(frozen=True)
class Statements:
    """Hold the SQL statements per operation.

    ``control`` counts BEGIN, COMMIT and savepoints; ``checks`` counts the connection checks; ``queries`` all others.
    """

    queries: float
    control: float
    checks: float

    def __str__(self) -> str:
        extra = self.control + self.checks
        return f"{_short(self.queries)} (+{_short(extra)})" if extra else _short(self.queries)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@dataclass
class Sample:
    """Hold what one workload measured.

    ``seconds`` are the times of the operations that succeeded, ``errors`` counts the others by kind, and ``duration``
    is the length of the whole measurement in seconds.
    """

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    duration: float = math.nan

    @property
    def rate(self) -> float:
        """Return the number of successful operations per second."""
        return len(self.seconds) / self.duration

    @property
    def error_count(self) -> int:
        return sum(self.errors.values())


# Whose processor time is measured, in the order of the columns.
SERVER, WORKER, DATABASE = "server", "worker", "database"
HEADINGS = ["", "per second", "p50 ms", "p99 ms", "errors", "SQL", SERVER, WORKER, DATABASE, "CPU ms", "x empty", ""]
_KEY_WIDTH = 4
_WIDTHS = (11, 9, 9, 8, 14, 9, 9, 10, 9, 9)
LEGEND = """\
per second: requests, or orders for W7 to W8b. p50, p99: time of one request, or of the whole purchase for W7 and W8.
SQL: statements for one of them; in brackets the additional BEGIN, COMMIT, savepoints and connection checks.
server, worker, database: milliseconds of processor time that their processes spent on one of them; CPU: all together.
x empty: that, in times of what an empty view costs in the same server (with --empty)."""


def row(cells: Sequence[str]) -> str:
    """Lay out one line of the table."""
    first, *numbers, last = cells
    columns = [cell.rjust(width) for cell, width in zip(numbers, _WIDTHS, strict=True)]
    return "".join([first.ljust(_KEY_WIDTH), *columns, f"  {last}"]).rstrip()


def cpu_of_one(sample: Sample, cpu_seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the milliseconds of processor time for one operation, by whose it is."""
    done = len(sample.seconds)
    return {name: 1000 * seconds / done for name, seconds in cpu_seconds.items()} if done else {}


def figures(
    key: str, title: str, sample: Sample, statements: Statements, cpu: Mapping[str, float], empty: float | None = None
) -> str:
    """Return the table's line for one workload.

    ``cpu`` is what ``cpu_of_one`` returned, and ``empty`` the processor time of the empty view, in milliseconds.
    """
    total = sum(cpu.values())
    return row(
        [
            key,
            f"{sample.rate:.1f}",
            f"{1000 * percentile(sample.seconds, 0.50):.1f}",
            f"{1000 * percentile(sample.seconds, 0.99):.1f}",
            str(sample.error_count),
            str(statements),
            *(f"{cpu[name]:.2f}" if name in cpu else "-" for name in (SERVER, WORKER, DATABASE)),
            f"{total:.2f}" if cpu else "-",
            f"{total / empty:.1f}" if cpu and empty else "-",
            title,
        ]
    )
