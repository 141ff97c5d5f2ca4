"""How fine each currency is."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from utils.money import display, exponent, quantize, validate_currency


@pytest.mark.parametrize(
    ("currency", "places"), [("USD", 2), ("BDT", 2), ("KES", 2), ("JPY", 0), ("KWD", 3), ("TND", 3)]
)
def test_exponent(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1.005", "USD", "1.01"),
        ("1.004", "USD", "1.00"),
        ("2.5", "JPY", "3"),
        ("1299.990", "USD", "1299.99"),
        ("0.1255", "KWD", "0.126"),
        ("0", "USD", "0.00"),
    ],
)
def test_rounding_is_half_up(amount: str, currency: str, expected: str) -> None:
    assert display(Decimal(amount), currency) == expected
    assert str(quantize(Decimal(amount), currency)) == expected


@pytest.mark.parametrize("code", ["XYZW", "usd", "", "???"])
def test_unknown_currencies(code: str) -> None:
    with pytest.raises(ValidationError):
        validate_currency(code)
