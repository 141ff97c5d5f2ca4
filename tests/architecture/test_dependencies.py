"""The shop's dependencies have exact versions, none older than the release that fixed its known vulnerabilities."""

import re
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
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


def chosen(name: str) -> list[Requirement]:
    """Return the requirements in the short list ``name``."""
    lines = (line.strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r "))]


def pinned(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line}


def needed(asked: list[Requirement]) -> set[str]:
    """Return the names of all packages that ``asked`` needs, directly or indirectly, on this machine."""
    found: set[tuple[str, str]] = set()
    waiting = [(asking.name, extra) for asking in asked for extra in ("", *asking.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (key := (canonicalize_name(name), extra)) in found:
            continue
        found.add(key)
        for line in requires(name) or []:
            asking = Requirement(line)
            if asking.marker is None or asking.marker.evaluate({"extra": extra}):
                waiting += [(asking.name, each) for each in ("", *asking.extras)]
    return {name for name, _ in found}


# pip-compile leaves these out, because Python brings them along.
BROUGHT_ALONG = {"pip", "setuptools"}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_needed_in_turn_is_pinned_too_and_nothing_else(name: str) -> None:
    asked = chosen("requirements.in")
    if name == "requirements-dev":
        asked += chosen("requirements-dev.in")
    assert pinned(f"{name}.txt") ^ needed(asked) <= BROUGHT_ALONG


def test_both_files_pin_the_same_versions() -> None:
    of_the_shop, of_tests = (
        set((ROOT / f"{name}.txt").read_text().splitlines()) for name in ("requirements", "requirements-dev")
    )
    assert [line for line in of_the_shop - of_tests if "==" in line] == []
