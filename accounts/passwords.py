"""Hashing of passwords: a few at a time, with the same hash for every Unicode spelling of a password.

Argon2 uses 100 MB for each hash, on purpose. The number of hashes at once is limited: otherwise a few dozen sign-ins at
the same time would use up the machine's memory.
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
    """Return the spelling of ``password`` that is hashed.

    Every kind of space becomes a plain space, then NFC is applied (RFC 8265, OpaqueString).
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


@contextmanager
def hashing() -> Iterator[None]:
    """Wait for one of this process's ``AT_ONCE`` slots for hashing, and hold it during the ``with`` block.

    Raise ``TooManyPasswords`` when none is free within ``WAIT_SECONDS``.
    """
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise TooManyPasswords
    try:
        yield
    finally:
        _slots.release()


def verify(password: str, encoded: str) -> tuple[bool, bool]:
    """Return whether ``password`` is right, and whether it should be hashed again.

    Hashes from before passwords were normalised are of the password as it was typed. So the password is also tried as
    it was sent, and in its decomposed form. Raise ``TooManyPasswords`` when the server is checking too many passwords
    at once.
    """
    normal = normalize_password(password)
    must_update = False
    for spelling in dict.fromkeys([normal, password, unicodedata.normalize("NFD", password)]):
        with hashing():
            is_right, must_update = verify_password(spelling, encoded)
        if is_right:
            return True, must_update
    return False, must_update
