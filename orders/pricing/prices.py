"""Price a basket in five steps: lines, promotions on items, promotions on the order, shipping, tax."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.pricing.promotions import ChosenPromotions, best_discounts, missing_condition
from orders.pricing.tax import Taxes, taxes_of
from orders.pricing.values import (
    Basket,
    LeftOut,
    PricedLine,
    PromotionKind,
    PromotionRule,
    Step,
    StepKind,
    Totals,
    line_total,
)
from utils.money import plain_number, quantize


def price(basket: Basket) -> Totals:
    """Return what ``basket`` costs, with the steps that explain it. ``docs/pricing.md`` states the rules."""
    prices = [
        line_total(unit_price=line.unit_price, quantity=line.quantity, currency=basket.currency)
        for line in basket.lines
    ]
    missing = {each.id: missing_condition(each, basket.lines, prices) for each in basket.promotions}
    fitting = [each for each in basket.promotions if missing[each.id] is None]
    choice = best_discounts(basket, fitting, prices)
    discounts = choice.discounts
    left = [amount - discount for amount, discount in zip(prices, discounts.by_line, strict=True)]
    zero = quantize(Decimal(0), basket.currency)
    shipping = quantize(basket.shipping.price, basket.currency) - discounts.shipping if basket.shipping else zero
    taxes = taxes_of(basket, left=left, shipping=shipping)
    result = _Result(basket, prices, choice, taxes, zero)
    tax_added = result.added(taxes.total)
    used = {rule: amount for rule, amount in discounts.by_promotion.items() if amount}
    return Totals(
        currency=basket.currency,
        lines=tuple(result.lines()),
        subtotal=sum(prices, zero),
        discount=sum(discounts.by_line, zero),
        shipping=shipping,
        tax=zero if basket.is_exempt else taxes.total,
        tax_added=tax_added,
        total=sum(left, shipping) + tax_added,
        taxes=() if basket.is_exempt else taxes.by_rate(),
        steps=tuple(result.steps()),
        discounts=used,
        left_out={
            each.id: missing[each.id]
            or (LeftOut.BETTER_OFFER if each.id in choice.outdone else LeftOut.NOTHING_TO_TAKE_OFF)
            for each in basket.promotions
            if each.id not in used
        },
    )


@dataclass(frozen=True)
class _Result:
    """Hold what the five steps found, to be told line by line and step by step.

    ``zero`` has the decimals of the basket's currency.
    """

    basket: Basket
    prices: Sequence[Decimal]
    choice: ChosenPromotions
    taxes: Taxes
    zero: Decimal

    def added(self, tax: Decimal) -> Decimal:
        """Return the part of ``tax`` that changes what is paid. It is below zero if tax is taken off the prices."""
        if self.basket.is_exempt:
            return self.zero - tax if self.basket.prices_include_tax else self.zero
        return self.zero if self.basket.prices_include_tax else tax

    def lines(self) -> Iterator[PricedLine]:
        found = zip(self.basket.lines, self.prices, self.choice.discounts.by_line, self.taxes.by_line, strict=True)
        for line, amount, discount, tax in found:
            paid_tax = self.zero if self.basket.is_exempt else tax
            yield PricedLine(line, amount, discount, paid_tax, self.added(tax))

    def steps(self) -> Iterator[Step]:
        """Tell the steps, whose amounts add up to the total."""
        currency = self.basket.currency
        for line, amount in zip(self.basket.lines, self.prices, strict=True):
            yield Step(StepKind.LINE, f"{line.quantity} x {line.label}", amount, currency, base=line.unit_price)
        reducing = [each for each in self.choice.promotions if each.kind != PromotionKind.FREE_SHIPPING]
        yield from self._promotion_steps(each for each in reducing if not each.is_for_order)
        yield from self._promotion_steps(each for each in reducing if each.is_for_order)
        if self.basket.shipping is not None:
            amount = quantize(self.basket.shipping.price, currency)
            if amount:
                yield Step(StepKind.SHIPPING, f"Shipping: {self.basket.shipping.label}", amount, currency)
            free = (each for each in self.choice.promotions if each.kind == PromotionKind.FREE_SHIPPING)
            yield from self._promotion_steps(free)
        yield from self._tax_steps()

    def _promotion_steps(self, promotions: Iterable[PromotionRule]) -> Iterator[Step]:
        for each in promotions:
            amount = self.choice.discounts.by_promotion.get(each.id)
            if amount:
                base = self.choice.discounts.bases[each.id]
                label = f"{each.name} ({each.code})" if each.code else each.name
                yield Step(StepKind.PROMOTION, label, -amount, self.basket.currency, base=base, rule=each.id)

    def _tax_steps(self) -> Iterator[Step]:
        currency = self.basket.currency
        for tax in self.taxes.by_rate():
            label, amount = f"{tax.name} {plain_number(tax.percentage)} %", self.added(tax.amount)
            if not self.basket.is_exempt:
                included = tax.amount if self.basket.prices_include_tax else None
                yield Step(StepKind.TAX, label, amount, currency, base=tax.base, rule=tax.rule, included=included)
            elif amount:
                label = f"Exempt from {label}"
                yield Step(StepKind.EXEMPTION, label, amount, currency, base=tax.base, rule=tax.rule)
