"""Convert amounts to Stripe's: whole numbers of a currency's smallest unit, by Stripe's own table."""

from decimal import Decimal

_WITHOUT_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_WITH_THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# Stripe counts these in hundredths, and takes only whole hundreds of them.
_WHOLE_ONLY = frozenset({"ISK", "UGX"})
# Stripe takes more digits for some cards only.
_MOST_UNITS = 99_999_999

# Minima in the charged currency; where the shop is paid out in another one, Stripe decides.
_MINIMA = {
    **dict.fromkeys(["USD", "EUR", "AUD", "CAD", "CHF", "NZD", "SGD", "INR", "BRL", "ZAR"], Decimal("0.50")),
    **dict.fromkeys(["AED", "MYR", "PLN", "RON"], Decimal("2.00")),
    **dict.fromkeys(["NOK", "SEK"], Decimal("3.00")),
    **dict.fromkeys(["MXN", "THB"], Decimal(10)),
    **dict.fromkeys(["JPY", "KRW"], Decimal(50)),
    "GBP": Decimal("0.30"),
    "DKK": Decimal("2.50"),
    "HKD": Decimal(4),
    "CZK": Decimal(15),
    "HUF": Decimal(175),
}


def to_units(amount: Decimal, currency: str) -> int:
    """Return ``amount`` in Stripe's units. Raise ``ValueError`` where it is finer than what Stripe takes."""
    if amount % step(currency):
        raise ValueError(f"{amount} {currency} is finer than Stripe takes.")
    return int(amount.scaleb(_decimals(currency)))


def step(currency: str) -> Decimal:
    """Return the smallest amount of ``currency`` that Stripe takes or refunds; every amount is a multiple of it."""
    return Decimal(_units_of_a_step(currency)).scaleb(-_decimals(currency))


def from_units(units: int, currency: str) -> Decimal:
    return Decimal(units).scaleb(-_decimals(currency))


def why_not(amount: Decimal, currency: str) -> str:
    """Return why Stripe would not take this amount; empty when it would."""
    minimum = _MINIMA.get(currency, Decimal(0))
    if amount < minimum:
        return f"Payments by card start at {minimum} {currency}."
    try:
        units = to_units(amount, currency)
    except ValueError:
        return f"This amount is too fine: payments by card go in steps of {step(currency)} {currency}."
    return "This amount is too high for one payment by card." if units > _MOST_UNITS else ""


def _decimals(currency: str) -> int:
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _WITH_THREE_DECIMALS else 2


def _units_of_a_step(currency: str) -> int:
    if currency in _WHOLE_ONLY:
        return 100
    return 10 if currency in _WITH_THREE_DECIMALS else 1
