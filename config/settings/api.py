"""Settings of the API: Django REST Framework, its throttles, its documents, and the headers that browsers may use."""

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

REST_FRAMEWORK = {
    "DEFAULT_METADATA_CLASS": "utils.api.metadata.Metadata",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.SessionJWTAuthentication",
        "accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["utils.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "utils.api.parsers.StrictJSONParser",
        "utils.api.parsers.StrictFormParser",
        "utils.api.parsers.StrictMultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "utils.api.pagination.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": ["utils.api.filters.StrictFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["utils.api.throttles.RequestThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "utils.api.negotiation.ContentNegotiation",
    "EXCEPTION_HANDLER": "utils.api.problems.exception_handler",
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Multiplies the rates of utils.api.throttles, but never the limits that guard passwords and codes.
THROTTLE_RATE_SCALE = env.float("THROTTLE_RATE_SCALE", default=1.0)
if not 0 < THROTTLE_RATE_SCALE < float("inf"):
    raise ImproperlyConfigured("THROTTLE_RATE_SCALE must be a number above 0.")

# Who may read Swagger UI, ReDoc and /swagger.json: "public" or "staff".
API_DOCS = env.str("API_DOCS", default="public")
if API_DOCS not in {"public", "staff"}:
    raise ImproperlyConfigured("API_DOCS must be public or staff.")
SWAGGER_USE_COMPAT_RENDERERS = False
SWAGGER_SETTINGS = {
    "DEFAULT_INFO": "config.openapi.INFO",
    "DEFAULT_AUTO_SCHEMA_CLASS": "config.openapi.GroupedAutoSchema",
    "USE_SESSION_AUTH": False,
    "PERSIST_AUTH": True,
    "SECURITY_DEFINITIONS": {
        "Bearer": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Bearer <access token>`, from POST /api/v1/auth/token/",
        }
    },
}

CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "x-cart-token",
    "x-csrftoken",
    "x-currency",
    "x-order-token",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
    "X-Total-Count",
]
