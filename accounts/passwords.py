"""Hashing passwords: a few at a time, and the same for every spelling of one password.

Argon2 takes 100 MB for each hash, on purpose. What is computed at once is bounded, or a few dozen sign-ins would take
the memory of the machine.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import verify_password

from accounts.errors import TooManyPasswords

AT_ONCE = 2
WAIT_SECONDS = 10

_slots = BoundedSemaphore(AT_ONCE)


def normalize_password(password: str) -> str:
    """The one spelling that is hashed: every kind of space is a space, then NFC (RFC 8265, OpaqueString)."""
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


@contextmanager
def hashing() -> Iterator[None]:
    """Wait for one of this process's ``AT_ONCE`` turns to hash. Raises ``TooManyPasswords`` when none comes."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise TooManyPasswords
    try:
        yield
    finally:
        _slots.release()


def verify(password: str, encoded: str) -> tuple[bool, bool]:
    """Whether ``password`` is right, and whether its hash should be made anew.

    Hashes from before passwords were normalised hold what was typed, composed or not: those spellings are tried too.
    Raises ``TooManyPasswords``.
    """
    normal = normalize_password(password)
    must_update = False
    for spelling in dict.fromkeys([normal, password, unicodedata.normalize("NFD", password)]):
        with hashing():
            is_right, must_update = verify_password(spelling, encoded)
        if is_right:
            return True, must_update
    return False, must_update
