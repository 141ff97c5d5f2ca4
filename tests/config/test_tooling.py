"""The files for editors, hooks and GitHub run what the scripts run."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def test_the_hooks_run_what_check_runs() -> None:
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    steps = (ROOT / "scripts" / "check").read_text()
    for hook in repository["hooks"]:
        command = hook["entry"].removeprefix(".venv/bin/").replace(" --force-exclude", "")
        assert command == "scripts/check" or f"step {command} ." in steps, command


def test_the_workflow_runs_the_same_as_everybody() -> None:
    steps = read(".github/workflows/ci.yml")["jobs"]["run"]["steps"]
    assert steps[-1]["run"] == ".ci/run"


@pytest.mark.parametrize(
    "name", [".ci/run", *(f"scripts/{name}" for name in ("check", "lock", "mutants", "run", "test"))]
)
def test_a_script_can_be_started(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_editors_and_the_formatter_agree_on_the_length_of_a_line() -> None:
    length = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    assert f"max_line_length = {length}\n" in (ROOT / ".editorconfig").read_text()
