"""What a run measured, and how it is printed."""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed; NaN when there are none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


@dataclass(frozen=True)
class Statements:
    """SQL statements per operation: queries, transaction control (BEGIN, COMMIT, savepoints), connection checks."""

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
    """``seconds``: the time of every operation that succeeded. ``duration``: seconds that the whole took."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    duration: float = math.nan

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.duration

    @property
    def error_count(self) -> int:
        return sum(self.errors.values())


HEADINGS = ["", "per second", "p50 ms", "p99 ms", "errors", "SQL", "CPU ms", ""]
_KEY_WIDTH = 4
_WIDTHS = (11, 9, 9, 8, 14, 9)
LEGEND = """\
per second: requests; orders for W7 to W8b. p50, p99: of one request; of the whole purchase for W7 and W8.
SQL: statements for one of them, in brackets what comes on top: BEGIN, COMMIT, savepoints and connection checks.
CPU: milliseconds of processor time that the web server's processes spent on one of them."""


def row(cells: Sequence[str]) -> str:
    first, *numbers, last = cells
    columns = [cell.rjust(width) for cell, width in zip(numbers, _WIDTHS, strict=True)]
    return "".join([first.ljust(_KEY_WIDTH), *columns, f"  {last}"]).rstrip()


def figures(key: str, title: str, sample: Sample, statements: Statements, cpu_seconds: float | None) -> str:
    """One line of the table. ``cpu_seconds``: of the server's processes during ``sample``."""
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
