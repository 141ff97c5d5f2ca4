"""Build baskets in few words, and write down their prices as tables that an accountant can check.

A table has one row for each step of the explanation, in its order, and then:

- ``total | subtotal - discount + shipping + tax added = total``
- ``item | variant | total - discount + tax added = paid | tax``, for each line in the order of the basket
- ``rate | name | base | tax``, for each tax rate
- ``off | name | amount``, for each promotion that took something off
- ``not | name | reason``, for each promotion that took nothing off

Items are called A, B, C, ... after their variants 1, 2, 3, ...; promotions P1, P2, ... and tax rates T1, T2, ... after
their ids.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from orders.pricing import price
from orders.pricing.values import (
    Basket,
    BasketLine,
    PromotionKind,
    PromotionRule,
    ShippingPrice,
    Step,
    StepKind,
    TaxRule,
    Totals,
)

Number = str | int


def item(
    variant: int, unit_price: Number, quantity: int = 1, *, product: int = 0, category: str = "", tax: str = ""
) -> BasketLine:
    """Build a line of pieces of ``variant``; ``tax`` is its tax class."""
    return BasketLine(
        variant=variant,
        product=product or 100 + variant,
        label=letter(variant),
        unit_price=Decimal(unit_price),
        quantity=quantity,
        category=category,
        tax_class=tax,
    )


def letter(variant: int) -> str:
    """Return A for the variant 1, B for 2, and so on."""
    return chr(ord("A") + variant - 1)


def percentage(number: int, value: Number, **rest: object) -> PromotionRule:
    """Build the promotion P``number`` that takes off ``value`` percent."""
    return _promotion(number, PromotionKind.PERCENTAGE, value=Decimal(value), **rest)


def amount_off(number: int, value: Number, **rest: object) -> PromotionRule:
    """Build the promotion P``number`` that takes off the amount ``value``."""
    return _promotion(number, PromotionKind.FIXED_AMOUNT, value=Decimal(value), **rest)


def buy(number: int, buy: int, get: int, value: Number = 100, **rest: object) -> PromotionRule:
    """Build the promotion P``number``: of ``buy + get`` pieces, ``get`` are reduced by ``value`` percent."""
    return _promotion(
        number, PromotionKind.BUY_X_GET_Y, value=Decimal(value), buy_quantity=buy, get_quantity=get, **rest
    )


def free_shipping(number: int, **rest: object) -> PromotionRule:
    """Build the promotion P``number`` that sends for free."""
    return _promotion(number, PromotionKind.FREE_SHIPPING, **rest)


def _promotion(number: int, kind: PromotionKind, **rest: object) -> PromotionRule:
    sets = {name: frozenset(rest.pop(name, ())) for name in ("categories", "products", "variants")}  # type: ignore[call-overload]
    if "minimum_amount" in rest:
        rest["minimum_amount"] = Decimal(str(rest["minimum_amount"]))
    return PromotionRule(id=number, name=f"P{number}", kind=kind, **sets, **rest)  # type: ignore[arg-type]


def rate(number: int, value: Number, *, tax: str = "", shipping: bool = False) -> TaxRule:
    """Build the tax rate T``number`` of ``value`` percent for the tax class ``tax``."""
    return TaxRule(id=number, name=f"T{number}", percentage=Decimal(value), tax_class=tax, is_for_shipping=shipping)


def basket(
    lines: Iterable[BasketLine],
    promotions: Iterable[PromotionRule] = (),
    *,
    currency: str = "EUR",
    shipping: Number | None = None,
    taxes: Iterable[TaxRule] = (),
    net: bool = False,
    exempt: bool = False,
) -> Basket:
    """Build a basket. ``shipping`` is the price of the method, None without one; ``net``: prices are without tax."""
    return Basket(
        currency=currency,
        lines=tuple(lines),
        promotions=tuple(promotions),
        shipping=None if shipping is None else ShippingPrice(label="Post", price=Decimal(shipping)),
        taxes=tuple(taxes),
        prices_include_tax=not net,
        is_exempt=exempt,
    )


def check(basket: Basket, table: str) -> None:
    """Assert that the basket costs what the table says, in all its parts and with the right number of decimals."""
    told = [[str(cell) for cell in row] for row in _rows(basket, price(basket))]
    expected = [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]
    assert told == expected, "The price is:\n" + "\n".join(" | ".join(row) for row in told)


def _rows(basket: Basket, totals: Totals) -> Iterator[list[object]]:
    for step in totals.steps:
        assert step.currency == basket.currency
        yield _step(step)
    yield [
        "total",
        f"{totals.subtotal} - {totals.discount} + {totals.shipping} + {totals.tax_added} = {totals.total}",
    ]
    for line in totals.lines:
        sums = f"{line.total} - {line.discount} + {line.tax_added} = {line.paid}"
        yield ["item", letter(line.line.variant), sums, line.tax]
    for tax in totals.taxes:
        yield ["rate", tax.name, tax.base, tax.amount]
    for number, amount in sorted(totals.discounts.items()):
        yield ["off", f"P{number}", amount]
    for number, reason in sorted(totals.left_out.items()):
        yield ["not", f"P{number}", reason.value]


def _step(step: Step) -> list[object]:
    base = "" if step.base is None else step.base
    label = f"T{step.rule}" if step.kind in {StepKind.TAX, StepKind.EXEMPTION} else step.label
    row = [step.kind.value, label, base, step.amount]
    return row if step.included is None else [*row, f"included {step.included}"]
