"""Plant single faults in the code, one after another, and tell which of them no test notices. See docs/mutants.md."""

import argparse
import hashlib
import os
import re
import signal
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import Queue

from tests.mutation.choice import APPS, candidates, chosen
from tests.mutation.operators import Mutant
from tests.mutation.recording import Recording
from tests.mutation.report import ALIVE, LEFT_OUT, SURVIVED, UNTESTED, MutantFate, Progress, succeeded, summary
from tests.mutation.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (*APPS, "utils")
# What only PostgreSQL can show is in test files that mention one of these.
ON_POSTGRES = re.compile(r"on_postgres|all_at_once|in_threads|ThreadPool|connection\.vendor|transaction=True")
# So many seconds of tests are tried at first, so many more on what survives them.
AT_FIRST, AT_LAST = 30.0, 90.0


def main() -> int:
    # So that whoever ends this leaves no copy behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))
    asked = _arguments()
    mutants = _selected(asked)
    if asked.list:
        for mutant in mutants:
            print(f"{mutant.name}\n    {mutant.before}\n -> {mutant.after}")
        print(f"{len(mutants)} mutants")
        return 0
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    on_postgres = database_url.startswith("postgres")
    locks = [mutant for mutant in mutants if mutant.operator == "lock"]
    others = [mutant for mutant in mutants if mutant.operator != "lock"]
    progress = Progress(len(others) + (len(locks) if on_postgres else 0), jobs=asked.jobs)
    fates = _run(others, asked, progress)
    if on_postgres:
        # Only there others wait for a row that is locked, and to lock one outside of a transaction is refused.
        again = [fate.mutant for fate in fates if fate.outcome in ALIVE]
        progress.total += len(again)
        tried = _run([*locks, *again], asked, progress, database_url=database_url, redis_url=redis_url)
        # What no test about races runs keeps what was found before.
        tried = [fate for fate in tried if fate.mutant not in again or fate.outcome != UNTESTED]
        told = {fate.mutant for fate in tried}
        fates = [fate for fate in fates if fate.mutant not in told] + tried
    else:
        fates += [MutantFate(mutant, LEFT_OUT, "SQLite has no row locks: set DATABASE_URL", 0) for mutant in locks]
    print(f"\n{summary(fates)}")
    return 0 if succeeded(fates) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    parser.add_argument("--only", metavar="PATTERN", help="those whose name matches this regular expression")
    parser.add_argument("--count", type=int, default=200, help="how many to plant (200); 0 for all there are")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="record and try these test files only")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time (1)")
    return parser.parse_args()


def _selected(asked: argparse.Namespace) -> list[Mutant]:
    found = candidates(ROOT)
    if asked.only:
        return [mutant for mutant in found if re.search(asked.only, mutant.name)]
    return chosen(found, count=asked.count or len(found))


def _run(mutants: list[Mutant], asked: argparse.Namespace, progress: Progress, **database: str) -> list[MutantFate]:
    if not mutants:
        return []
    with ExitStack() as stack:
        workshops = [stack.enter_context(Workshop(ROOT, number=number, **database)) for number in range(asked.jobs)]
        recording = _recording(workshops, _tests(asked, on_postgres=bool(database)), on_postgres=bool(database))
        free: Queue[Workshop] = Queue()
        for workshop in workshops:
            free.put(workshop)

        def fate_of(mutant: Mutant) -> MutantFate:
            workshop = free.get()
            try:
                fate = _fate(mutant, workshop, recording)
            finally:
                free.put(workshop)
            progress.tell(fate)
            return fate

        with ThreadPoolExecutor(asked.jobs) as pool:
            return list(pool.map(fate_of, mutants))


def _fate(mutant: Mutant, workshop: Workshop, recording: Recording) -> MutantFate:
    started = time.monotonic()
    tests = recording.tests_of(mutant)
    if not tests:
        return MutantFate(mutant, UNTESTED, "no test runs this line", 0)
    first, rest = recording.cut(tests, seconds=AT_FIRST)
    second, left = recording.cut(rest, seconds=AT_LAST)
    outcome, detail = workshop.judge(mutant, first, seconds=AT_FIRST)
    if outcome == SURVIVED and second:
        outcome, detail = workshop.judge(mutant, second, seconds=AT_LAST)
    if outcome == SURVIVED:
        detail = f"{len(tests) - len(left)} of {len(tests)} tests pass, such as {tests[0]}"
    return MutantFate(mutant, outcome, detail, time.monotonic() - started)


def _tests(asked: argparse.Namespace, *, on_postgres: bool) -> dict[str, list[str]]:
    """List the test files to record, by what to call them together."""
    if asked.tests:
        return {"given": asked.tests}
    found = {}
    for folder in (*FOLDERS, "concurrency") if on_postgres else FOLDERS:
        files = sorted((ROOT / "tests" / folder).rglob("test_*.py"))
        if on_postgres:
            files = [path for path in files if ON_POSTGRES.search(path.read_text())]
        found[folder] = [str(path.relative_to(ROOT)) for path in files]
    return {folder: files for folder, files in found.items() if files}


def _recording(workshops: list[Workshop], groups: dict[str, list[str]], *, on_postgres: bool) -> Recording:
    """Run the tests once without a fault, or read what was recorded of the very same code before."""
    kept = ROOT / "var" / "mutants"
    kept.mkdir(parents=True, exist_ok=True)
    files, running, code = [], [], _digest(path for path in _python_files() if not path.name.startswith("test_"))
    free: Queue[Workshop] = Queue()
    for workshop in workshops:
        free.put(workshop)

    def record(tests: list[str], file: Path) -> None:
        workshop = free.get()
        try:
            workshop.record(tests, file)
        finally:
            free.put(workshop)

    with ThreadPoolExecutor(len(workshops)) as pool:
        for folder, tests in groups.items():
            tested = _digest(ROOT / test for test in tests)
            files.append(kept / f"{'postgres' if on_postgres else 'sqlite'}-{folder}-{code}-{tested}.json")
            if not files[-1].exists():
                print(f"Recording what {len(tests)} test files run ({folder}) ...", flush=True)
                running.append(pool.submit(record, tests, files[-1]))
        for each in running:
            each.result()
    recording = Recording.read(files)
    for test in recording.failed:
        print(f"Fails without any fault, and is left out: {test}", file=sys.stderr, flush=True)
    print(f"{len(recording.seconds)} tests, {sum(recording.seconds.values()):.0f} s", flush=True)
    return recording


def _python_files() -> list[Path]:
    """List what decides which lines a test runs: all code but this script's own."""
    found = [path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in {".venv", "var"}]
    return sorted(path for path in found if path.parent != Path(__file__).parent)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
