"""What the shop stands on is exact, and no older than the release that mended what is known against it."""

import re
from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.architecture.source import ROOT

FLOORS = {
    "Django": "5.2.15",
    "djangorestframework": "3.16",
    "djangorestframework-simplejwt": "5.5.1",
    "PyJWT": "2.13",
    "daphne": "4.2.2",
    "channels": "4",
    "channels-redis": "4.3",
    "pillow": "12",
    "psycopg": "3.2",
    "redis": "6",
    "nh3": "0.3",
    "requests": "2.32.4",
    "granian": "2.5",
}


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_a_package_is_new_enough(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_version_is_exact_and_installed(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    pinned = [re.fullmatch(r"([\w-]+)(?:\[[\w,]+\])?==([\w.]+)", line) for line in lines]
    assert [line for line, found in zip(lines, pinned, strict=True) if not found] == []
    assert {found[1]: found[2] for found in pinned if found} == {
        found[1]: version(found[1]) for found in pinned if found
    }
