"""Importing this reads ``.env`` into the environment; what the environment already names stays.

The test settings don't: tests empty the cache they are given, which must never be the one a ``.env`` names.
"""

from pathlib import Path

import environ

_PATH = Path(__file__).resolve().parents[2] / ".env"

if _PATH.exists():
    environ.Env.read_env(_PATH)
