"""Amounts of money: each is a ``Decimal`` together with an ISO 4217 currency code."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import DecimalField, F, Q, Value
from django.db.models.expressions import CombinedExpression
from moneyed import CurrencyDoesNotExist, get_currency

from utils.errors import UnknownCurrency

# 15 digits, three of them decimals, because the Gulf dinars have three.
MAX_DIGITS = 15
DECIMAL_PLACES = 3
# The first amount that a column can't hold.
TOO_MUCH = Decimal(10) ** (MAX_DIGITS - DECIMAL_PLACES)


@cache
def exponent(currency: str) -> int:
    """Return how many decimals ``currency`` has: 2 for USD, 0 for JPY, 3 for KWD.

    Raise ``ValueError`` for a code that is not in ISO 4217.
    """
    try:
        sub_unit = get_currency(currency).sub_unit
    except CurrencyDoesNotExist as error:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code.") from error
    return len(str(sub_unit)) - 1


def smallest_unit(currency: str) -> Decimal:
    """Return the smallest amount of ``currency``: 0.01 for USD, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-exponent(currency))


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Round ``amount`` half up to the smallest unit of ``currency``."""
    return amount.quantize(smallest_unit(currency), rounding=ROUND_HALF_UP)


def display(amount: Decimal, currency: str) -> str:
    """Format ``amount`` as the API writes it: a decimal string with as many decimals as ``currency`` has."""
    return str(quantize(amount, currency))


def amount_field(**kwargs: Any) -> DecimalField:
    """Make a model field that holds an amount in any currency."""
    return DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, **kwargs)


def plain_number(number: Decimal) -> str:
    """Write a number that is no amount, such as a percentage, without needless zeros: 19 for 19.0000."""
    return f"{number.normalize():f}"


def adds_up(field: str, expression: F | CombinedExpression) -> Q:
    """Build the condition of a database constraint: the amount in column ``field`` must equal ``expression``.

    SQLite computes amounts as binary fractions, so amounts count as equal when they differ by less than half of the
    smallest unit that any currency has.
    """
    half_unit = Value(Decimal(5).scaleb(-DECIMAL_PLACES - 1))
    return Q(**{f"{field}__gt": expression - half_unit}) & Q(**{f"{field}__lt": expression + half_unit})


def shop_currency() -> str:
    """Return the shop's own currency, in which prices are shown to whoever asks for no other."""
    return settings.DEFAULT_CURRENCY


def currencies() -> list[str]:
    """Return the currencies that the shop offers. The first is ``DEFAULT_CURRENCY``."""
    return list(dict.fromkeys([settings.DEFAULT_CURRENCY, *settings.CURRENCIES]))


def offered_currency(code: str) -> str:
    """Return the currency that ``code`` names, in any letter case. Raise ``UnknownCurrency`` if it is not offered."""
    currency = code.strip().upper()
    if currency not in currencies():
        raise UnknownCurrency
    return currency


def validate_currency(code: str) -> None:
    """Validate a model's currency. Raise ``ValidationError`` unless ``code`` is an ISO 4217 code in capitals."""
    try:
        exponent(code)
    except ValueError as error:
        raise ValidationError(str(error), code="currency") from error
