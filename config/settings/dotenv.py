"""Environment variables from ``.env``, read on import; a variable that is already set keeps its value.

The test settings don't import this: tests empty their cache, which must never be the cache that ``.env`` names.
"""

from pathlib import Path

import environ

_PATH = Path(__file__).resolve().parents[2] / ".env"

if _PATH.exists():
    environ.Env.read_env(_PATH)
