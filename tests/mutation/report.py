"""What became of the mutants, for people."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.mutation.operators import Mutant

KILLED, SURVIVED, UNTESTED, LEFT_OUT = "killed", "survived", "untested", "left out"


@dataclass(frozen=True)
class Fate:
    mutant: Mutant
    outcome: str
    detail: str
    seconds: float

    def __str__(self) -> str:
        text = f"{self.outcome:<9} {self.mutant.name}  ({self.seconds:.0f} s)"
        if self.outcome == KILLED:
            return f"{text}  by {self.detail}"
        return f"{text}\n          {self.mutant.before}\n       -> {self.mutant.after}\n          {self.detail}"


class Progress:
    """Print each fate as it is known, with the time that the rest will take."""

    def __init__(self, total: int, *, jobs: int) -> None:
        self.total, self.jobs, self.done, self.spent = total, jobs, 0, 0.0

    def tell(self, fate: Fate) -> None:
        self.done += 1
        self.spent += fate.seconds / self.jobs
        left = self.spent / self.done * (self.total - self.done)
        print(f"[{self.done}/{self.total}, {left / 60:.0f} min left] {fate}", flush=True)


def summary(fates: Iterable[Fate]) -> str:
    """Return a table of the mutants by operator, one by app, and the list of the mutants that no test noticed."""
    fates = list(fates)
    parts = [
        _table("operator", fates, lambda fate: fate.mutant.operator),
        _table("app", fates, lambda fate: fate.mutant.app),
    ]
    alive = [str(fate) for fate in fates if fate.outcome in {SURVIVED, UNTESTED}]
    parts.append("\n".join(["No test noticed:", *sorted(alive)]) if alive else "No mutant survived.")
    return "\n\n".join(parts)


def _table(title: str, fates: list[Fate], key: Callable[[Fate], str]) -> str:
    columns = (KILLED, SURVIVED, UNTESTED, LEFT_OUT)
    counted = Counter((key(fate), fate.outcome) for fate in fates)
    rows = [(name, *(counted[name, column] for column in columns)) for name in sorted({key(fate) for fate in fates})]
    rows.append(("all", *(sum(row[index] for row in rows) for index in range(1, len(columns) + 1))))
    lines = [f"{title:<16}" + "".join(f"{column:>10}" for column in columns) + f"{'killed':>9}"]
    for name, *counts in rows:
        run = sum(counts[:3])
        share = f"{100 * counts[0] / run:.0f} %" if run else "-"
        lines.append(f"{name:<16}" + "".join(f"{count:>10}" for count in counts) + f"{share:>9}")
    return "\n".join(lines)
