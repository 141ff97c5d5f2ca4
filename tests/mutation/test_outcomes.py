"""A fault is killed by a test that fails, and by nothing else. What can't be judged is told, and counted as neither."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation import __main__ as command
from tests.mutation import workshop as workshops
from tests.mutation.operators import Mutant, mutants_of
from tests.mutation.report import (
    BROKE_OFF,
    KILLED,
    LEFT_OUT,
    NO_ANSWER,
    SURVIVED,
    UNTESTED,
    MutantFate,
    succeeded,
    summary,
)
from tests.mutation.workshop import Workshop

FILES = {
    "config/settings/test.py": """
        SECRET_KEY = "none"
        USE_TZ = True
        INSTALLED_APPS = []
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
    """,
    "shop/prices.py": """
        def total(price, postage):
            return price + postage
    """,
    # With its fault, this can't be imported.
    "shop/table.py": """
        def half(amount):
            return 6 // (amount + 1)

        HALVES = [half(1)]
    """,
    "tests/test_shop.py": """
        import os
        import time

        import pytest

        from shop.prices import total

        def test_that_notices():
            assert total(2, 1) == 3

        @pytest.fixture
        def paid():
            assert total(2, 1) == 3

        def test_whose_fixture_notices(paid):
            pass

        def test_that_does_not_notice():
            assert total(2, 0) == 2

        def test_that_ends_the_process():
            if total(2, 1) != 3:
                os._exit(7)

        def test_that_waits():
            if total(2, 1) != 3:
                time.sleep(600)

        def test_that_imports_the_table():
            from shop.table import HALVES
            assert HALVES == [3]
    """,
    "tests/test_not_collected.py": """
        from shop.prices import total

        assert total(2, 1) == 3

        def test_nothing():
            pass
    """,
    "tests/test_that_never_loads.py": """
        raise ImportError
    """,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small shop with tests of every kind."""
    root = tmp_path_factory.mktemp("shop")
    shutil.copytree(Path(workshops.__file__).parent, root / "tests" / "mutation")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(line.removeprefix(" " * 8) for line in text.splitlines()))
    for folder in ("config", "config/settings", "shop", "tests"):
        (root / folder / "__init__.py").touch()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.fixture(scope="module")
def workshop(root: Path) -> Iterator[Workshop]:
    with Workshop(root) as workshop:
        yield workshop


def judged(workshop: Workshop, *tests: str, path: str = "shop/prices.py", seconds: float = 1) -> tuple[str, str]:
    [mutant] = mutants_of((workshop.root / path).read_text(), path)
    return workshop.judge(mutant, tests, seconds=seconds)


@pytest.mark.parametrize("name", ["test_that_notices", "test_whose_fixture_notices"])
def test_a_test_that_fails_kills(workshop: Workshop, name: str) -> None:
    assert judged(workshop, f"tests/test_shop.py::{name}") == (KILLED, f"tests/test_shop.py::{name}")


def test_a_fault_survives_tests_that_pass(workshop: Workshop) -> None:
    assert judged(workshop, "tests/test_shop.py::test_that_does_not_notice") == (SURVIVED, "")


@pytest.mark.parametrize(
    ("test", "path", "said"),
    [
        ("tests/test_not_collected.py::test_nothing", "shop/prices.py", "ERROR tests/test_not_collected.py"),
        ("tests/test_shop.py::test_that_ends_the_process", "shop/prices.py", "pytest ended with 7"),
        ("tests/test_shop.py::test_that_is_gone", "shop/prices.py", "pytest ended with 4"),
        ("tests/test_shop.py::test_that_imports_the_table", "shop/table.py", "ZeroDivisionError"),
    ],
    ids=["no test is collected", "the process ends", "the test is not there", "the module can't be imported"],
)
def test_a_run_that_breaks_off_judges_nothing(workshop: Workshop, test: str, path: str, said: str) -> None:
    outcome, detail = judged(workshop, test, path=path)
    assert outcome == BROKE_OFF
    assert said in detail


def test_no_answer_in_time_is_told_from_a_test_that_fails(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshops, "PATIENCE", 4)
    assert judged(workshop, "tests/test_shop.py::test_that_waits", seconds=0) == (NO_ANSWER, "within 4 s")


def test_the_fault_is_taken_out_again(workshop: Workshop) -> None:
    judged(workshop, "tests/test_shop.py::test_that_ends_the_process")
    assert (workshop.tree / "shop/prices.py").read_text() == (workshop.root / "shop/prices.py").read_text()


def test_a_recording_that_breaks_off_ends_the_command(
    workshop: Workshop, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "ROOT", root)
    with pytest.raises(RuntimeError, match="pytest ended with 2"):
        command._recording(
            [workshop], {"all": ["tests/test_shop.py", "tests/test_that_never_loads.py"]}, on_postgres=False
        )
    assert list((root / "var" / "mutants").iterdir()) == []


def test_workshops_do_not_share_a_redis_database_that_their_tests_empty() -> None:
    urls = [workshops._redis_of_its_own("redis://localhost:6379/14", number) for number in range(3)]
    assert urls == [f"redis://localhost:6379/{database}" for database in (14, 15, 0)]


def fate(outcome: str, number: int = 1) -> MutantFate:
    return MutantFate(Mutant("shop/prices.py", "total", "sign", number, 1, 1, "1 + 1", "1 - 1"), outcome, "as told", 0)


def test_the_table_counts_what_broke_off_as_neither() -> None:
    outcomes = [KILLED, KILLED, NO_ANSWER, SURVIVED, BROKE_OFF, BROKE_OFF, LEFT_OUT]
    table = summary(fate(outcome, number) for number, outcome in enumerate(outcomes)).splitlines()
    assert table[0].split() == [
        *("operator", "killed", "no", "answer", "survived", "untested", "broke", "off", "left", "out", "noticed")
    ]
    assert table[1].split() == ["sign", "2", "1", "1", "0", "2", "1", "75", "%"]
    assert table[2].split() == ["all", "2", "1", "1", "0", "2", "1", "75", "%"]


def test_what_broke_off_is_named() -> None:
    told = summary([fate(KILLED), fate(BROKE_OFF, 2)])
    assert "Could not be judged, because the run broke off:\nbroke off shop/prices.py:total:sign:2" in told
    assert told.endswith("No mutant survived.")


@pytest.mark.parametrize(
    ("outcome", "is_success"),
    [(KILLED, True), (NO_ANSWER, True), (LEFT_OUT, True), (SURVIVED, False), (UNTESTED, False), (BROKE_OFF, False)],
)
def test_the_exit_status_is_zero_only_when_everything_was_noticed(outcome: str, is_success: bool) -> None:
    assert succeeded([fate(KILLED), fate(outcome, 2)]) is is_success
