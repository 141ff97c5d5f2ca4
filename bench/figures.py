"""The figures that a run measures, and how they are printed."""

import math
import sys
from collections import Counter
from collections.abc import Sequence
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


HEADINGS = ["", "per second", "p50 ms", "p99 ms", "errors", "SQL", "CPU ms", ""]
_KEY_WIDTH = 4
_WIDTHS = (11, 9, 9, 8, 14, 9)
LEGEND = """\
per second: requests, or orders for W7 to W8b. p50, p99: time of one request, or of the whole purchase for W7 and W8.
SQL: statements for one of them; in brackets the additional BEGIN, COMMIT, savepoints and connection checks.
CPU: milliseconds of processor time that the web server's processes spent on one of them."""


def row(cells: Sequence[str]) -> str:
    """Lay out one line of the table."""
    first, *numbers, last = cells
    columns = [cell.rjust(width) for cell, width in zip(numbers, _WIDTHS, strict=True)]
    return "".join([first.ljust(_KEY_WIDTH), *columns, f"  {last}"]).rstrip()


def figures(key: str, title: str, sample: Sample, statements: Statements, cpu_seconds: float | None) -> str:
    """Return the table's line for one workload.

    ``cpu_seconds`` is the time of the server's processes for ``sample``.
    """
    done = len(sample.seconds)
    cpu = f"{1000 * cpu_seconds / done:.2f}" if cpu_seconds is not None and done else "-"
    return row(
        [
            key,
            f"{sample.rate:.1f}",
            f"{1000 * percentile(sample.seconds, 0.50):.1f}",
            f"{1000 * percentile(sample.seconds, 0.99):.1f}",
            str(sample.error_count),
            str(statements),
            cpu,
            title,
        ]
    )
