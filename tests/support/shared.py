"""The folder beside the project, with the gateways' published samples and schemas."""

import os
from pathlib import Path

import pytest

from tests.support.server import ROOT

_FOLDER = Path(os.environ.get("SHARED_DIR") or ROOT.parent / "shared")


def shared_file(name: str) -> Path:
    """A file of it; skips the test where it is not there."""
    found = _FOLDER / name
    if not found.exists():
        pytest.skip(f"{found} is not there (SHARED_DIR names another folder)")
    return found
