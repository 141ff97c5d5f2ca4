"""Amounts as Stripe counts them."""

from decimal import Decimal

import pytest

from payments.gateways.stripe.amounts import from_units, to_units, why_not

UNITS = [
    ("25.00", "USD", 2500),
    ("0.50", "USD", 50),
    ("19.999", "KWD", None),
    ("19.990", "KWD", 19990),
    ("500", "JPY", 500),
    ("500.5", "JPY", None),
    ("500", "ISK", 50000),
    ("500.50", "ISK", None),
    ("1500", "UGX", 150000),
    ("1234.50", "BDT", 123450),
    ("1.005", "KES", None),
    ("300", "HUF", 30000),
    ("300", "TWD", 30000),
]


@pytest.mark.parametrize(("amount", "currency", "units"), UNITS)
def test_units(amount: str, currency: str, units: int | None) -> None:
    if units is None:
        with pytest.raises(ValueError, match="finer"):
            to_units(Decimal(amount), currency)
        assert "too fine" in why_not(Decimal(amount), currency)
        return
    assert to_units(Decimal(amount), currency) == units
    assert from_units(units, currency) == Decimal(amount)
    assert why_not(Decimal(amount), currency) == ""


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.49", "USD"), ("0.29", "GBP"), ("49", "JPY"), ("174", "HUF"), ("1000000", "USD")]
)
def test_what_is_too_little_or_too_much(amount: str, currency: str) -> None:
    assert why_not(Decimal(amount), currency)
