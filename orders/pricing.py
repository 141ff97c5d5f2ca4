"""What an order costs. One pure function, which can explain itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from utils.money import quantize


@dataclass(frozen=True)
class PricedLine:
    """``quantity`` pieces at ``unit_price``; ``label`` is for people."""

    label: str
    unit_price: Decimal
    quantity: int


@dataclass(frozen=True)
class Step:
    """One line of the explanation: ``amount`` is what it adds to the total."""

    label: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Totals:
    """All amounts in ``currency``; ``total`` is the sum of the steps' amounts."""

    currency: str
    subtotal: Decimal
    shipping: Decimal
    total: Decimal
    steps: tuple[Step, ...]


def line_total(*, unit_price: Decimal, quantity: int, currency: str) -> Decimal:
    """Rounded here and nowhere else, so that a sum of lines never differs from the sum that is charged."""
    return quantize(unit_price * quantity, currency)


def price_order(
    lines: Iterable[PricedLine], *, currency: str, shipping: Decimal = Decimal(0), shipping_label: str = "Shipping"
) -> Totals:
    """The totals of ``lines`` sent for ``shipping``, all in ``currency``."""
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
