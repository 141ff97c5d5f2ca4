"""Work out what promotions take off the lines of a basket and off its shipping."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orders.pricing.shares import spread
from orders.pricing.values import HUNDRED, Basket, BasketLine, LeftOut, PromotionKind, PromotionRule
from utils.money import quantize, smallest_unit


@dataclass
class Discounts:
    """Hold what promotions take off: each line, the shipping, and how much of it each promotion takes.

    ``by_promotion`` and ``bases`` are by the promotion's id. A base is what its lines cost before it.
    """

    by_line: list[Decimal]
    shipping: Decimal
    by_promotion: dict[int, Decimal] = field(default_factory=dict)
    bases: dict[int, Decimal] = field(default_factory=dict)

    def take(self, promotion: PromotionRule, amount: Decimal) -> None:
        self.by_promotion[promotion.id] = self.by_promotion.get(promotion.id, Decimal(0)) + amount

    @property
    def total(self) -> Decimal:
        return sum(self.by_line, self.shipping)


@dataclass(frozen=True)
class ChosenPromotions:
    """Hold the promotions that cost the customer least, and what they take off.

    ``outdone`` are the ids of those that would take something off, if they had been chosen instead.
    """

    promotions: Sequence[PromotionRule]
    discounts: Discounts
    outdone: frozenset[int]


def missing_condition(
    promotion: PromotionRule, lines: Sequence[BasketLine], prices: Sequence[Decimal]
) -> LeftOut | None:
    """Return the condition of ``promotion`` that a basket does not fulfil, or ``None``.

    ``prices`` are those of the lines before discounts. Buy X get Y needs more than X pieces.
    """
    chosen = [place for place, line in enumerate(lines) if promotion.is_for(line)]
    if not chosen:
        return LeftOut.NO_ITEMS
    if promotion.minimum_amount is not None and sum(prices[place] for place in chosen) < promotion.minimum_amount:
        return LeftOut.MINIMUM_AMOUNT
    needed = promotion.minimum_quantity or 0
    if promotion.kind == PromotionKind.BUY_X_GET_Y:
        needed = max(needed, promotion.buy_quantity + 1)
    if sum(lines[place].quantity for place in chosen) < needed:
        return LeftOut.MINIMUM_QUANTITY
    return None


def best_discounts(basket: Basket, promotions: Sequence[PromotionRule], prices: Sequence[Decimal]) -> ChosenPromotions:
    """Choose the promotions that cost the customer least.

    The conditions of ``promotions`` hold. Chosen are all combinable ones, or a single one that stands alone.
    """
    ordered = sorted(promotions, key=lambda promotion: (promotion.priority, promotion.id))
    choices = [[promotion for promotion in ordered if promotion.is_combinable]]
    choices += [[promotion] for promotion in ordered if not promotion.is_combinable]
    priced = [(choice, discounts_of(basket, choice, prices)) for choice in choices]
    # The first of equal ones stays.
    chosen, discounts = max(priced, key=lambda each: each[1].total)
    outdone = {
        rule for choice, other in priced if choice is not chosen for rule, off in other.by_promotion.items() if off
    }
    return ChosenPromotions(chosen, discounts, frozenset(outdone))


def discounts_of(basket: Basket, promotions: Sequence[PromotionRule], prices: Sequence[Decimal]) -> Discounts:
    """Work out what ``promotions`` take off together, in the order of their steps. Lines cost ``prices``."""
    zero = quantize(Decimal(0), basket.currency)
    found = Discounts([zero for _ in prices], zero)
    if not promotions:
        return found
    reducing = [promotion for promotion in promotions if promotion.kind != PromotionKind.FREE_SHIPPING]
    _reduce_items(basket, [each for each in reducing if not each.is_for_order], prices, found)
    _reduce_order(basket, [each for each in reducing if each.is_for_order], prices, found)
    free = [promotion for promotion in promotions if promotion.kind == PromotionKind.FREE_SHIPPING]
    if free and basket.shipping is not None:
        found.shipping = found.bases[free[0].id] = quantize(basket.shipping.price, basket.currency)
        found.take(free[0], found.shipping)
    return found


def _reduce_items(
    basket: Basket, promotions: Sequence[PromotionRule], prices: Sequence[Decimal], found: Discounts
) -> None:
    """Add up what promotions on items take off each line, and round it once."""
    unit = smallest_unit(basket.currency)
    asked: list[list[tuple[PromotionRule, Decimal]]] = [[] for _ in prices]
    for promotion in promotions:
        exact = _off_items(promotion, basket, prices)
        found.bases[promotion.id] = sum((prices[place] for place in exact), Decimal(0))
        for place, amount in exact.items():
            asked[place].append((promotion, amount))
    for place, (price, off) in enumerate(zip(prices, asked, strict=True)):
        if not off:
            continue
        amounts = [amount for _, amount in off]
        discount = found.by_line[place] = min(price, quantize(sum(amounts, Decimal(0)), basket.currency))
        for (promotion, _), part in zip(off, spread(discount, amounts, unit=unit), strict=True):
            found.take(promotion, part)


def _reduce_order(
    basket: Basket, promotions: Sequence[PromotionRule], prices: Sequence[Decimal], found: Discounts
) -> None:
    """Take promotions on the order off what is left of the lines, rounded once and spread over them."""
    if not promotions:
        return
    unit = smallest_unit(basket.currency)
    left = [price - discount for price, discount in zip(prices, found.by_line, strict=True)]
    base = sum(left, Decimal(0))
    is_percentage = [promotion.kind == PromotionKind.PERCENTAGE for promotion in promotions]
    asked = [
        base * promotion.value / HUNDRED if of_base else promotion.value
        for promotion, of_base in zip(promotions, is_percentage, strict=True)
    ]
    discount = min(base, quantize(sum(asked, Decimal(0)), basket.currency))
    for promotion, part in zip(promotions, spread(discount, asked, unit=unit), strict=True):
        found.take(promotion, part)
        found.bases[promotion.id] = base
    # Ties are decided by the variant's id, so that the order of the lines does not matter.
    places = sorted(range(len(left)), key=lambda place: basket.lines[place].variant)
    parts = spread(discount, [left[place] for place in places], unit=unit)
    for place, part in zip(places, parts, strict=True):
        found.by_line[place] += part


def _off_items(promotion: PromotionRule, basket: Basket, prices: Sequence[Decimal]) -> dict[int, Decimal]:
    """Return what a promotion on items takes off its lines, before rounding, by their places in the basket."""
    chosen = [place for place, line in enumerate(basket.lines) if promotion.is_for(line)]
    if promotion.kind == PromotionKind.PERCENTAGE:
        return {place: prices[place] * promotion.value / HUNDRED for place in chosen}
    if promotion.kind == PromotionKind.BUY_X_GET_Y:
        return _off_free_pieces(promotion, basket.lines, chosen)
    chosen.sort(key=lambda place: basket.lines[place].variant)
    weights = [prices[place] for place in chosen]
    amount = min(sum(weights, Decimal(0)), quantize(promotion.value, basket.currency))
    return dict(zip(chosen, spread(amount, weights, unit=smallest_unit(basket.currency)), strict=True))


def _off_free_pieces(
    promotion: PromotionRule, lines: Sequence[BasketLine], chosen: Sequence[int]
) -> dict[int, Decimal]:
    """Reduce the cheapest of the pieces at the places ``chosen``, as many as the promotion gives."""
    pieces = sum(lines[place].quantity for place in chosen)
    groups, rest = divmod(pieces, promotion.buy_quantity + promotion.get_quantity)
    free = groups * promotion.get_quantity + max(0, rest - promotion.buy_quantity)
    off = {}
    for place in sorted(chosen, key=lambda place: (lines[place].unit_price, lines[place].variant)):
        reduced = min(free, lines[place].quantity)
        free -= reduced
        off[place] = lines[place].unit_price * reduced * promotion.value / HUNDRED
    return off
