"""URL schemes of mobile apps, such as ``myshop`` in ``myshop://paid``."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# Schemes of the web, and schemes that run code, read files or open any app on a phone.
_FORBIDDEN_SCHEMES = frozenset(
    [
        "about",
        "blob",
        "chrome",
        "content",
        "data",
        "file",
        "filesystem",
        "ftp",
        "http",
        "https",
        "intent",
        "jar",
        "javascript",
        "mailto",
        "res",
        "resource",
        "sms",
        "tel",
        "vbscript",
        "view-source",
        "ws",
        "wss",
    ]
)


def app_url_schemes(env: environ.Env) -> list[str]:
    """Return ``APP_URL_SCHEMES`` in lower case.

    Raise ``ImproperlyConfigured`` for a scheme that can't be an app's own.
    """
    listed: list[str] = env.list("APP_URL_SCHEMES", default=[])
    schemes = [name.strip().lower() for name in listed]
    for name in schemes:
        if not _SCHEME.fullmatch(name) or name in _FORBIDDEN_SCHEMES:
            raise ImproperlyConfigured(f"APP_URL_SCHEMES: {name} is not the scheme of an app, such as myshop.")
    return schemes
