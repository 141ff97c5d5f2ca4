"""The code keeps the rules that reviews would otherwise repeat."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, is_edge, may_lock, may_write_states, modules, modules_and_tests, text_files
from utils import events

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
STATES = {"status", "payment_status", "state"}
BALANCES = {"on_hand", "reserved"}
BALANCE_WRITERS = {"inventory/services.py"}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}


def written_attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            yield from (part for part in ast.walk(target) if isinstance(part, ast.Attribute))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions or methods with one of ``names``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            getattr(node.func, "attr", "") in names or getattr(node.func, "id", "") in names
        ):
            yield node


def keywords(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


def names_in(tree: ast.AST) -> set[str]:
    """Return every name that the code imports, reads or looks up."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
    return found


def test_apps_import_only_what_lies_below_them() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_only_states_and_services_set_a_status() -> None:
    found = [
        f"{path}:{attribute.lineno}"
        for path, tree in modules().items()
        if not may_write_states(path)
        for attribute in written_attributes(tree)
        if attribute.attr in STATES
    ]
    assert found == []


def test_only_services_update_a_status_in_bulk() -> None:
    """Leave out ``utils.idempotency``, which stores the status of an answer, not of an order or payment."""
    found = [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        if not may_write_states(path) and path != "utils/idempotency.py"
        for call in calls(tree, "update", "bulk_update", "update_or_create", "setattr")
        if keywords(call) & STATES or {part.value for part in call.args if isinstance(part, ast.Constant)} & STATES
    ]
    assert found == []


def test_only_the_stock_services_write_a_balance() -> None:
    assigned = [
        f"{path}:{attribute.lineno}"
        for path, tree in modules().items()
        for attribute in written_attributes(tree)
        if attribute.attr in BALANCES
    ]
    updated = {path for path, tree in modules().items() for call in calls(tree, "update") if keywords(call) & BALANCES}
    assert assigned == []
    assert updated == BALANCE_WRITERS


def test_views_and_serializers_leave_the_database_to_selectors_and_services() -> None:
    """Allow only ``.objects.none()``, by which a view names its model for Swagger."""
    found = []
    for path, tree in modules().items():
        if not is_edge(path):
            continue
        empty = {id(call.func.value) for call in calls(tree, "none") if isinstance(call.func, ast.Attribute)}
        found += [
            f"{path}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager"}
            and id(node) not in empty
        ]
    assert found == []


def test_only_the_audit_log_listens_to_saves() -> None:
    listening = {path for path, tree in modules().items() if names_in(tree) & MODEL_SIGNALS}
    assert listening == {"accounts/audit_signals.py"}


def test_rows_are_locked_in_querysets_and_services_only() -> None:
    found = {path for path, tree in modules().items() if "select_for_update" in names_in(tree)}
    assert {path for path in found if not may_lock(path)} == set()


def test_files_are_short() -> None:
    long = {path: len(text.splitlines()) for path, text in text_files().items() if path.endswith(".py")}
    assert {path: lines for path, lines in long.items() if lines > MAX_FILE_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules_and_tests().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_each_class_has_a_name_of_its_own() -> None:
    """Compare all classes but those of storefronts, which are named after their documents, and Django's commands."""
    found = Counter(
        node.name
        for path, tree in modules_and_tests().items()
        for node in tree.body
        if not path.startswith("storefronts/")
        if isinstance(node, ast.ClassDef) and not re.match("_|Test|Command$", node.name)
    )
    assert {name for name, times in found.items() if times > 1} == set()


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    assert {path for path, text in text_files().items() if mark.search(text)} == set()


def receiver_keys(name: str) -> list[object]:
    """Return the ``dispatch_uid`` of each receiver of an event."""
    event = events._REGISTRY[name]
    return [*(key[0] for key, *_ in event.receivers), *event.batch_receivers]


class TestEvents:
    @pytest.fixture
    def declared(self) -> dict[str, str]:
        """Return the name of every event in the code, with the docstring below its declaration."""
        found = {}
        for path, tree in modules().items():
            # threading.Event takes no arguments; an event of the shop has a name.
            if not any(call.args for call in calls(tree, "Event")):
                continue
            assert path.endswith("/signals.py"), f"{path} declares an event"
            for statement, following in zip(tree.body, [*tree.body[1:], None], strict=True):
                for call in calls(statement, "Event"):
                    text = following.value if isinstance(following, ast.Expr) else None
                    found[ast.literal_eval(call.args[0])] = ast.literal_eval(text) if text else ""
        return found

    def test_every_event_says_what_it_carries_and_when_it_is_not_sent(self, declared: dict[str, str]) -> None:
        assert declared
        words = {name: text.replace("\n", " ") for name, text in declared.items()}
        assert {name for name, text in words.items() if "Payload:" not in text or "not " not in text.lower()} == set()

    def test_every_event_is_named_after_its_app(self, declared: dict[str, str]) -> None:
        apps = {Path(path).parts[0] for path in modules()}
        assert {name for name in declared if name.split(".")[0] not in apps} == set()
        assert declared.keys() <= events._REGISTRY.keys()

    def test_every_event_is_published_and_heard(self, declared: dict[str, str]) -> None:
        published = {
            name
            for tree in modules().values()
            for call in calls(tree, "publish")
            if call.args
            for name in names_in(call.args[0])
        }
        assert {name for name in declared if name.split(".")[1] not in published} == set()
        assert {name for name in declared if not receiver_keys(name)} == set()

    def test_every_receiver_is_registered_once_whatever_imports_it(self, declared: dict[str, str]) -> None:
        """Require a ``dispatch_uid``: without one, a module that is loaded twice would receive every event twice."""
        keys = [key for name in declared for key in receiver_keys(name)]
        assert keys
        assert all(isinstance(key, str) for key in keys)
        in_code = [
            keyword.value
            for path, tree in modules().items()
            if path.endswith("/receivers.py")
            for call in [*calls(tree, "receiver"), *calls(tree, "batch_receiver")]
            for keyword in call.keywords
            if keyword.arg == "dispatch_uid"
        ]
        written = [ast.literal_eval(value) for value in in_code]
        assert sorted(written) == sorted(set(written))
        assert set(keys) == set(written)
