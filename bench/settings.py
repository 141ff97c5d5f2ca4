"""Production, except that mail goes into the worker's log."""

import os

from config.settings.production import *  # noqa: F403

# The stand-in of `bench webhooks`, which production itself would refuse: plain http, and a test key.
STRIPE_SECRET_KEY = "sk_test_made_up"  # noqa: S105
STRIPE_API_BASE = os.environ.get("BENCH_STRIPE", "https://api.stripe.com")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
