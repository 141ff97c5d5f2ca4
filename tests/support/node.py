"""Tools of the node world that a few tests use as a second opinion; without them those tests are skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.server import ROOT


def node_modules(*packages: str) -> Path:
    """A folder with ``packages``, installed once and kept in var/; skips the test where that can't be done."""
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        pytest.skip("node and npm are not installed")
    folder = ROOT / "var" / "node" / "-".join(sorted(each.replace("@", "-").replace("/", "-") for each in packages))
    done = folder / "installed"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder), *packages]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
        if result.returncode:
            pytest.skip(f"npm can't install {', '.join(packages)}: {result.stderr[-300:]}")
        done.touch()
    return folder / "node_modules"
