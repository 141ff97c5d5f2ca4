"""Packages of Node.js that a few tests use as a second opinion. Without them these tests are skipped."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.support.server import ROOT


def node_modules(*packages: str) -> Path:
    """Return a folder with ``packages``, installed once and kept in var/. Skip the test if npm can't install them."""
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        pytest.skip("node and npm are not installed")
    folder = ROOT / "var" / "node" / "-".join(sorted(each.replace("@", "-").replace("/", "-") for each in packages))
    done = folder / "installed"
    if not done.exists() and (failure := _install(npm, folder, packages)):
        pytest.skip(f"npm can't install {', '.join(packages)}: {failure}")
    done.touch()
    return folder / "node_modules"


@cache
def _install(npm: str, folder: Path, packages: tuple[str, ...]) -> str:
    """Install ``packages``, and return why it failed; empty if it did not.

    The result is cached, so that a registry that is out of reach is waited for only once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    patience = ["--fetch-retries", "1", "--fetch-timeout", "20000"]
    command = [npm, "install", "--no-audit", "--no-fund", "--no-save", *patience, "--prefix", str(folder), *packages]
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=90, check=False)
    except subprocess.TimeoutExpired:
        return "no answer"
    return result.stderr[-300:] if result.returncode else ""
