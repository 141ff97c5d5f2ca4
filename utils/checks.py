"""System checks for mistakes that Django itself lets pass."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from utils.money import exponent
from utils.phones import is_region


@register()
def default_currency_is_real(**kwargs: Any) -> list[CheckMessage]:
    """A shop whose currency has no exponent could not round a single price."""
    try:
        exponent(settings.DEFAULT_CURRENCY)
    except ValueError as error:
        return [Error(f"DEFAULT_CURRENCY: {error}", id="shop.E001")]
    return []


@register()
def phone_region_is_real(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a region that the library of telephone numbers does not know: it could read none without country code."""
    if not settings.PHONE_REGION or is_region(settings.PHONE_REGION):
        return []
    reason = f"PHONE_REGION: {settings.PHONE_REGION} is no country."
    return [Error(reason, hint="Set two letters, such as KE.", id="shop.E002")]


@register()
def mail_has_a_server(**kwargs: Any) -> list[CheckMessage]:
    """Warn when there is an account for a mail server, but no server: mail is printed then."""
    if settings.EMAIL_HOST or not settings.EMAIL_HOST_USER:
        return []
    reason = "EMAIL_HOST_USER is set, but EMAIL_HOST is not: mail is printed instead of sent."
    return [Warning(reason, hint="Set EMAIL_HOST to your provider's mail server.", id="shop.W001")]
