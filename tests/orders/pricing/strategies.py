"""Make baskets of all sorts for tests of what holds for each of them."""

from decimal import Decimal

from hypothesis import strategies as st

from orders.pricing import Basket, BasketLine, PromotionKind, PromotionRule, ShippingPrice, TaxRule
from utils.money import smallest_unit

CATEGORIES = ["", "0001", "00010001", "0002"]
TAX_CLASSES = ["", "food"]
PERCENTAGES = ["0", "1.875", "2.25", "5", "6.25", "7", "12", "19", "20", "33.3333", "100"]
LARGE = 10**14

# In smallest units: often so few that rounding and ties show, sometimes very many.
units = st.one_of(st.integers(0, 30), st.integers(0, 20_000), st.integers(0, LARGE))
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
percentages = st.one_of(st.sampled_from(PERCENTAGES), st.integers(0, 100), st.decimals(0, 100, places=3)).map(Decimal)


@st.composite
def line_lists(draw: st.DrawFn, currency: str, minimum: int = 0) -> tuple[BasketLine, ...]:
    """Make lines of different variants; some prices have parts of the smallest unit."""
    unit = smallest_unit(currency)
    return tuple(
        BasketLine(
            variant=variant,
            product=draw(st.integers(1, 3)),
            label=f"item {variant}",
            unit_price=draw(units) * unit / draw(st.sampled_from([1, 1, 1, 2, 8])),
            quantity=draw(st.integers(1, 7)),
            category=draw(st.sampled_from(CATEGORIES)),
            tax_class=draw(st.sampled_from(TAX_CLASSES)),
        )
        for variant in draw(st.lists(st.integers(1, 9), min_size=minimum, max_size=6, unique=True))
    )


@st.composite
def promotions(draw: st.DrawFn, currency: str, number: int) -> PromotionRule:
    """Make a promotion as the shop can store it."""
    unit = smallest_unit(currency)
    kind = draw(st.sampled_from(PromotionKind))
    for_order = kind != PromotionKind.BUY_X_GET_Y and draw(st.booleans())
    names_items = not for_order and draw(st.booleans())
    return PromotionRule(
        id=number,
        name=f"promotion {number}",
        kind=kind,
        value=draw(units) * unit if kind == PromotionKind.FIXED_AMOUNT else draw(percentages),
        buy_quantity=draw(st.integers(1, 3)),
        get_quantity=draw(st.integers(1, 3)),
        is_for_order=for_order,
        categories=draw(st.frozensets(st.sampled_from(CATEGORIES[1:]), max_size=2)) if names_items else frozenset(),
        products=draw(st.frozensets(st.integers(1, 4), max_size=2)) if names_items else frozenset(),
        variants=draw(st.frozensets(st.integers(1, 9), max_size=3)) if names_items else frozenset(),
        minimum_amount=draw(st.one_of(st.none(), units.map(lambda count: count * unit))),
        minimum_quantity=draw(st.one_of(st.none(), st.integers(0, 8))),
        is_combinable=draw(st.sampled_from([True, True, False])),
        priority=draw(st.integers(0, 2)),
    )


@st.composite
def taxes(draw: st.DrawFn) -> tuple[TaxRule, ...]:
    """Make up to four rates; only those of the standard class are for shipping."""
    rates = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        tax_class = draw(st.sampled_from(TAX_CLASSES))
        rates.append(
            TaxRule(
                id=number,
                name=f"rate {number}",
                percentage=draw(percentages),
                tax_class=tax_class,
                is_for_shipping=not tax_class and draw(st.booleans()),
            )
        )
    return tuple(rates)


@st.composite
def baskets(draw: st.DrawFn, maximum: int = 4) -> Basket:
    """Make a basket with at most ``maximum`` promotions."""
    currency = draw(currencies)
    shipping = draw(st.one_of(st.none(), units))
    return Basket(
        currency=currency,
        lines=draw(line_lists(currency)),
        promotions=tuple(draw(promotions(currency, number)) for number in range(1, draw(st.integers(0, maximum)) + 1)),
        shipping=None if shipping is None else ShippingPrice("Post", shipping * smallest_unit(currency)),
        taxes=draw(taxes()),
        prices_include_tax=draw(st.booleans()),
        is_exempt=draw(st.sampled_from([False, False, True])),
    )
