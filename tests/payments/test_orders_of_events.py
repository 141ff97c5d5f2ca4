"""Six things happen around a payment, in a sample of their 720 orders; with ``WHOLE_SUITE=1`` in all of them.

Money and stock end the same in every one. Where the order has to matter, because stock that was set free was sold to
somebody else, what stays the same is that the shop keeps the money exactly when the buyer gets the goods.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from orders.models import Order
from orders.states import OrderStatus
from payments.services import reconcile
from tests.factories import make_user
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, expire, make_due, money, place, process_postponed, send
from tests.support.fake_gateway import message_about, message_about_refund
from tests.support.orderings import orderings
from tests.support.tries import taken_back

HUNDRED = Decimal(100)
EVENTS = ("waiting", "paid", "failed", "expired", "paid again", "given back at the gateway")


def happenings(sale: Sale) -> dict[str, Callable[[], None]]:
    payment = sale.payment
    return {
        "waiting": lambda: send(message_about(payment, "open")),
        "paid": lambda: send(message_about(payment, "paid", "first", receipt="R1")),
        "failed": lambda: send(message_about(payment, "failed")),
        "expired": lambda: expire(payment.order_id),
        "paid again": lambda: send(message_about(payment, "paid", "second", receipt="R2")),
        "given back at the gateway": lambda: send(message_about_refund(payment, "100.00", "re-9")),
        "sold out": lambda: sell_what_is_left(sale),
    }


def sell_what_is_left(sale: Sale) -> None:
    """Sell all that is not reserved, even a single piece."""
    on_hand, reserved = sale.stock()
    place(make_user(), sale.product, method="cash_on_delivery", quantity=on_hand - reserved)


def calm_down() -> None:
    """Let the pauses pass, and run the reconciler."""
    process_postponed()
    make_due()
    reconcile()
    process_postponed()


def end_of(sale: Sale) -> tuple[Any, ...]:
    order = Order.objects.get(pk=sale.payment.order_id)
    payment = order.payments.get()
    return (
        (order.status, order.payment_status, payment.state),
        money(order),
        (payment.captured_amount, payment.refunded_amount),
        sorted(payment.refunds.values_list("amount", "state")),
        sale.stock(),
        alerts(),
    )


@pytest.mark.parametrize("first", EVENTS)
def test_the_order_of_events_does_not_change_the_end(sale: Sale, first: str) -> None:
    """Paid twice, and the whole price given back by hand: the goods leave, and staff look at a surplus."""
    ends: dict[tuple[Any, ...], list[tuple[str, ...]]] = {}
    orders = [order for order in orderings(EVENTS) if order[0] == first]
    for order in orders:
        with taken_back():
            steps = happenings(sale)
            for event in order:
                steps[event]()
            calm_down()
            ends.setdefault(repr(end_of(sale)), []).append(order)
    expected = (
        (OrderStatus.CONFIRMED.value, "refunded", "captured"),
        (2 * HUNDRED, 2 * HUNDRED),
        (2 * HUNDRED, 2 * HUNDRED),
        [(HUNDRED, "succeeded")] * 2,
        (3, 0),
        ["paid_twice"],
    )
    assert {end: len(found) for end, found in ends.items()} == {repr(normal(expected)): len(orders)}, {
        end: found[:2] for end, found in ends.items()
    }


def normal(end: Any) -> Any:
    """Amounts as the database writes them."""
    if isinstance(end, Decimal):
        return end.quantize(Decimal("0.001"))
    return type(end)(normal(part) for part in end) if isinstance(end, (tuple, list)) else end


def test_where_the_stock_may_be_gone_money_follows_the_goods(sale: Sale) -> None:
    """An order lives if it was paid before it expired and its pieces were sold; else its money is back."""
    events = ("paid", "failed", "expired", "sold out", "paid again")
    for order in orderings(events):
        with taken_back():
            steps = happenings(sale)
            for event in order:
                steps[event]()
            calm_down()
            paid_at = min(order.index("paid"), order.index("paid again"))
            is_lost = order.index("expired") < order.index("sold out") < paid_at
            captured, refunded = money(sale.order)
            expected = ("cancelled", "refunded", 0) if is_lost else ("confirmed", "paid", HUNDRED)
            assert (sale.order.status, sale.order.payment_status, captured - refunded) == expected, order
            assert captured == 2 * HUNDRED
            assert alerts() == (["paid_late", "paid_twice"] if is_lost else ["paid_twice"]), order
            assert sale.stock()[0] == (5 if is_lost else 3), order
