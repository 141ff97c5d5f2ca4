"""What holds for the price of every basket."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.pricing import Basket, PromotionKind, PromotionRule, TaxRule, Totals, price
from tests.orders.pricing.naive import naive_price
from tests.orders.pricing.strategies import baskets, promotions
from utils.money import smallest_unit

thorough = settings(max_examples=100, deadline=None, derandomize=True, database=None)


@thorough
@given(baskets())
def test_lines_steps_taxes_and_discounts_add_up(basket: Basket) -> None:
    totals = price(basket)
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + totals.tax_added
    assert totals.total == sum(step.amount for step in totals.steps)
    assert totals.subtotal == sum(line.total for line in totals.lines)
    assert totals.discount == sum(line.discount for line in totals.lines)
    assert totals.tax == sum(rate.amount for rate in totals.taxes)
    tax_of_shipping = totals.tax - sum(line.tax for line in totals.lines)
    added_to_shipping = totals.tax_added - sum(line.tax_added for line in totals.lines)
    assert totals.total == sum(line.paid for line in totals.lines) + totals.shipping + added_to_shipping
    if not basket.is_exempt:
        assert added_to_shipping == (0 if basket.prices_include_tax else tax_of_shipping)
    price_of_shipping = basket.shipping.price if basket.shipping else Decimal(0)
    assert sum(totals.discounts.values()) == totals.discount + price_of_shipping - totals.shipping
    assert set(totals.discounts) | set(totals.left_out) == {promotion.id for promotion in basket.promotions}
    assert not set(totals.discounts) & set(totals.left_out)


@thorough
@given(baskets())
def test_all_amounts_are_in_the_smallest_unit_and_none_that_is_paid_is_below_zero(basket: Basket) -> None:
    totals = price(basket)
    exponent = smallest_unit(basket.currency).as_tuple().exponent
    for amount in amounts_of(totals):
        assert amount.as_tuple().exponent == exponent
        assert str(amount)[:2] != "-0" or amount
    assert min(totals.total, totals.subtotal, totals.discount, totals.shipping, totals.tax) >= 0
    for line in totals.lines:
        assert min(line.paid, line.total - line.discount, line.discount, line.tax) >= 0
    assert all(amount > 0 for amount in totals.discounts.values())


def amounts_of(totals: Totals) -> Iterator[Decimal]:
    yield from (totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.tax_added, totals.total)
    for line in totals.lines:
        yield from (line.total, line.discount, line.tax, line.tax_added, line.paid)
    for tax in totals.taxes:
        yield from (tax.base, tax.amount)
    for step in totals.steps:
        yield step.amount
        if step.kind != "line" and step.base is not None:
            yield step.base
        if step.included is not None:
            yield step.included
    yield from totals.discounts.values()


@thorough
@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(basket: Basket, random: object) -> None:
    lines = list(basket.lines)
    random.shuffle(lines)  # type: ignore[attr-defined]
    told, other = price(basket), price(replace(basket, lines=tuple(lines)))
    assert {line.line.variant: line for line in told.lines} == {line.line.variant: line for line in other.lines}
    assert replace(told, lines=(), steps=()) == replace(other, lines=(), steps=())
    assert [step for step in told.steps if step.kind != "line"] == [step for step in other.steps if step.kind != "line"]


@thorough
@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_promotions_does_not_matter(basket: Basket, random: object) -> None:
    shuffled = list(basket.promotions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert price(basket) == price(replace(basket, promotions=tuple(shuffled)))


def goods_and_shipping(totals: Totals) -> Decimal:
    return totals.subtotal - totals.discount + totals.shipping


@thorough
@given(st.data())
def test_one_more_promotion_never_makes_goods_and_shipping_dearer(data: st.DataObject) -> None:
    basket = data.draw(baskets())
    more = data.draw(promotions(basket.currency, 99))
    with_more = replace(basket, promotions=(*basket.promotions, more))
    assert goods_and_shipping(price(with_more)) <= goods_and_shipping(price(basket))


@thorough
@given(st.data())
def test_a_larger_value_never_makes_goods_and_shipping_dearer(data: st.DataObject) -> None:
    basket = data.draw(baskets())
    smaller, larger = data.draw(a_promotion_with_two_values(basket.currency))
    for others in ((), basket.promotions):
        before = goods_and_shipping(price(replace(basket, promotions=(*others, smaller))))
        after = goods_and_shipping(price(replace(basket, promotions=(*others, larger))))
        # See test_a_larger_amount_can_move_a_cent_to_a_line_that_is_free_already.
        moved = max(0, len(basket.lines) - 1) if others and smaller.kind == PromotionKind.FIXED_AMOUNT else 0
        assert after <= before + moved * smallest_unit(basket.currency)


@st.composite
def a_promotion_with_two_values(draw: st.DrawFn, currency: str) -> tuple[PromotionRule, PromotionRule]:
    smaller = draw(promotions(currency, 99))
    if smaller.kind == PromotionKind.FIXED_AMOUNT:
        more = draw(st.integers(1, 2000)) * smallest_unit(currency)
        return smaller, replace(smaller, value=smaller.value + more)
    return smaller, replace(smaller, value=min(Decimal(100), smaller.value + draw(st.integers(1, 100))))


@thorough
@given(baskets())
def test_the_tax_of_a_line_is_within_half_a_unit_of_the_exact_tax(basket: Basket) -> None:
    totals = price(replace(basket, is_exempt=False))
    half = Fraction(smallest_unit(basket.currency)) / 2
    exact_sum = Fraction(0)
    for line in totals.lines:
        exact = exact_tax(line.total - line.discount, rates_of(basket, line.line.tax_class), basket)
        assert -half < exact - Fraction(line.tax) <= half or exact - Fraction(line.tax) == -half
        exact_sum += exact
    exact_sum += exact_tax(totals.shipping, [rate for rate in basket.taxes if rate.is_for_shipping], basket)
    assert abs(exact_sum - Fraction(totals.tax)) <= half * (len(totals.lines) + 1)


def rates_of(basket: Basket, tax_class: str) -> list[TaxRule]:
    return [rate for rate in basket.taxes if rate.tax_class == tax_class]


def exact_tax(amount: Decimal, rates: list[TaxRule], basket: Basket) -> Fraction:
    rate = sum((Fraction(each.percentage) / 100 for each in rates), Fraction(0))
    return Fraction(amount) * (rate / (1 + rate) if basket.prices_include_tax else rate)


@settings(parent=thorough, max_examples=300)
@given(baskets(maximum=1))
def test_a_second_way_to_work_out_simple_baskets_finds_the_same(basket: Basket) -> None:
    basket = replace(basket, taxes=basket.taxes[:1])
    unit = smallest_unit(basket.currency)
    expected, totals = naive_price(basket), price(basket)
    assert {line.line.variant: line.discount / unit for line in totals.lines} == expected.off
    assert {line.line.variant: line.tax / unit for line in totals.lines} == expected.tax
    assert (totals.shipping / unit, totals.total / unit) == (expected.shipping, expected.total)
