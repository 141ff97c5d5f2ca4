"""Secrets that a fresh checkout makes for itself, so that no default secret is ever published."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """The secret in ``path``, made (readable by its owner alone) when there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _read(path) or _make(path)


def _read(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    return ""


def _make(path: Path) -> str:
    """Written in full under another name first: a crash leaves no half secret, and of two processes the first wins."""
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
