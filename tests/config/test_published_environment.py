"""The environment names and ``.env`` files that the storefront documents 001, 003 and 004 print are all understood."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.config.test_settings import ROOT, checkout, load, value
from tests.support.server import free_port

__all__ = ["checkout"]

# Document 003's template, word for word.
DOTENV_003 = """\
SECRET_KEY=your-secret-key
DEBUG=True
EMAIL_HOST_USER=your-email@gmail.com
EMAIL_HOST_PASSWORD=your-app-password
DB_ENGINE=django.db.backends.sqlite3
DB_NAME=db.sqlite3
DB_USER=
DB_PASSWORD=
DB_HOST=
DB_PORT=
"""
# Document 004's.
DOTENV_004 = """\
SECRET_KEY=your-super-secret-key-here
DEBUG=True
ALLOWED_HOSTS=localhost,127.0.0.1

DB_NAME=ecommerce_db
DB_USER=postgres
DB_PASSWORD=your_password
DB_HOST=localhost
DB_PORT=5432

REDIS_URL=redis://127.0.0.1:6379/1
"""
POSTGRES = "django.db.backends.postgresql"
S3 = {"AWS_STORAGE_BUCKET_NAME": "files"}
# Name, its value, what the settings make of it, and what else has to be set.
NAMES = [
    ("SECRET_KEY", "your-secret-key", "s.SECRET_KEY", "your-secret-key", {}),
    ("DEBUG", "True", "s.DEBUG", True, {}),
    ("DEBUG", "False", "s.DEBUG", False, {}),
    ("ALLOWED_HOSTS", "a.example,b.example", "s.ALLOWED_HOSTS", ["a.example", "b.example"], {}),
    ("AWS_STORAGE_BUCKET_NAME", "files", "s.STORAGES['default']['OPTIONS']['bucket_name']", "files", {}),
    ("AWS_ACCESS_KEY_ID", "AKIA", "s.STORAGES['default']['OPTIONS']['access_key']", "AKIA", S3),
    ("AWS_SECRET_ACCESS_KEY", "hush", "s.STORAGES['default']['OPTIONS']['secret_key']", "hush", S3),
    ("AWS_S3_REGION_NAME", "eu-west-1", "s.STORAGES['default']['OPTIONS']['region_name']", "eu-west-1", S3),
    ("STRIPE_WEBHOOK_SECRET", "whsec_1", "s.STRIPE_WEBHOOK_SECRET", "whsec_1", {"STRIPE_SECRET_KEY": "sk_test_1"}),
    ("EMAIL_HOST", "mail.example", "[s.EMAIL_HOST, s.EMAIL_BACKEND.split('.')[-2]]", ["mail.example", "smtp"], {}),
    (
        "EMAIL_HOST_USER",
        "me@gmail.com",
        "[s.EMAIL_HOST, s.EMAIL_BACKEND.split('.')[-2]]",
        ["smtp.gmail.com", "smtp"],
        {},
    ),
    ("EMAIL_HOST_USER", "me@gmail.com", "s.EMAIL_HOST", "mail.example", {"EMAIL_HOST": "mail.example"}),
    ("EMAIL_HOST_USER", "me@own.example", "[s.EMAIL_HOST, s.EMAIL_BACKEND.split('.')[-2]]", ["", "console"], {}),
    ("EMAIL_HOST_USER", "me", "s.EMAIL_HOST_USER", "me", {}),
    ("EMAIL_HOST_PASSWORD", "hush", "s.EMAIL_HOST_PASSWORD", "hush", {}),
    ("EMAIL_PORT", "465", "s.EMAIL_PORT", 465, {}),
    ("EMAIL_USE_TLS", "False", "s.EMAIL_USE_TLS", False, {}),
    ("EMAIL_USE_SSL", "True", "[s.EMAIL_USE_SSL, s.EMAIL_USE_TLS]", [True, False], {}),
    *(
        (f"{prefix}_{name}", "5433", f"s.DATABASES['default']['{name}']", "5433", {f"{prefix}_NAME": "shop"})
        for prefix in ("DB", "DATABASE")
        for name in ("USER", "PASSWORD", "HOST", "PORT")
    ),
    *(
        (
            f"{prefix}_NAME",
            "shop",
            "[s.DATABASES['default'][name] for name in ('ENGINE', 'NAME')]",
            [POSTGRES, "shop"],
            {},
        )
        for prefix in ("DB", "DATABASE")
    ),
    ("DB_ENGINE", "django.db.backends.sqlite3", "s.DATABASES['default']['ENGINE'][-7:]", "sqlite3", {"DB_NAME": "a"}),
    ("REDIS_URL", "redis://127.0.0.1:6379/1", "s.CACHES['default']['LOCATION']", "redis://127.0.0.1:6379/1", {}),
]


@pytest.mark.parametrize(
    ("name", "given", "expression", "expected", "others"), NAMES, ids=[f"{row[0]}={row[1]}" for row in NAMES]
)
def test_name(checkout: Path, name: str, given: str, expression: str, expected: object, others: dict[str, str]) -> None:
    assert value(checkout, "local", expression, **others, **{name: given}) == expected


@pytest.mark.parametrize(
    "environment",
    [
        {"DB_ENGINE": "django.db.backends.mysql", "DB_NAME": "shop"},
        {"DATABASE_ENGINE": "django.db.backends.oracle", "DATABASE_NAME": "shop"},
        {"DATABASE_URL": "mysql://root@127.0.0.1:3306/shop"},
    ],
)
def test_another_database_is_refused_with_what_is_supported(checkout: Path, environment: dict[str, str]) -> None:
    result = load(checkout, "local", **environment)
    assert result.returncode == 1
    assert "is not supported. Use django.db.backends.postgresql" in result.stderr


def test_names_come_from_dotenv_too(checkout: Path) -> None:
    (checkout / ".env").write_text(DOTENV_004)
    database = "{name: s.DATABASES['default'][name] for name in ('ENGINE', 'NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')}"
    assert value(checkout, "local", f"[{database}, s.ALLOWED_HOSTS, s.DEBUG, s.REDIS_URL]") == [
        {
            "ENGINE": POSTGRES,
            "NAME": "ecommerce_db",
            "USER": "postgres",
            "PASSWORD": "your_password",
            "HOST": "localhost",
            "PORT": "5432",
        },
        ["localhost", "127.0.0.1"],
        True,
        "redis://127.0.0.1:6379/1",
    ]


class TestDocument003:
    """Its steps: this ``.env``, ``migrate``, ``runserver``."""

    @pytest.fixture
    def shop(self, tmp_path: Path) -> Path:
        private = shutil.ignore_patterns(".*", "var", "tests", "docs", "__pycache__")
        shutil.copytree(ROOT, tmp_path / "shop", ignore=private)
        (tmp_path / "shop" / ".env").write_text(DOTENV_003)
        return tmp_path / "shop"

    def test_its_steps_lead_to_a_running_shop(self, shop: Path) -> None:
        environment = {"PATH": os.environ["PATH"]}
        manage = [sys.executable, "manage.py"]
        migrated = subprocess.run(
            [*manage, "migrate"], cwd=shop, env=environment, capture_output=True, text=True, timeout=180
        )
        assert migrated.returncode == 0, migrated.stderr
        assert (shop / "db.sqlite3").stat().st_size > 0
        port = free_port()
        with running([*manage, "runserver", "--noreload", f"127.0.0.1:{port}"], shop, environment):
            assert status(f"http://127.0.0.1:{port}/api/v1/health/") == 200
            assert status(f"http://127.0.0.1:{port}/api/v1/products/") == 200


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def status(address: str, seconds: float = 60) -> int:
    """Return the status of the first answer; a server that is still starting is asked again."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
