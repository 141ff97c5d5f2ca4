"""What an order costs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orders.pricing import Basket, BasketLine, ShippingPrice, price
from tests.orders.pricing.tables import basket as basket_of
from tests.orders.pricing.tables import free_shipping, item, percentage, rate


def basket(currency: str, *pairs: tuple[str, int], shipping: str) -> Basket:
    lines = [
        BasketLine(variant=number, product=number, label=f"item {amount}", unit_price=Decimal(amount), quantity=count)
        for number, (amount, count) in enumerate(pairs)
    ]
    return Basket(currency=currency, lines=tuple(lines), shipping=ShippingPrice("Standard", Decimal(shipping)))


@pytest.mark.parametrize(
    ("currency", "pairs", "shipping", "subtotal", "total"),
    [
        ("USD", [("0.10", 3), ("1299.99", 2)], "4.90", "2600.28", "2605.18"),
        ("JPY", [("100", 3)], "500", "300", "800"),
        ("KWD", [("0.125", 3)], "0", "0.375", "0.375"),
        ("USD", [("0.005", 1)], "0", "0.01", "0.01"),
        ("USD", [], "0", "0.00", "0.00"),
    ],
)
def test_totals(currency: str, pairs: list, shipping: str, subtotal: str, total: str) -> None:
    totals = price(basket(currency, *pairs, shipping=shipping))
    assert (str(totals.subtotal), str(totals.total)) == (subtotal, total)


def test_the_steps_explain_the_total() -> None:
    totals = price(basket("USD", ("19.99", 2), ("5.00", 1), shipping="4.90"))
    assert [(step.label, str(step.amount)) for step in totals.steps] == [
        ("2 x item 19.99", "39.98"),
        ("1 x item 5.00", "5.00"),
        ("Shipping: Standard", "4.90"),
    ]
    assert sum(step.amount for step in totals.steps) == totals.total


def test_how_steps_are_called() -> None:
    promotions = [replace(percentage(1, 10), name="Summer"), replace(free_shipping(2), name="Post free", code="FREE")]
    order = basket_of([item(1, "11.90")], promotions, shipping="4.90", taxes=[rate(3, "19.0000")])
    assert [step.label for step in price(order).steps] == [
        "1 x A",
        "Summer",
        "Shipping: Post",
        "Post free (FREE)",
        "T3 19 %",
    ]
    assert price(replace(order, is_exempt=True)).steps[-1].label == "Exempt from T3 19 %"
