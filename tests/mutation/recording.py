"""Record which test runs which line: a plugin for pytest (``-p tests.mutation.recording``), and what it recorded."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutation.choice import modules
from tests.mutation.operators import Mutant

OUTPUT = "MUTATION_RECORDING"


class Recorder:
    """Switches the context of coverage.py from test to test, and writes what ran as JSON at the end."""

    def __init__(self, output: str) -> None:
        self.output = output
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()
        include = [str(path) for path in modules(Path.cwd())]
        self.coverage = coverage.Coverage(data_file=None, config_file=False, include=include)
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data, lines = self.coverage.get_data(), {}
        for file in data.measured_files():
            contexts = data.contexts_by_lineno(file)
            lines[os.path.relpath(file)] = {line: [name for name in names if name] for line, names in contexts.items()}
        Path(self.output).write_text(
            json.dumps({"lines": lines, "seconds": self.seconds, "failed": sorted(self.failed)})
        )


def pytest_configure(config: pytest.Config) -> None:
    if output := os.environ.get(OUTPUT):
        config.pluginmanager.register(Recorder(output))


@dataclass
class Recording:
    """Hold, for each module and line, the tests that run it, and how long each test takes."""

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]
    failed: list[str]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> "Recording":
        whole = cls({}, {}, [])
        for path in paths:
            part = json.loads(path.read_text())
            whole.seconds |= part["seconds"]
            whole.failed += part["failed"]
            for module, lines in part["lines"].items():
                merged = whole.lines.setdefault(module, {})
                for line, tests in lines.items():
                    merged.setdefault(line, []).extend(tests)
        return whole

    def tests_of(self, mutant: Mutant) -> list[str]:
        """List the tests that can notice ``mutant``.

        First those of files that are named after its module, and those about races where it is about a lock; then
        those of its app. The quickest of every file come first.
        """
        lines = self.lines.get(mutant.path, {})
        numbers = range(mutant.first, mutant.last + 1)
        found = {test for number in numbers for test in lines.get(str(number), ())} - set(self.failed)
        by_file: dict[str, int] = defaultdict(int)
        ranked = []
        for test in sorted(found, key=lambda test: (self.seconds.get(test, 0), test)):
            file = test.partition("::")[0]
            by_file[file] += 1
            is_named = Path(mutant.path).stem in Path(file).stem
            is_about_locks = mutant.operator in {"lock", "atomic"} and file.startswith("tests/concurrency/")
            is_of_app = file.startswith(f"tests/{mutant.app}/")
            ranked.append(
                (not (is_named or is_about_locks), not is_of_app, by_file[file], self.seconds.get(test, 0), test)
            )
        return [test for *_, test in sorted(ranked)]

    def cut(self, tests: list[str], *, seconds: float) -> tuple[list[str], list[str]]:
        """Split ``tests`` into those that take about ``seconds`` together, and the rest."""
        spent = 0.0
        for index, test in enumerate(tests):
            spent += self.seconds.get(test, 0)
            if spent > seconds and index:
                return tests[:index], tests[index:]
        return tests, []
