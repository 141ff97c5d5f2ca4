"""The folder beside the project that holds the gateways' published samples and schemas."""

import os
from pathlib import Path

import pytest

from tests.support.server import ROOT

_FOLDER = Path(os.environ.get("SHARED_DIR") or ROOT.parent / "shared")


def shared_file(name: str) -> Path:
    """Return a file of the shared folder. Skip the test where the file is missing."""
    found = _FOLDER / name
    if not found.exists():
        pytest.skip(f"{found} is not there (SHARED_DIR names another folder)")
    return found
