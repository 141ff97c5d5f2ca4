"""The database that the environment names, by one URL or by the separate variables of the published contracts."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

POSTGRES = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"

# BEGIN IMMEDIATE takes the write lock at once. Otherwise a transaction that reads first and then writes would fail with
# "database is locked" instead of waiting.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;",
}
# A request must not hang: it waits at most 3 s for a lock (then the answer is 503 with Retry-After), and a statement
# runs at most 15 s.
LOCK_LIMIT = "-c lock_timeout=3000"
REQUEST_LIMITS = f"{LOCK_LIMIT} -c statement_timeout=15000 -c idle_in_transaction_session_timeout=20000"


def database_config(env: environ.Env, *, default_path: Path) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]``.

    ``DATABASE_URL`` is read first. Without it, ``DB_ENGINE, DB_NAME, …`` or ``DATABASE_NAME, …`` are read, the names
    that the storefronts' contracts 001, 003 and 004 use. Without those, use SQLite at ``default_path``. Raise
    ``ImproperlyConfigured`` for a database that is neither PostgreSQL nor SQLite.
    """
    if env.str("DATABASE_URL", default=""):
        config: dict[str, Any] = dict(env.db("DATABASE_URL"))
    else:
        config = _from_separate_names(env) or {"ENGINE": SQLITE, "NAME": str(default_path)}
    if config["ENGINE"] not in {POSTGRES, SQLITE}:
        raise ImproperlyConfigured(
            f"The database engine {config['ENGINE']} is not supported. Use {POSTGRES} (DATABASE_URL=postgresql://...) "
            f"or {SQLITE} (DATABASE_URL=sqlite:////...)."
        )
    config["ATOMIC_REQUESTS"] = False
    if config["ENGINE"] == SQLITE:
        return config | {"OPTIONS": SQLITE_OPTIONS}
    config["OPTIONS"] = {**config.get("OPTIONS", {}), "options": _limits(env)}
    return config


def _limits(env: environ.Env) -> str:
    """Return PostgreSQL's time limits for this process.

    A management command, such as a migration or an import, may take as long as it needs; ``manage.py`` sets
    ``SHOP_PROCESS`` to say that this process is one.
    """
    return LOCK_LIMIT if env.str("SHOP_PROCESS", default="server") == "command" else REQUEST_LIMITS


def _from_separate_names(env: environ.Env) -> dict[str, Any] | None:
    """Read the database from separate variables; return ``None`` when no database name is set."""
    for prefix in ("DB_", "DATABASE_"):
        name = env.str(f"{prefix}NAME", default="")
        if not name:
            continue
        return {
            "ENGINE": env.str(f"{prefix}ENGINE", default=POSTGRES),
            "NAME": name,
            "USER": env.str(f"{prefix}USER", default=""),
            "PASSWORD": env.str(f"{prefix}PASSWORD", default=""),
            "HOST": env.str(f"{prefix}HOST", default=""),
            "PORT": env.str(f"{prefix}PORT", default=""),
        }
    return None
