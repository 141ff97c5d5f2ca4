"""Orders that their customers take out of their sight."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from orders.errors import HideRefused
from orders.models import Order
from orders.selectors import orders_of, orders_visible_to
from orders.services import order_hide, order_reopen, order_transition
from orders.states import OrderStatus
from payments.services import payment_confirm
from tests.factories import balance, make_product
from tests.payments.steps import place
from tests.support.rows import all_rows, changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(customer: User) -> Order:
    return place(customer, make_product("Lamp", stock_left=5), method="manual").order


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.CANCELLED])
def test_it_is_cancelled_and_its_pieces_are_free(order: Order, customer: User, status: OrderStatus) -> None:
    order_transition(order_id=order.pk, to=status)
    order_hide(order=order, actor=customer)
    hidden = Order.objects.get()
    assert (hidden.status, hidden.hidden_at is None) == ("cancelled", False)
    assert balance(order.lines.get().variant.product) == (5, 0)


def test_again_is_a_no_op(order: Order, customer: User) -> None:
    order_hide(order=order, actor=customer)
    before = all_rows()
    order_hide(order=order, actor=customer)
    assert changed(before, all_rows()) == []


def test_money_does_not_bring_it_back(order: Order, customer: User) -> None:
    """It goes back to the buyer, who would not see what it pays for."""
    order_transition(order_id=order.pk, to=OrderStatus.CANCELLED, reason="Not paid in time")
    order_hide(order=order, actor=customer)
    assert not order_reopen(order=Order.objects.get(), reason="Paid late")
    assert balance(order.lines.get().variant.product) == (5, 0)


@pytest.mark.parametrize("why", ["paid", "shipped", "delivered"])
def test_refused(order: Order, customer: User, why: str) -> None:
    if why == "paid":
        payment_confirm(payment_id=order.payments.get().pk)
    else:
        order_transition(order_id=order.pk, to=OrderStatus(why))
    before = all_rows()
    with pytest.raises(HideRefused):
        order_hide(order=order, actor=customer)
    assert changed(before, all_rows()) == []


def test_its_customer_sees_it_nowhere_and_staff_do(
    order: Order, customer: User, staff: User, customer_api: APIClient, staff_api: APIClient
) -> None:
    order_hide(order=order, actor=customer)
    assert [list(rows) for rows in (orders_of(customer), orders_visible_to(customer))] == [[], []]
    assert list(orders_visible_to(staff)) == [order]
    for path in ("/api/v1/orders/", "/api/orders/", "/api/orders/get/"):
        assert customer_api.get(path).json()["results"] == []
    assert customer_api.get("/track/order/").json() == []
    own = f"/api/v1/orders/{order.number}/"
    for path in (own, f"{own}history/", f"/api/orders/{order.pk}/"):
        assert customer_api.get(path).status_code == 404
        assert staff_api.get(path).status_code == 200
    assert staff_api.get("/api/v1/orders/").json()["count"] == 1
