"""Versions of rows for optimistic locking: a client names the version that it has read, and no other is changed."""

import hashlib

from utils.errors import VersionChanged

# The versions that a writer accepts; ``None`` accepts any.
Versions = frozenset[str] | None
ANY = "*"


def version_of(*state: object) -> str:
    """Return the version of a row: a text that stays the same until one of the values in ``state`` changes."""
    return hashlib.sha256(repr([str(value) for value in state]).encode()).hexdigest()[:24]


def require_version(current: str, expected: Versions) -> None:
    """Raise ``VersionChanged`` unless ``current`` is among ``expected``. Call this while holding the row's lock."""
    if expected is not None and not expected & {current, ANY}:
        raise VersionChanged
