"""Work out the tax on what is left of a basket after its discounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orders.pricing.shares import spread
from orders.pricing.values import HUNDRED, Basket, TaxAmount, TaxRule
from utils.money import quantize, smallest_unit


@dataclass
class Taxes:
    """Add up taxes by rate. ``by_line`` has the tax of each line; ``of_shipping`` that of the shipping.

    A rate that taxes nothing is not among them. ``zero`` has the decimals of the basket's currency.
    """

    basket: Basket
    zero: Decimal
    by_line: list[Decimal] = field(default_factory=list)
    of_shipping: Decimal = Decimal(0)
    bases: dict[TaxRule, Decimal] = field(default_factory=dict)
    amounts: dict[TaxRule, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.by_line, self.of_shipping)

    def tax(self, amount: Decimal, rules: Sequence[TaxRule]) -> Decimal:
        """Work out the tax on ``amount`` by the sum of ``rules``, rounded once, and add it to each rule's sum."""
        if not (amount and rules):
            return self.zero
        rates = [rule.percentage / HUNDRED for rule in rules]
        rate = sum(rates, Decimal(0))
        exact = amount * rate
        if self.basket.prices_include_tax:
            exact /= 1 + rate
        tax = quantize(exact, self.basket.currency)
        for rule, part in zip(rules, spread(tax, rates, unit=smallest_unit(self.basket.currency)), strict=True):
            self.bases[rule] = self.bases.get(rule, self.zero) + amount
            self.amounts[rule] = self.amounts.get(rule, self.zero) + part
        return tax

    def by_rate(self) -> tuple[TaxAmount, ...]:
        """Return the sum of each rate, in the order of the basket's rates."""
        return tuple(
            TaxAmount(rule.id, rule.name, rule.percentage, self.bases[rule], self.amounts[rule])
            for rule in self.basket.taxes
            if rule in self.bases
        )


def taxes_of(basket: Basket, *, left: Sequence[Decimal], shipping: Decimal) -> Taxes:
    """Work out the taxes of a basket. After discounts, its lines cost ``left`` and its shipping ``shipping``."""
    taxes = Taxes(basket, quantize(Decimal(0), basket.currency))
    for line, amount in zip(basket.lines, left, strict=True):
        taxes.by_line.append(taxes.tax(amount, [rule for rule in basket.taxes if rule.tax_class == line.tax_class]))
    taxes.of_shipping = taxes.tax(
        shipping, [rule for rule in basket.taxes if rule.is_for_shipping and not rule.tax_class]
    )
    return taxes
