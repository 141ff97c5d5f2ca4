"""System checks for mistakes in the settings that Django itself doesn't notice."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from utils.countries import is_country
from utils.money import currencies, exponent
from utils.phones import is_region


@register()
def currencies_are_real(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a currency that is not in ISO 4217: without its number of decimals no price can be rounded."""
    for code in currencies():
        try:
            exponent(code)
        except ValueError as error:
            name = "DEFAULT_CURRENCY" if code == settings.DEFAULT_CURRENCY else "CURRENCIES"
            return [Error(f"{name}: {error}", id="shop.E001")]
    return []


@register()
def phone_region_is_real(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a ``PHONE_REGION`` that the library for telephone numbers doesn't know.

    Without a known region, the library can't read a number that has no country code.
    """
    if not settings.PHONE_REGION or is_region(settings.PHONE_REGION):
        return []
    reason = f"PHONE_REGION: {settings.PHONE_REGION} is not a known country code."
    return [Error(reason, hint="Use two letters, such as KE.", id="shop.E002")]


@register()
def shop_country_is_real(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a ``SHOP_COUNTRY`` that is not a country's code: no shipping zone would ever have an address there."""
    if not settings.SHOP_COUNTRY or is_country(settings.SHOP_COUNTRY):
        return []
    reason = f"SHOP_COUNTRY: {settings.SHOP_COUNTRY} is not a known country code."
    return [Error(reason, hint="Use two letters, such as KE.", id="shop.E003")]


@register()
def mail_has_a_server(**kwargs: Any) -> list[CheckMessage]:
    """Warn when a mail account is set but no mail server, because mail is then printed instead of sent."""
    if settings.EMAIL_HOST or not settings.EMAIL_HOST_USER:
        return []
    reason = "EMAIL_HOST_USER is set, but EMAIL_HOST is not: mail is printed instead of sent."
    return [Warning(reason, hint="Set EMAIL_HOST to your provider's mail server.", id="shop.W001")]
