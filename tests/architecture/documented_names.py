"""The look-up of names in the documents: modules and their contents, models, permissions, events, jobs, commands."""

import importlib
import importlib.util
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth.management import _get_all_permissions
from django.core.management import get_commands

from tests.architecture.source import PACKAGES, ROOT, text_files
from utils.events import _REGISTRY as EVENTS
from utils.jobs import _REGISTRY as JOBS

# Names that documents use and that no file of this project holds.
NOT_OURS = {
    "AUDITLOG_CID_GETTER",  # a setting of a library that ADR 30 compares
    "api_v1_orders_cancel_create",  # an operation id, which config/openapi.py puts together
    "token_blacklist",  # an app of simplejwt, which is not installed
    "Order_Payment",  # models of the shop behind contract 002
    "Order_Track",
    "shop_default",  # made by Docker: a network, and volumes
    "shop_media",
    "shop_postgres",
}
_COMMAND = re.compile(r"\bmanage\.py (\w+)")
_DOTTED = re.compile(r"(\w+(?:\.\w+)+)(?:\(\))?")
# A word with a "_" is a name in the code, not English.
_WORD = re.compile(r"(?<![\w*])[A-Za-z]\w*_\w*")
# Paths and tests are looked up as files.
_FILE = re.compile(r"\S*::\w.*|[\w.<>*-]+/.*|\w+\.py")
_OTHER_FILES = (".env.example", "pyproject.toml", "Dockerfile", "docker-compose.yml")


def unknown_commands(text: str) -> set[str]:
    """Return the management commands in ``text`` that do not exist."""
    return set(_COMMAND.findall(text)) - set(get_commands())


def named_thing_exists(span: str) -> bool:
    """Return whether the module, function, model, event, job or permission exists that ``span`` names.

    A span that is not a dotted name of this project counts as existing.
    """
    dotted = _DOTTED.fullmatch(span)
    if dotted is None:
        return True
    first, *rest = dotted[1].split(".")
    if first in {*PACKAGES, "tests"}:
        return _is_declared(dotted[1]) or _is_importable(dotted[1])
    models = [model for model in apps.get_models() if model.__name__ == first]
    return not models or any(_has(model, rest) for model in models)


def _is_declared(name: str) -> bool:
    """Return whether a model, an event, a job or a permission has this name, such as ``orders.order_placed``."""
    return name.lower() in {model._meta.label_lower for model in apps.get_models()} or (
        name in EVENTS or name in JOBS or name in _permissions()
    )


@cache
def _permissions() -> frozenset[str]:
    return frozenset(
        f"{model._meta.app_label}.{codename}" for model in apps.get_models() for codename, _ in _all_of(model)
    )


def _all_of(model: Any) -> Any:
    return _get_all_permissions(model._meta)  # type: ignore[no-untyped-call]


def _is_importable(name: str) -> bool:
    """Return whether a module, or something in a module, has this name.

    A named module itself is looked up but not imported, because production's settings refuse to be imported here.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if _is_module(module):
            return length == len(parts) or _has(importlib.import_module(module), parts[length:])
    return False


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _has(holder: Any, names: list[str]) -> bool:
    for name in names:
        if not hasattr(holder, name):
            return name in getattr(holder, "__annotations__", {})
        holder = getattr(holder, name)
    return True


def unknown_words(spans: Iterable[str]) -> set[str]:
    """Return the words with a ``_`` in them that occur nowhere in code, scripts or settings."""
    named = {word for span in spans if not _FILE.fullmatch(span) for word in _WORD.findall(span)}
    return named - words() - NOT_OURS


@cache
def words() -> frozenset[str]:
    """Return every word of the code, scripts and settings, without the documents."""
    texts = [text for path, text in text_files().items() if not path.endswith(".md")]
    texts += [(ROOT / name).read_text() for name in _OTHER_FILES]
    found: set[str] = set()
    for text in texts:
        found.update(re.findall(r"\w+", text))
    return frozenset(found)
