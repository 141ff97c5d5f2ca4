"""Split a rounded amount so that the parts are rounded, too, and add up to it."""

from collections.abc import Sequence
from decimal import Context, Decimal

# An amount times an amount times a percentage has fewer digits than this, so that shares and remainders are exact.
_EXACT = Context(prec=100)


def spread(amount: Decimal, weights: Sequence[Decimal], *, unit: Decimal) -> list[Decimal]:
    """Split ``amount`` in proportion to ``weights``, by the largest remainder.

    ``amount`` is a multiple of ``unit``, the smallest unit of the currency; so are the parts. Each part is rounded down
    first; then the units that are missing go to the parts with the largest remainders, of equal ones to the earlier.
    Weights are not negative. When all are zero, so are the parts.
    """
    whole = sum(weights)
    if not whole:
        return [Decimal(0) for _ in weights]
    divisor = _EXACT.multiply(whole, unit)
    shares = [_EXACT.divmod(_EXACT.multiply(amount, weight), divisor) for weight in weights]
    parts = [units * unit for units, _ in shares]
    missing = int((amount - sum(parts)) / unit)
    if missing:
        by_remainder = sorted(range(len(shares)), key=lambda place: -shares[place][1])
        for place in by_remainder[:missing]:
            parts[place] += unit
    return parts
