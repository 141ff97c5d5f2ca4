"""Settings of the benchmark: those of production, but mail goes to the worker's log, and there is an empty view."""

import os

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
# For the Stripe stand-in of `bench webhooks`. Production itself refuses plain http and a test key.
STRIPE_SECRET_KEY = "sk_test_made_up"  # noqa: S105
STRIPE_API_BASE = os.environ.get("BENCH_STRIPE", "https://api.stripe.com")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
