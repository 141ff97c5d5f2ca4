"""Read which apps open addresses of their own, such as ``myshop://paid``."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# The web's own, and what runs code, reads files or opens any app of a phone.
_OF_NO_APP = frozenset(
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
    """Return ``APP_URL_SCHEMES`` in small letters. Raises ``ImproperlyConfigured`` for one that is no app's own."""
    listed: list[str] = env.list("APP_URL_SCHEMES", default=[])
    schemes = [name.strip().lower() for name in listed]
    for name in schemes:
        if not _SCHEME.fullmatch(name) or name in _OF_NO_APP:
            raise ImproperlyConfigured(f"APP_URL_SCHEMES: {name} is no app's own scheme, such as myshop.")
    return schemes
