"""The shop as ``scripts/run`` starts it: one process with SQLite, in the test's folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import ROOT, daphne, free_port, running

# The shop uses its own SQLite file, whatever database the tests use. So one of the two runs of CI is enough.
on_the_embedded_default = pytest.mark.skipif(
    "postgresql" in os.environ.get("DATABASE_URL", ""), reason="runs on its own SQLite, so with the embedded default"
)
BUYER = """
from decimal import Decimal
from accounts.models import User
from inventory.products import product_create
buyer = User.objects.create_user("buyer", "buyer@example.com", "a long password 77")
product_create(name="Lamp", price=Decimal("150"), stock=5, actor=buyer, status="active")
"""


@contextmanager
def embedded_shop(folder: Path, *, code: str = BUYER, **environment: str) -> Iterator[str]:
    """Start the shop and yield its URL.

    ``manage.py shell`` runs ``code`` before the start. ``environment`` holds settings, as ``.env`` does.
    """
    port = free_port()
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
        "REDIS_URL": "",
        "MEDIA_ROOT": str(folder / "media"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        **environment,
    }
    for command in (["migrate", "--verbosity", "0"], ["shell", "--verbosity", "0", "--command", code]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, **variables}, check=True)
    with running(daphne(port), port, **variables) as address:
        yield address
