"""Secrets that a fresh checkout makes for itself, so that no default secret is ever published."""

import os
import secrets
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """The secret in ``path``, made (readable by its owner alone) when there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
