"""Settings of the embedded default: no configuration and no server to install. Not for the open internet."""

from urllib.parse import urlsplit

from config.settings import dotenv  # noqa: F401 - comes first, because base reads the environment
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    AAMARPAY_SIGNATURE_KEY,
    INSTALLED_APPS,
    MPESA_CONSUMER_KEY,
    SIMPLE_JWT,
    SITE_URL,
    STRIPE_SECRET_KEY,
    VAR_DIR,
    env,
)
from utils.secretfile import secret_from_file

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_from_file(VAR_DIR / "secret_key")
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": secret_from_file(VAR_DIR / "jwt_key")}
# A front end's development server usually runs here.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=["http://localhost:3000"])
# Static files are found where the apps keep them, so that nothing has to be collected first.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# Without an account at any gateway, this process simulates all of them under /simulator/. It does so only on this
# machine, because everybody who can reach the simulator can pay with play money. Its tables always exist, so that
# switching it on or off needs no migration.
INSTALLED_APPS = [*INSTALLED_APPS, "payments.simulator"]
PAYMENT_SIMULATOR = env.bool(
    "PAYMENT_SIMULATOR",
    default=urlsplit(SITE_URL).hostname in {"127.0.0.1", "localhost", "::1"}
    and not (STRIPE_SECRET_KEY or AAMARPAY_SIGNATURE_KEY or MPESA_CONSUMER_KEY),
)
if PAYMENT_SIMULATOR:
    # These credentials are made up and public; only the simulator accepts them.
    STRIPE_SECRET_KEY = "sk_test_simulator"  # noqa: S105
    STRIPE_WEBHOOK_SECRET = "whsec_simulator"  # noqa: S105
    STRIPE_API_BASE = f"{SITE_URL}/simulator/stripe"
    AAMARPAY_STORE_ID = "simulator"
    AAMARPAY_SIGNATURE_KEY = "simulator"
    AAMARPAY_BASE_URL = f"{SITE_URL}/simulator/aamarpay"
    MPESA_CONSUMER_KEY = "simulator"
    MPESA_CONSUMER_SECRET = "simulator"  # noqa: S105
    MPESA_SHORTCODE = "174379"
    MPESA_PASSKEY = "simulator"
    MPESA_INITIATOR = "simulator"
    MPESA_SECURITY_CREDENTIAL = "simulator"
    MPESA_BASE_URL = f"{SITE_URL}/simulator/mpesa"
