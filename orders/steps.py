"""Write the steps and the taxes of a price as JSON: as an order keeps them, and as the API shows them."""

from decimal import Decimal
from typing import TypedDict

from orders.models import Order
from orders.pricing import Step, StepKind, Totals
from utils.money import display, plain_number


class ToldStep(TypedDict):
    """Define a step as JSON (``orders.pricing.Step``). Amounts are decimal strings in the order's currency."""

    kind: str
    label: str
    base: str | None
    amount: str
    included: str | None
    rule: int | None


class ToldTax(TypedDict):
    """Define the tax of one rate as JSON (``orders.pricing.TaxAmount``). Amounts are decimal strings."""

    rule: int
    name: str
    percentage: str
    base: str
    amount: str


def steps_told(totals: Totals) -> list[ToldStep]:
    """Return the steps of a price."""
    return [_told(step) for step in totals.steps]


def taxes_told(totals: Totals) -> list[ToldTax]:
    """Return the tax of each rate in a price."""
    return [
        ToldTax(
            rule=tax.rule,
            name=tax.name,
            percentage=plain_number(tax.percentage),
            base=display(tax.base, totals.currency),
            amount=display(tax.amount, totals.currency),
        )
        for tax in totals.taxes
    ]


def steps_of(order: Order) -> list[ToldStep]:
    """Return the steps of an order's price, as they were when it was placed.

    Orders that were placed before steps were kept are explained by their lines and their shipping.
    """
    if order.steps:
        return order.steps
    currency = order.currency
    steps = [
        Step(StepKind.LINE, f"{line.quantity} x {line.full_name}", line.total, currency, base=line.unit_price)
        for line in order.lines.all()
    ]
    if order.shipping_total:
        steps.append(Step(StepKind.SHIPPING, "Shipping", order.shipping_total, currency))
    return [_told(step) for step in steps]


def _told(step: Step) -> ToldStep:
    def amount(value: Decimal | None) -> str | None:
        return None if value is None else display(value, step.currency)

    return ToldStep(
        kind=step.kind.value,
        label=step.label,
        base=amount(step.base),
        amount=display(step.amount, step.currency),
        included=amount(step.included),
        rule=step.rule,
    )
