"""Settings of the test suite: the embedded default, or PostgreSQL and Redis if the environment names them."""

import os
import tempfile
from pathlib import Path

# The suite empties its cache, and with it the whole Redis database, so each test worker has a database of its own.
if os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ:
    server, _, database = os.environ["REDIS_URL"].rpartition("/")
    worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{server}/{(int(database) + 1 + worker) % 16}"

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, INSTALLED_APPS, ON_POSTGRES, SIMPLE_JWT, env
from config.settings.database import SQLITE_OPTIONS

SECRET_KEY = "only for tests, never for a server: 0123456789abcdef0123"
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": "only for tests, never for a server: 0123456789abcdef4567"}
FAILPOINT = os.environ.get("FAILPOINT", "")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Only for this process, so that several runs don't disturb each other.
SCRATCH = Path(tempfile.gettempdir()) / f"shop-test-{os.getpid()}"
MEDIA_ROOT = str(SCRATCH / "media")
# On SQLite this is a file, because the live-server tests use the same database from another process.
DATABASES["default"]["TEST"] = {"NAME": f"test_{DATABASES['default']['NAME']}" if ON_POSTGRES else f"{SCRATCH}.sqlite3"}
# A test database need not survive a power cut, so a commit does not wait for the disk.
if ON_POSTGRES:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
    # A test is one transaction, in which each statement stands for a transaction of its own (utils.triggers).
    DATABASES["default"]["OPTIONS"]["options"] += " -c revision.each_statement=on"
else:
    DATABASES["default"]["OPTIONS"] = {
        **SQLITE_OPTIONS,
        "init_command": f"{SQLITE_OPTIONS['init_command']} PRAGMA synchronous=OFF;",
    }
# The suite sends thousands of requests from one IP address.
THROTTLE_RATE_SCALE = env.float("THROTTLE_RATE_SCALE", default=1_000_000)
# Static files are found where the apps keep them, because nothing has been collected.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# The simulator's tables exist, but not its URLs: a test that needs them sets a URLconf of its own.
INSTALLED_APPS = [*INSTALLED_APPS, "payments.simulator"]
PAYMENT_SIMULATOR = False
