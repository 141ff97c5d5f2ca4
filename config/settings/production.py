"""Settings for production. The shop starts only when no insecure value is set; see ``refuse``."""

import re

from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from config.settings import dotenv  # noqa: F401 - comes first, because base reads the environment
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    AAMARPAY_BASE_URL,
    ALLOWED_HOSTS,
    CORS_ALLOWED_ORIGINS,
    CSRF_TRUSTED_ORIGINS,
    DATABASES,
    EMAIL_HOST,
    FRONTEND_URL,
    INSTALLED_APPS,
    LOGGING,
    MPESA_BASE_URL,
    MPESA_C2B_TOKEN,
    MPESA_INITIATOR,
    MPESA_SECURITY_CREDENTIAL,
    ON_POSTGRES,
    REDIS_URL,
    SIMPLE_JWT,
    SITE_URL,
    STATIC_IN_BUCKET,
    STORAGES,
    STRIPE_API_BASE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    env,
)


def refuse(reason: str) -> None:
    """Stop the start of the shop: raise ``ImproperlyConfigured`` with the reason."""
    raise ImproperlyConfigured(f"Refusing to start in production: {reason}.")


DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50:
    refuse("SECRET_KEY is missing or shorter than 50 characters")
if len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("django-insecure-"):
    refuse("SECRET_KEY is not random")
if env.bool("DEBUG", default=False):
    refuse("DEBUG is on")
if not env.list("ALLOWED_HOSTS", default=[]) or "*" in ALLOWED_HOSTS:
    refuse("ALLOWED_HOSTS must list the shop's host names, without *")
if not SITE_URL.startswith("https://"):
    refuse("SITE_URL must be the shop's https URL: mail and payment pages lead there")
if not FRONTEND_URL.startswith("https://"):
    refuse("FRONTEND_URL must be an https URL: links for a new password lead there")
if any(not origin.startswith("https://") for origin in CORS_ALLOWED_ORIGINS):
    refuse("CORS_ALLOWED_ORIGINS must be https origins, each named in full")
if any(not origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS):
    refuse("CSRF_TRUSTED_ORIGINS must be https origins")
if not ON_POSTGRES:
    refuse("DATABASE_URL must be a PostgreSQL URL")
if not REDIS_URL:
    refuse("REDIS_URL is missing: several processes need a shared cache and channel layer")
if not EMAIL_HOST:
    refuse("EMAIL_HOST is missing: customers' mail would be printed into the log")
if STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")):
    refuse("STRIPE_SECRET_KEY is a test key: anybody could buy real products with a test card")
if STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRET:
    refuse("STRIPE_WEBHOOK_SECRET is missing: without it, anybody could send forged webhooks")
if bool(MPESA_INITIATOR) != bool(MPESA_SECURITY_CREDENTIAL):
    refuse("MPESA_INITIATOR and MPESA_SECURITY_CREDENTIAL must be set together")
if MPESA_C2B_TOKEN and not re.fullmatch(r"[A-Za-z0-9_-]{32,}", MPESA_C2B_TOKEN):
    refuse("MPESA_C2B_TOKEN must be at least 32 letters, digits, - and _: nothing else guards its URLs")
for name, url in (
    ("STRIPE_API_BASE", STRIPE_API_BASE),
    ("AAMARPAY_BASE_URL", AAMARPAY_BASE_URL),
    ("MPESA_BASE_URL", MPESA_BASE_URL),
):
    if not url.startswith("https://") or "sandbox" in url:
        refuse(f"{name} must be the gateway's real https URL, not its sandbox")
if env.bool("PAYMENT_SIMULATOR", default=False):
    refuse("PAYMENT_SIMULATOR is on: anybody could pay with play money")
PAYMENT_SIMULATOR = False

# Tokens are signed with a key of their own, so that a leaked key doesn't reveal the other one.
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": f"jwt:{SECRET_KEY}"}

# Only runserver needs it. It would take a fifth of a web process's memory.
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "daphne"]
DATABASES["default"]["ENGINE"] = "utils.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
EVENT_DELIVERY = "worker"
LOGGING["handlers"]["console"]["class"] = "utils.logs.BackgroundHandler"
if not STATIC_IN_BUCKET:
    STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
# Source maps of the documentation's scripts are not compressed: only debuggers read them, and compressing them would
# take two minutes of every deployment.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^api/v1/health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
if SECURE_HSTS_SECONDS < 1:
    refuse("SECURE_HSTS_SECONDS must be 1 or more")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
