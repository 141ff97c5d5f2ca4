"""What became of the mutants, for people."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.mutation.operators import Mutant

KILLED, NO_ANSWER = "killed", "no answer"
SURVIVED, UNTESTED = "survived", "untested"
BROKE_OFF, LEFT_OUT = "broke off", "left out"
NOTICED, ALIVE = (KILLED, NO_ANSWER), (SURVIVED, UNTESTED)


@dataclass(frozen=True)
class MutantFate:
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

    def tell(self, fate: MutantFate) -> None:
        self.done += 1
        self.spent += fate.seconds / self.jobs
        left = self.spent / self.done * (self.total - self.done)
        print(f"[{self.done}/{self.total}, {left / 60:.0f} min left] {fate}", flush=True)


def succeeded(fates: Iterable[MutantFate]) -> bool:
    """Return whether every mutant was noticed, apart from those that were left out."""
    return all(fate.outcome in {*NOTICED, LEFT_OUT} for fate in fates)


def summary(fates: Iterable[MutantFate]) -> str:
    """Return tables by operator and by app, then the mutants that were not judged and those that no test noticed."""
    fates = list(fates)
    parts = [
        _table("operator", fates, lambda fate: fate.mutant.operator),
        _table("app", fates, lambda fate: fate.mutant.app),
    ]
    if broken := sorted(str(fate) for fate in fates if fate.outcome == BROKE_OFF):
        parts.append("\n".join(["Could not be judged, because the run broke off:", *broken]))
    alive = sorted(str(fate) for fate in fates if fate.outcome in ALIVE)
    parts.append("\n".join(["No test noticed:", *alive]) if alive else "No mutant survived.")
    return "\n\n".join(parts)


def _table(title: str, fates: list[MutantFate], key: Callable[[MutantFate], str]) -> str:
    """Count the outcomes. The share of the noticed is one of those that were judged."""
    columns = (*NOTICED, *ALIVE, BROKE_OFF, LEFT_OUT)
    counted = {name: Counter(fate.outcome for fate in fates if key(fate) == name) for name in map(key, fates)}
    lines = [f"{title:<16}" + "".join(f"{column:>10}" for column in columns) + f"{'noticed':>9}"]
    for name, counts in [*sorted(counted.items()), ("all", sum(counted.values(), Counter()))]:
        noticed, alive = (sum(counts[column] for column in group) for group in (NOTICED, ALIVE))
        share = f"{100 * noticed / (noticed + alive):.0f} %" if noticed + alive else "-"
        lines.append(f"{name:<16}" + "".join(f"{counts[column]:>10}" for column in columns) + f"{share:>9}")
    return "\n".join(lines)
