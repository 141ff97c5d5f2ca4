"""Choose the modules that hold rules, and the faults that are planted in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.mutation.operators import Mutant, mutants_of

APPS = ("accounts", "catalog", "inventory", "cart", "shipping", "orders", "payments", "notifications")
UTILS = ("money", "idempotency", "counters", "events", "jobs")
# A module with rules has one of these names, or stands in a package of that name.
RULES = {"services", "pricing", "balances", "caps", "quotas", "privacy", "jobs", "offers", "querysets", "receivers"}
ELSEWHERE = {"views", "admin", "simulator", "management", "migrations"}
# So many of every module at least, if it has them.
PER_MODULE = 2


def modules(root: Path) -> list[Path]:
    """List every module with rules, wherever it stands in its app."""
    found = [path for app in APPS for path in sorted((root / app).rglob("*.py")) if _has_rules(path.relative_to(root))]
    return found + [root / "utils" / f"{name}.py" for name in UTILS if (root / "utils" / f"{name}.py").is_file()]


def _has_rules(path: Path) -> bool:
    parts = set(path.with_suffix("").parts)
    return bool(parts & RULES) and not parts & ELSEWHERE


def candidates(root: Path) -> list[Mutant]:
    return [mutant for path in modules(root) for mutant in mutants_of(path.read_text(), str(path.relative_to(root)))]


def chosen(found: Iterable[Mutant], *, count: int) -> list[Mutant]:
    """Take ``count`` of them, always the same: two of every module at least, and of its operators each in turn."""
    by_module: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in found:
        by_module[mutant.path].append(mutant)
    ranked = [
        (place >= PER_MODULE, place / len(group), mutant.draw, mutant)
        for group in by_module.values()
        for place, mutant in enumerate(_operators_in_turn(group))
    ]
    return [mutant for *_, mutant in sorted(ranked, key=lambda each: each[:3])[:count]]


def _operators_in_turn(group: list[Mutant]) -> list[Mutant]:
    turns: Counter[str] = Counter()
    ranked = []
    for mutant in sorted(group, key=lambda mutant: mutant.draw):
        turns[mutant.operator] += 1
        ranked.append((turns[mutant.operator], mutant.draw, mutant))
    return [mutant for *_, mutant in sorted(ranked, key=lambda each: each[:2])]
