"""Settings of the gateways: the shop's credentials, and where each gateway's API is."""

import environ

env = environ.Env()

STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_PUBLISHABLE_KEY = env.str("STRIPE_PUBLISHABLE_KEY", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/")
AAMARPAY_STORE_ID = env.str("AAMARPAY_STORE_ID", default="")
AAMARPAY_SIGNATURE_KEY = env.str("AAMARPAY_SIGNATURE_KEY", default="")
AAMARPAY_BASE_URL = env.str("AAMARPAY_BASE_URL", default="https://secure.aamarpay.com").rstrip("/")
MPESA_CONSUMER_KEY = env.str("MPESA_CONSUMER_KEY", default="")
MPESA_CONSUMER_SECRET = env.str("MPESA_CONSUMER_SECRET", default="")
MPESA_SHORTCODE = env.str("MPESA_SHORTCODE", default="")
MPESA_PASSKEY = env.str("MPESA_PASSKEY", default="")
MPESA_INITIATOR = env.str("MPESA_INITIATOR", default="")
MPESA_SECURITY_CREDENTIAL = env.str("MPESA_SECURITY_CREDENTIAL", default="")
# A part of the URL at which M-Pesa reports payments to the pay bill. Without a token there is no such URL.
MPESA_C2B_TOKEN = env.str("MPESA_C2B_TOKEN", default="")
MPESA_BASE_URL = env.str("MPESA_BASE_URL", default="https://api.safaricom.co.ke").rstrip("/")
