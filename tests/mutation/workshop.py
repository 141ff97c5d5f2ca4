"""A copy of the tree, with a database of its own, where faults are planted and tests are run."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.mutation import importing, recording
from tests.mutation.operators import Mutant, planted
from tests.mutation.report import BROKE_OFF, KILLED, NO_ANSWER, SURVIVED

SETTINGS = "config.settings.mutation"
_ITS_OWN_DATABASE = """from config.settings.test import *
DATABASES["default"]["TEST"] = {{"NAME": "{name}"}}
"""
_MAKE = """
import django
django.setup()
from django.db import connection
connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
connection.close()
"""
# A file or class that can't be collected is an ERROR too, but its name has no test in it.
_FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (\S+\.py::\S+)", re.MULTILINE)
# Seconds that any run may take, however short its tests.
PATIENCE = 120


class Workshop:
    """Run mutants, one at a time. Use it as a context manager: at the end nothing of it is left."""

    def __init__(self, root: Path, *, number: int = 0, database_url: str = "", redis_url: str = "") -> None:
        self.root = root
        self.database_url = database_url
        self.name = f"mutants_{os.getpid()}_{number}"
        self.folder = Path(tempfile.mkdtemp(prefix="shop-mutants-"))
        self.tree = self.folder / "tree"
        self.environment = {
            key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL", "FAILPOINT"}
        } | {"DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONHASHSEED": "0"}
        if database_url:
            self.environment |= {"DATABASE_URL": database_url, "REDIS_URL": _redis_of_its_own(redis_url, number)}

    def __enter__(self) -> "Workshop":
        self._copy_tree()
        self._make_template()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database_url:
            for name in (self.name, self._template):
                self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @property
    def _template(self) -> str:
        return f"{self.name}_template"

    def record(self, tests: Sequence[str], output: Path) -> None:
        """Run ``tests`` and write to ``output`` which lines each of them runs.

        Raises RuntimeError when the run breaks off; what it recorded until then is not kept.
        """
        self._fresh_database()
        environment = {recording.OUTPUT: str(output)}
        ended = self._pytest(["-p", "tests.mutation.recording", *tests], timeout=None, **environment)
        if ended.returncode not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            output.unlink(missing_ok=True)
            raise RuntimeError(f"The tests could not be recorded: {_end_of(ended)}")

    def judge(self, mutant: Mutant, tests: Sequence[str], *, seconds: float) -> tuple[str, str]:
        """Run ``tests`` with ``mutant`` planted, and return its outcome with what led to it.

        Only a test that fails kills a mutant. A run that ends otherwise, before all tests passed, breaks off.
        """
        module = self.tree / mutant.path
        original = module.read_text()
        self._fresh_database()
        chosen = self.folder / "tests.txt"
        chosen.write_text("\n".join(tests))
        timeout = PATIENCE + 6 * seconds
        try:
            self._write(module, planted(original, mutant))
            arguments = ["-p", "tests.mutation.importing", "-x", f"@{chosen}"]
            ended = self._pytest(arguments, timeout=timeout, **{importing.MODULE: mutant.module})
        except subprocess.TimeoutExpired:
            return NO_ANSWER, f"within {timeout:.0f} s"
        finally:
            self._write(module, original)
        if ended.returncode == pytest.ExitCode.OK:
            return SURVIVED, ""
        failed = _FAILED_TEST.search(ended.stdout)
        return (KILLED, failed[1]) if failed else (BROKE_OFF, _end_of(ended))

    def _write(self, module: Path, source: str) -> None:
        module.write_text(source)
        # Python would take an old compiled file for the new source, if both are of one second and one size.
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"):
            compiled.unlink()

    def _pytest(self, arguments: list[str], *, timeout: float | None, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "--reuse-db", f"--ds={SETTINGS}"]
        command += ["-p", "no:cacheprovider", *arguments]
        with subprocess.Popen(
            command,
            cwd=self.tree,
            env=self.environment | more,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(timeout=timeout)
            except BaseException:
                # With the servers that a test started.
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return subprocess.CompletedProcess(command, process.returncode, output, "")

    def _copy_tree(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            source, target = self.root / name, self.tree / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)

    def _make_template(self) -> None:
        """Migrate once; every run starts from a copy of that."""
        settings = self.tree / "config" / "settings" / "mutation.py"
        name = self._template if self.database_url else str(self.folder / "template.sqlite3")
        settings.write_text(_ITS_OWN_DATABASE.format(name=name))
        subprocess.run([sys.executable, "-c", _MAKE], cwd=self.tree, env=self.environment, check=True)
        name = self.name if self.database_url else str(self.folder / "test.sqlite3")
        settings.write_text(_ITS_OWN_DATABASE.format(name=name))
        for compiled in (settings.parent / "__pycache__").glob("mutation.*.pyc"):
            compiled.unlink()

    def _fresh_database(self) -> None:
        if self.database_url:
            self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            self._sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self._template}"')
            return
        for old in self.folder.glob("test.sqlite3*"):
            old.unlink()
        shutil.copy(self.folder / "template.sqlite3", self.folder / "test.sqlite3")

    def _sql(self, statement: str) -> None:
        server = urlunsplit(urlsplit(self.database_url)._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)


def _redis_of_its_own(redis_url: str, number: int) -> str:
    """Return the URL of the database ``number`` places further, because every run empties its own."""
    server, _, database = redis_url.rpartition("/")
    return f"{server}/{(int(database) + number) % 16}" if redis_url else ""


def _end_of(ended: subprocess.CompletedProcess[str]) -> str:
    last_lines = ended.stdout.strip().splitlines()[-10:]
    return f"pytest ended with {ended.returncode}: " + "\n".join(last_lines)
