"""Production, except that mail goes into the worker's log."""

from config.settings.production import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
