"""The suite has a database of its own: the shop's is out of reach."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOO_EARLY = """
import django
django.setup()
from tests.conftest import pytest_configure
pytest_configure()
from django.db import connection
connection.ensure_connection()
"""


def test_a_test_that_asked_for_no_database_finds_none() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    ended = subprocess.run(
        [sys.executable, "-c", TOO_EARLY], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode != 0
    assert "OperationalError" in ended.stderr
