"""What the documents name exists: files, tests, modules, functions, settings, commands, and the targets of links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tests.architecture.documented_names import named_thing_exists, unknown_commands, unknown_words
from tests.architecture.routes import ROUTES
from tests.architecture.source import ROOT
from utils.api.problems import unknown_path

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# The shop and its tools make these folders, so a fresh checkout does not have them.
MADE_LATER = {"var", ".venv"}
TOP_LEVEL = {path.name for path in ROOT.iterdir()} - MADE_LATER

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_PATH = re.compile(r"[\w.<>*/-]+")
_TEST = re.compile(r"(?P<path>[\w./-]*\.py)?(?P<names>(::\w+)+)")
_ENDPOINT = re.compile(r"(?:[A-Z, ]+ )?/((?:[\w.-]+|<[\w:]+>)(?:/(?:[\w.-]+|<[\w:]+>))*/)(?:\?\S*)?")
_SCRIPT = re.compile(r"\bscripts/\w[\w.]*")


@dataclass(frozen=True)
class Document:
    """Read one document. ``prose`` is its text without code blocks."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    def lines_of_spans(self) -> Iterator[list[str]]:
        """Yield the spans in backticks, as one list for each line."""
        for line in self.prose.splitlines():
            yield _SPAN.findall(line)

    def spans(self) -> Iterator[str]:
        for line in self.lines_of_spans():
            yield from line


def documents() -> list[Document]:
    return [Document(path) for path in DOCUMENTS]


def is_repository_path(word: str) -> bool:
    """Return whether ``word`` can only be meant as a path from the root, such as ``orders/models.py``."""
    if not _PATH.fullmatch(word) or "/" not in word or word.startswith("/"):
        return False
    first = word.split("/")[0]
    return first in TOP_LEVEL or (first.startswith("<") and word.endswith(".py"))


def exists(path: str) -> bool:
    """Return whether the path exists; ``<app>`` and ``*`` match anything."""
    return any(ROOT.glob(re.sub(r"<\w+>", "*", path).rstrip("/")))


@cache
def python_file_names() -> frozenset[str]:
    folders = [ROOT / name for name in TOP_LEVEL if (ROOT / name).is_dir() and not name.startswith(".")]
    return frozenset(path.name for folder in folders for path in folder.rglob("*.py")) | {"manage.py"}


def missing_paths(document: Document) -> Iterator[str]:
    for span in document.spans():
        word = span.split()[0].partition("::")[0]
        is_file_name = re.fullmatch(r"\w+\.py", word)
        if (is_repository_path(word) and not exists(word)) or (is_file_name and word not in python_file_names()):
            yield word
    yield from (script for script in _SCRIPT.findall(document.text) if not exists(script))


@cache
def routes() -> list[re.Pattern[str]]:
    return [re.compile(re.sub(r"<[^>]*>", "[^/]+", route)) for route in ROUTES if "(?P<" not in route]


def is_served(path: str) -> bool:
    """Return whether a route has the path or begins with it; ``<...>`` matches anything."""
    if any(route.fullmatch(path) for route in routes()) or any(route.startswith(path) for route in ROUTES):
        return True
    try:
        return resolve(f"/{path}").func is not unknown_path
    except Resolver404:
        return False


def missing_endpoints(document: Document) -> Iterator[str]:
    beginnings = {route.split("/")[0] for route in ROUTES}
    for span in document.spans():
        found = _ENDPOINT.fullmatch(span)
        if found and found[1].split("/")[0] in beginnings and not is_served(found[1]):
            yield span


@cache
def definitions(path: str) -> str:
    return (ROOT / path).read_text()


def missing_tests(document: Document) -> Iterator[str]:
    """Yield the tests that do not exist. A ``::name`` without a file belongs to the file before it in its line."""
    for spans in document.lines_of_spans():
        path = ""
        for span in spans:
            found = _TEST.fullmatch(span)
            path = found["path"] or path if found else span if span.endswith(".py") else path
            if found and not all(
                exists(path) and re.search(rf"^ *(async )?(def|class) {name}\b", definitions(path), re.MULTILINE)
                for name in found["names"].split("::")[1:]
            ):
                yield f"{path} {span}"


def anchors(path: Path) -> set[str]:
    """Return the names that GitHub gives to the headings of a document."""
    headings = _HEADING.findall(_FENCE.sub("", path.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Document) -> Iterator[str]:
    for target in _LINK.findall(document.prose):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.path.parent / name) if name else document.path
        if not path.exists() or (anchor and anchor not in anchors(path)):
            yield target


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
class TestDocuments:
    def test_every_path_exists(self, document: Document) -> None:
        assert list(missing_paths(document)) == []

    def test_every_endpoint_is_served(self, document: Document) -> None:
        assert list(missing_endpoints(document)) == []

    def test_every_test_exists(self, document: Document) -> None:
        assert list(missing_tests(document)) == []

    def test_every_module_function_and_model_exists(self, document: Document) -> None:
        assert [span for span in document.spans() if not named_thing_exists(span)] == []

    def test_every_management_command_exists(self, document: Document) -> None:
        assert unknown_commands(document.text) == set()

    def test_every_word_of_the_code_stands_in_the_code(self, document: Document) -> None:
        """Find every setting, field and error code in backticks somewhere outside of the documents."""
        assert unknown_words(document.spans()) == set()

    def test_every_link_leads_somewhere(self, document: Document) -> None:
        assert list(broken_links(document)) == []


def test_the_front_page_leads_to_every_document() -> None:
    linked = set(_LINK.findall((ROOT / "README.md").read_text()))
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} - linked == set()


def test_every_decision_has_a_number_of_its_own_that_its_title_repeats() -> None:
    titles = {path.name: path.read_text().partition("\n")[0] for path in (ROOT / "docs" / "adr").glob("*.md")}
    assert {name for name, title in titles.items() if not title.startswith(f"# {int(name[:4])}. ")} == set()
    assert len({name[:4] for name in titles}) == len(titles)


def test_every_rule_on_the_map_names_its_module_and_its_test() -> None:
    rows = [line for line in (ROOT / "docs" / "map.md").read_text().splitlines() if line.startswith("| ")]
    rules = [row.strip("| ").split(" | ") for row in rows if "---" not in row and not row.startswith("| rule")]
    assert len(rules) >= 40
    for rule, modules, tests in rules:
        assert rule
        assert "`" in modules, rule
        assert all(span.startswith(("tests/", "::")) for span in _SPAN.findall(tests)), rule
        assert "`tests/" in tests, rule
