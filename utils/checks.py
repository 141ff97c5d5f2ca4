"""System checks for mistakes that Django itself lets pass."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from utils.money import exponent


@register()
def default_currency_is_real(**kwargs: Any) -> list[CheckMessage]:
    """A shop whose currency has no exponent could not round a single price."""
    try:
        exponent(settings.DEFAULT_CURRENCY)
    except ValueError as error:
        return [Error(f"DEFAULT_CURRENCY: {error}", id="shop.E001")]
    return []
