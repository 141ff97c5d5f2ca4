"""Price simple baskets a second time, in the plainest way, with exact fractions: to compare with the shop's pricing.

A simple basket has at most one promotion and one tax rate. Amounts are whole numbers of the currency's smallest unit.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from orders.pricing import Basket, BasketLine, PromotionKind, PromotionRule
from utils.money import smallest_unit


@dataclass
class NaivePrice:
    """Hold what a simple basket costs: the amounts of each line by its variant, the shipping, and the sum."""

    off: dict[int, int]
    tax: dict[int, int]
    shipping: int
    total: int


def naive_price(basket: Basket) -> NaivePrice:
    """Work out a price, one sentence of docs/pricing.md after the other."""
    unit = Fraction(smallest_unit(basket.currency))
    costs = {line.variant: half_up(Fraction(line.unit_price) * line.quantity / unit) for line in basket.lines}
    off = dict.fromkeys(costs, 0)
    shipping = half_up(Fraction(basket.shipping.price) / unit) if basket.shipping else 0
    for promotion in basket.promotions:
        items = [line for line in basket.lines if promotion.is_for(line)]
        if not items or not _conditions_hold(promotion, items, costs, unit):
            continue
        if promotion.kind == PromotionKind.FREE_SHIPPING:
            shipping = 0
        else:
            off |= _off(promotion, items, costs, unit)
    tax, added = {}, 0
    for line in basket.lines:
        tax[line.variant] = _tax(basket, costs[line.variant] - off[line.variant], line.tax_class)
    of_shipping = _tax(basket, shipping, "") if any(rate.is_for_shipping for rate in basket.taxes) else 0
    if basket.is_exempt == basket.prices_include_tax:
        added = sum(tax.values()) + of_shipping
    if basket.is_exempt:
        added, tax = -added, dict.fromkeys(tax, 0)
    return NaivePrice(off, tax, shipping, sum(costs.values()) - sum(off.values()) + shipping + added)


def half_up(number: Fraction) -> int:
    """Round to a whole number; a half goes up."""
    return floor(number + Fraction(1, 2))


def _conditions_hold(promotion: PromotionRule, items: list[BasketLine], costs: dict[int, int], unit: Fraction) -> bool:
    amount, quantity = sum(costs[line.variant] for line in items), sum(line.quantity for line in items)
    if promotion.minimum_amount is not None and amount * unit < Fraction(promotion.minimum_amount):
        return False
    return quantity >= (promotion.minimum_quantity or 0)


def _off(promotion: PromotionRule, items: list[BasketLine], costs: dict[int, int], unit: Fraction) -> dict[int, int]:
    """Return what the promotion takes off each line."""
    value = Fraction(promotion.value)
    costs = {line.variant: costs[line.variant] for line in items}
    if promotion.kind == PromotionKind.FIXED_AMOUNT:
        return _largest_remainder(min(half_up(value / unit), sum(costs.values())), costs)
    if promotion.kind == PromotionKind.BUY_X_GET_Y:
        return _off_pieces(promotion, items, costs, unit)
    if promotion.is_for_order:
        return _largest_remainder(half_up(sum(costs.values()) * value / 100), costs)
    return {variant: half_up(cost * value / 100) for variant, cost in costs.items()}


def _off_pieces(
    promotion: PromotionRule, items: list[BasketLine], costs: dict[int, int], unit: Fraction
) -> dict[int, int]:
    """Lay out all pieces, the cheapest first, and count off who is free."""
    pieces = sorted((Fraction(line.unit_price) / unit, line.variant) for line in items for _ in range(line.quantity))
    free = 0
    for number in range(len(pieces)):
        if number % (promotion.buy_quantity + promotion.get_quantity) >= promotion.buy_quantity:
            free += 1
    off = dict.fromkeys(costs, Fraction(0))
    for price, variant in pieces[:free]:
        off[variant] += price * Fraction(promotion.value) / 100
    return {variant: min(half_up(amount), costs[variant]) for variant, amount in off.items()}


def _largest_remainder(amount: int, weights: dict[int, int]) -> dict[int, int]:
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    shares = {variant: Fraction(amount * weight, whole) for variant, weight in weights.items()}
    parts = {variant: floor(share) for variant, share in shares.items()}
    while sum(parts.values()) < amount:
        # Who lacks most, of equal ones the lower variant.
        neediest = min(shares, key=lambda variant: (parts[variant] - shares[variant], variant))
        parts[neediest] += 1
    return parts


def _tax(basket: Basket, amount: int, tax_class: str) -> int:
    rate = sum(Fraction(rate.percentage) / 100 for rate in basket.taxes if rate.tax_class == tax_class)
    return half_up(amount * rate / (1 + rate) if basket.prices_include_tax else amount * rate)
