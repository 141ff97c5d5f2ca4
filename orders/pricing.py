"""Calculate the price of an order and the steps that explain it, with pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from utils.money import quantize


@dataclass(frozen=True)
class PricedLine:
    """Hold one line of a calculation: ``quantity`` pieces at ``unit_price`` each. ``label`` is shown to people."""

    label: str
    unit_price: Decimal
    quantity: int


@dataclass(frozen=True)
class Step:
    """Hold one step of the explanation; ``amount`` (in ``currency``) is what it adds to the total."""

    label: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Totals:
    """Hold the amounts of an order, all in ``currency``; ``total`` is the sum of the steps' amounts."""

    currency: str
    subtotal: Decimal
    shipping: Decimal
    total: Decimal
    steps: tuple[Step, ...]


def line_total(*, unit_price: Decimal, quantity: int, currency: str) -> Decimal:
    """Return the price of a line, rounded to the decimals of ``currency``.

    Lines are rounded here and nowhere else, so that the sum of the lines never differs from the sum that is charged.
    """
    return quantize(unit_price * quantity, currency)


def price_order(
    lines: Iterable[PricedLine], *, currency: str, shipping: Decimal = Decimal(0), shipping_label: str = "Shipping"
) -> Totals:
    """Calculate the price of an order: its subtotal, its total with shipping, and the steps that explain the total.

    ``lines`` are what is ordered, and ``shipping`` is the price of sending it. All amounts are in ``currency``.
    ``shipping_label`` is the name of the step for shipping, which is left out when shipping is free.
    """
    steps = [
        Step(
            label=f"{line.quantity} x {line.label}",
            amount=line_total(unit_price=line.unit_price, quantity=line.quantity, currency=currency),
            currency=currency,
        )
        for line in lines
    ]
    zero = quantize(Decimal(0), currency)
    subtotal = sum((step.amount for step in steps), zero)
    shipping = quantize(shipping, currency)
    if shipping:
        steps.append(Step(label=shipping_label, amount=shipping, currency=currency))
    return Totals(
        currency=currency, subtotal=subtotal, shipping=shipping, total=subtotal + shipping, steps=tuple(steps)
    )
