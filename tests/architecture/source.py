"""The project's own source, parsed."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
TEXT = {".py", ".html", ".css", ".js", ".txt", ".md", ".toml", ".yml", ".yaml", ".sh", ""}


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the apps by its path from the root, without migrations."""
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in _python_files(*PACKAGES)}


@cache
def modules_and_tests() -> dict[str, ast.Module]:
    return modules() | {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in _python_files("tests")}


def text_files() -> dict[str, str]:
    """Return the text of every file that people write: code, tests, scripts and documents."""
    found = {}
    for folder in (*PACKAGES, "tests", "scripts", "docs", "deploy", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                found[str(path.relative_to(ROOT))] = path.read_text()
    return found


def _python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def is_edge(path: str) -> bool:
    """Return whether the path is a module of views or serializers, or in a package of them."""
    return any(part.removesuffix(".py") in {"views", "serializers"} for part in Path(path).parts)


def may_write_states(path: str) -> bool:
    """Return whether the module may write a status. The benchmark may, as it makes up payments that are under way."""
    return path.startswith("bench/") or any(
        part.removesuffix(".py") in {"states", "services"} for part in Path(path).parts
    )


def may_lock(path: str) -> bool:
    parts = [part.removesuffix(".py") for part in Path(path).parts]
    return parts[0] == "utils" or any(part in {"querysets", "services"} for part in parts)
