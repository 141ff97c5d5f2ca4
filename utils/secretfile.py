"""Secrets that a new checkout creates for itself, so that there is no published default secret."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """Return the secret in the file at ``path``; create it first if there is none.

    Only the file's owner may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return _read(path) or _make(path)


def _read(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    return ""


def _make(path: Path) -> str:
    """Create the secret in ``path`` and return it, or the one that another process created first.

    The file is first written in full under another name, so a crash leaves no half-written secret.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        os.link(draft, path)
    except FileExistsError:
        if not _read(path):
            os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return _read(path)
