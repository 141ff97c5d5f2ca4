"""Settings that all ways of running the shop share; ``.env.example`` lists the environment variables."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from config.settings.api import *  # noqa: F403
from config.settings.apps import app_url_schemes
from config.settings.cache import *  # noqa: F403
from config.settings.database import POSTGRES, database_config
from config.settings.mail import mail_host
from config.settings.payments import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

DEBUG = False
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
FRONTEND_URL = env.str("FRONTEND_URL", default=SITE_URL).rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
# Schemes of apps that a payment may lead back to, besides the origins above.
APP_URL_SCHEMES = app_url_schemes(env)
CSRF_FAILURE_VIEW = "utils.api.problems.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "daphne",  # first, so that runserver speaks ASGI
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "django_filters",
    "drf_yasg",
    "rest_framework",
    "treebeard",
    "utils",
    "accounts",
    "catalog",
    "inventory",
    "cart",
    "shipping",
    "orders",
    "payments",
    "notifications",
    "storefronts",
    "storefronts.window",
    "exchange",
    "demo",
]

MIDDLEWARE = [
    "utils.api.middleware.RequestIDMiddleware",
    "utils.api.middleware.RequestLogMiddleware",
    "utils.api.middleware.TimeZoneMiddleware",
    "utils.api.middleware.NoStoreMiddleware",
    "utils.api.middleware.RateLimitMiddleware",
    "utils.api.answers.middleware.KeptAnswersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "utils.api.middleware.CrossOriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AuditMiddleware",
    "utils.api.middleware.AdminMessageMiddleware",
    "utils.api.unavailable.UnavailableMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "utils.pages.PagePolicyMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database_config(env, default_path=VAR_DIR / "shop.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ON_POSTGRES = DATABASES["default"]["ENGINE"] == POSTGRES

# Jobs are rows of the same database, written in the transaction that enqueues them (utils.jobs).
JOBS_BACKEND = "procrastinate" if ON_POSTGRES else "database"
if ON_POSTGRES:
    INSTALLED_APPS += ["django.contrib.postgres", "procrastinate.contrib.django"]
    PROCRASTINATE_ON_APP_READY = "utils.postgres_jobs.register"
# "inline": the process that commits an event also delivers it. "worker": ``manage.py worker`` delivers it.
EVENT_DELIVERY = "inline"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrEmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
# A sign-in with a cookie ends after half a day, even if it is in use (ASVS 5.0, 7.3.2).
SESSION_COOKIE_AGE = 12 * 60 * 60
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ALGORITHM": "HS256",
    "CHECK_REVOKE_TOKEN": True,
    "UPDATE_LAST_LOGIN": False,
}

LANGUAGE_CODE = "en"
# The time zone of the admin, reports and mail. The API uses UTC (TimeZoneMiddleware).
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
MEDIA_URL = "media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", default="")
if AWS_STORAGE_BUCKET_NAME:
    _BUCKET = {
        "bucket_name": AWS_STORAGE_BUCKET_NAME,
        "access_key": env.str("AWS_ACCESS_KEY_ID", default=None),
        "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default=None),
        "region_name": env.str("AWS_S3_REGION_NAME", default=None),
        "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", default=None),
        "signature_version": "s3v4",
        "querystring_auth": False,
    }
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_BUCKET, "file_overwrite": False}}
# Whether collectstatic puts static files into the bucket, under static/. Otherwise the shop serves them itself.
STATIC_IN_BUCKET = env.bool("STATIC_IN_BUCKET", default=False)
if STATIC_IN_BUCKET:
    if not AWS_STORAGE_BUCKET_NAME:
        raise ImproperlyConfigured("STATIC_IN_BUCKET needs AWS_STORAGE_BUCKET_NAME.")
    STORAGES["staticfiles"] = {
        "BACKEND": "storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {**_BUCKET, "location": "static"},
    }

# What the shop's own pages may load (utils.pages adds the bucket). Pictures of imported catalogues may be at any URL.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],  # ReDoc writes its styles into the page
        "img-src": ["'self'", "data:", "https:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

EMAIL_HOST = mail_host(env)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")

DEFAULT_CURRENCY = env.str("DEFAULT_CURRENCY", default="USD").upper()
# The shop's own place: an address that names no country is in this country (ISO 3166-1 alpha-2) and region. Without a
# country here, such orders have no taxes, and only shipping rates without a zone.
SHOP_COUNTRY = env.str("SHOP_COUNTRY", default="").upper()
SHOP_REGION = env.str("SHOP_REGION", default="")
# Whether the prices of products and shipping have tax in them, or tax is added to them.
PRICES_INCLUDE_TAX = env.bool("PRICES_INCLUDE_TAX", default=True)
# The currencies that customers may choose from. DEFAULT_CURRENCY is always among them, as the first.
CURRENCIES = [code.strip().upper() for code in env.list("CURRENCIES", default=[])]
# The country whose telephone numbers need no country code. If empty, that of DEFAULT_CURRENCY (utils.phones).
PHONE_REGION = env.str("PHONE_REGION", default="").upper()
# The storefronts that are served, by the names of their packages in storefronts/.
STOREFRONTS = env.list(
    "STOREFRONTS", default=["aamarpay_shop", "stripe_shop", "omache", "modular_shop", "realtime_shop"]
)
# For how long an order's stock is reserved while it waits for a payment through a gateway.
RESERVATION_MINUTES = env.int("RESERVATION_MINUTES", default=30)
# How many unpaid orders a customer may have at a time, and how many pieces these may reserve. Customers whose mailbox
# is not proven get a fifth. THROTTLE_RATE_SCALE multiplies both.
MAX_UNPAID_ORDERS = env.int("MAX_UNPAID_ORDERS", default=50)
MAX_UNPAID_PIECES = env.int("MAX_UNPAID_PIECES", default=1000)
# Who may sell. ``open``: every customer, at once. ``moderated``: every customer, but products wait for staff.
# ``closed``: only accounts that staff have made sellers.
SELLERS = env.str("SELLERS", default="moderated")
if SELLERS not in {"open", "moderated", "closed"}:
    raise ImproperlyConfigured("SELLERS must be open, moderated or closed.")
# For how many seconds a CDN may send guests' answers again without asking the shop.
CACHE_SECONDS = env.int("CACHE_SECONDS", default=0)
if CACHE_SECONDS < 0:
    raise ImproperlyConfigured("CACHE_SECONDS must be 0 or more.")
LOW_STOCK_THRESHOLD = env.int("LOW_STOCK_THRESHOLD", default=10)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "utils.api.middleware.RequestIDFilter"},
        "secret_paths": {"()": "utils.api.logs.SecretPathFilter"},
        "secret_connections": {"()": "utils.api.logs.SecretConnectionFilter"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"filters": ["secret_paths"]},
        "django.security.csrf": {"filters": ["secret_paths"]},
        # Silences runserver's own lines about requests, which show URLs in full.
        "django.channels.server": {"level": "CRITICAL"},
        "daphne.server": {"filters": ["secret_connections"]},
        "procrastinate": {"level": "WARNING"},
    },
}
