"""What each settings module reads, refuses and sets, each in a process and a checkout of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "0123456789" * 6,
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "DATABASE_URL": "postgresql://shop@127.0.0.1:5432/shop",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_HOST": "mail.example",
}
DOTENV = "REDIS_URL=redis://127.0.0.1:6379/7\nDEFAULT_CURRENCY=EUR\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy the parts that settings need, without the developer's ``.env`` and ``var``."""
    for package in ("config", "utils"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def load(checkout: Path, module: str, expression: str = "None", **environment: str) -> subprocess.CompletedProcess[str]:
    """Import ``config.settings.<module>`` as ``s``; standard output is ``expression`` as JSON."""
    code = f"import json, config.settings.{module} as s; print(json.dumps({expression}))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def value(checkout: Path, module: str, expression: str, **environment: str) -> object:
    result = load(checkout, module, expression, **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "0123456789" * 4 + "012345678"}, "SECRET_KEY"),
        ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "0123456789" * 5}, "SECRET_KEY"),
        ({"SITE_URL": ""}, "SITE_URL"),
        ({"SITE_URL": "http://shop.example"}, "SITE_URL"),
        ({"FRONTEND_URL": "http://front.example"}, "FRONTEND_URL"),
        ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example,http://b.example"}, "CORS_ALLOWED_ORIGINS"),
        ({"CSRF_TRUSTED_ORIGINS": "http://a.example"}, "CSRF_TRUSTED_ORIGINS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "shop.example,*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////srv/shop.sqlite3"}, "DATABASE_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"EMAIL_HOST": ""}, "EMAIL_HOST"),
        ({"SECURE_HSTS_SECONDS": "0"}, "SECURE_HSTS_SECONDS"),
        ({"PAYMENT_SIMULATOR": "1"}, "PAYMENT_SIMULATOR"),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "STRIPE_SECRET_KEY"),
        ({"MPESA_BASE_URL": "https://sandbox.safaricom.co.ke"}, "MPESA_BASE_URL"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:4022"}, "STRIPE_API_BASE"),
        ({"AAMARPAY_BASE_URL": "http://secure.example"}, "AAMARPAY_BASE_URL"),
        ({"MPESA_BASE_URL": "http://api.example"}, "MPESA_BASE_URL"),
        ({"MPESA_INITIATOR": "shop"}, "MPESA_INITIATOR"),
        ({"MPESA_SECURITY_CREDENTIAL": "x"}, "MPESA_INITIATOR"),
        ({"MPESA_C2B_TOKEN": "x" * 31}, "MPESA_C2B_TOKEN"),
        ({"MPESA_C2B_TOKEN": "x" * 31 + "/"}, "MPESA_C2B_TOKEN"),
    ],
)
def test_production_refuses(checkout: Path, change: dict[str, str], reason: str) -> None:
    result = load(checkout, "production", **(GOOD | change))
    assert result.returncode == 1
    assert f"ImproperlyConfigured: Refusing to start in production: {reason} " in result.stderr


def test_production_starts_with_what_it_needs(checkout: Path) -> None:
    expression = "[s.DEBUG, s.CORS_ALLOWED_ORIGINS, s.EMAIL_BACKEND, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT]"
    assert value(checkout, "production", expression, **GOOD) == [
        False,
        [],
        "django.core.mail.backends.smtp.EmailBackend",
        31_536_000,
        True,
    ]


def test_local_and_production_read_dotenv(checkout: Path) -> None:
    (checkout / ".env").write_text(DOTENV)
    assert value(checkout, "local", "[s.REDIS_URL, s.DEFAULT_CURRENCY]") == ["redis://127.0.0.1:6379/7", "EUR"]
    expression = "[s.REDIS_URL, s.DEFAULT_CURRENCY]"
    assert value(checkout, "production", expression, **GOOD) == [GOOD["REDIS_URL"], "EUR"]


BUCKET = {"AWS_STORAGE_BUCKET_NAME": "files"}


@pytest.mark.parametrize("module", ["local", "production"])
def test_static_files_go_to_the_bucket_when_asked(checkout: Path, module: str) -> None:
    expression = "[s.STORAGES[name]['BACKEND'].split('.')[-1] for name in ('default', 'staticfiles')]"
    in_bucket = value(checkout, module, expression, **GOOD, **BUCKET, STATIC_IN_BUCKET="True")
    assert in_bucket == ["S3Storage", "S3ManifestStaticStorage"]
    own = {"local": "StaticFilesStorage", "production": "CompressedManifestStaticFilesStorage"}[module]
    assert value(checkout, module, expression, **GOOD, **BUCKET) == ["S3Storage", own]


NOT_OF_APPS = ["javascript", "JavaScript", "data", "file", "vbscript", "http", "https", "blob", "intent", "content"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"STATIC_IN_BUCKET": "True"}, "STATIC_IN_BUCKET needs AWS_STORAGE_BUCKET_NAME"),
        ({"API_DOCS": "everybody"}, "API_DOCS must be public or staff"),
        ({"CACHE_SECONDS": "-1"}, "CACHE_SECONDS must be 0 or more"),
        *(({"APP_URL_SCHEMES": f"myshop, {name}"}, f"APP_URL_SCHEMES: {name.lower()} is") for name in NOT_OF_APPS),
        *(({"APP_URL_SCHEMES": name}, "APP_URL_SCHEMES") for name in ("myshop://", "my shop", "1shop", "*", "größe")),
    ],
)
def test_settings_that_make_no_sense_are_refused(checkout: Path, change: dict[str, str], reason: str) -> None:
    result = load(checkout, "local", **change)
    assert result.returncode == 1
    assert reason in result.stderr


@pytest.mark.parametrize(("listed", "found"), [("", []), ("MyShop, com.example.shop", ["myshop", "com.example.shop"])])
def test_apps_are_listed_by_their_schemes(checkout: Path, listed: str, found: list[str]) -> None:
    assert value(checkout, "production", "s.APP_URL_SCHEMES", **GOOD, APP_URL_SCHEMES=listed) == found


def test_tests_do_not_read_dotenv(checkout: Path) -> None:
    (checkout / ".env").write_text(DOTENV)
    expression = "[s.REDIS_URL, s.DEFAULT_CURRENCY, s.CACHES['default']['BACKEND']]"
    assert value(checkout, "test", expression) == ["", "USD", "django.core.cache.backends.locmem.LocMemCache"]


@pytest.mark.parametrize(("environment", "limited"), [({}, True), ({"SHOP_PROCESS": "command"}, False)])
def test_only_a_server_ends_long_statements(checkout: Path, environment: dict[str, str], limited: bool) -> None:
    options = value(checkout, "production", "s.DATABASES['default']['OPTIONS']['options']", **GOOD, **environment)
    assert isinstance(options, str)
    assert "lock_timeout=3000" in options
    assert ("statement_timeout" in options) is limited
    assert ("idle_in_transaction_session_timeout" in options) is limited
