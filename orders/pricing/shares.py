"""Split a rounded amount so that the parts are rounded, too, and add up to it."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal


def spread(amount: Decimal, weights: Sequence[Decimal], *, unit: Decimal) -> list[Decimal]:
    """Split ``amount`` in proportion to ``weights``, by the largest remainder.

    ``amount`` is a multiple of ``unit``, the smallest unit of the currency; so are the parts. Each part is rounded down
    first; then the units that are missing go to the parts with the largest remainders, of equal ones to the earlier.
    Weights are not negative. When all are zero, so are the parts.
    """
    whole = sum(weights)
    if not whole:
        return [Decimal(0) for _ in weights]
    exact = [amount * weight / whole for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    missing = int((amount - sum(parts)) / unit)
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[:missing]:
        parts[place] += unit
    return parts
