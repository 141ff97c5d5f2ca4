"""Versions of rows: who writes may insist on the one that they have read."""

import hashlib

from utils.errors import VersionChanged

# Versions that a writer accepts; ``None`` accepts any.
Versions = frozenset[str] | None
ANY = "*"


def version_of(*state: object) -> str:
    """Name a row's state by what it holds: the same text until one of ``state`` changes."""
    return hashlib.sha256(repr([str(value) for value in state]).encode()).hexdigest()[:24]


def require_version(current: str, expected: Versions) -> None:
    """Raise ``VersionChanged`` unless ``current`` is ``expected``. The caller holds the row's lock."""
    if expected is not None and not expected & {current, ANY}:
        raise VersionChanged
