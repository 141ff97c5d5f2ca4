"""System checks for mistakes that Django itself lets pass."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from utils.money import exponent


@register()
def default_currency_is_real(**kwargs: Any) -> list[CheckMessage]:
    """A shop whose currency has no exponent could not round a single price."""
    try:
        exponent(settings.DEFAULT_CURRENCY)
    except ValueError as error:
        return [Error(f"DEFAULT_CURRENCY: {error}", id="shop.E001")]
    return []


@register()
def mail_has_a_server(**kwargs: Any) -> list[CheckMessage]:
    """Warn when there is an account for a mail server, but no server: mail is printed then."""
    if settings.EMAIL_HOST or not settings.EMAIL_HOST_USER:
        return []
    reason = "EMAIL_HOST_USER is set, but EMAIL_HOST is not: mail is printed instead of sent."
    return [Warning(reason, hint="Set EMAIL_HOST to your provider's mail server.", id="shop.W001")]
