"""Staff move an order and note its money in one step; its customer may only cancel it."""

import pytest

from accounts.models import User
from orders.errors import CancelRefused
from orders.models import Order
from payments.errors import PaymentClosed
from payments.models import Payment
from payments.services import order_process, payment_open, refund_confirm, refund_request
from payments.states import PaymentMethod
from tests.factories import make_product, make_staff, make_user
from tests.payments.conftest import Sale
from tests.payments.steps import money, place, settle_down
from utils.errors import Denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_transfer(db: None) -> Payment:
    return place(make_user(), make_product(price="50.00", stock_left=5), method="manual")


def test_money_and_status_in_one_step(by_transfer: Payment, staff: User) -> None:
    for _ in range(2):
        order_process(user=staff, order_id=by_transfer.order_id, status="shipped", is_paid=True)
        settle_down()
    order = Order.objects.get()
    assert (order.status, order.payment_status, money(order)) == ("shipped", "paid", (100, 0))


@pytest.mark.parametrize("who", ["customer", "staff for orders only"])
def test_others_note_no_money(by_transfer: Payment, who: str) -> None:
    user = by_transfer.order.user if who == "customer" else make_staff(groups=["orders"])
    with pytest.raises(Denied):
        order_process(user=user, order_id=by_transfer.order_id, is_paid=True)
    assert money(Order.objects.get()) == (0, 0)


def test_what_a_gateway_has_to_say_staff_do_not(sale: Sale, staff: User) -> None:
    with pytest.raises(PaymentClosed):
        order_process(user=staff, order_id=sale.order.pk, status="shipped", is_paid=True)
    assert (sale.order.status, money(sale.order)) == ("pending", (0, 0))


def test_an_attempt_that_was_given_up_is_not_paid(by_transfer: Payment, sale: Sale, staff: User) -> None:
    payment_open(user=by_transfer.order.user, order_id=by_transfer.order_id, method=PaymentMethod.STRIPE)
    with pytest.raises(PaymentClosed):
        order_process(user=staff, order_id=by_transfer.order_id, is_paid=True)
    assert money(Order.objects.get(pk=by_transfer.order_id)) == (0, 0)


def test_of_two_attempts_the_open_one_is_paid(by_transfer: Payment, staff: User) -> None:
    second = payment_open(user=by_transfer.order.user, order_id=by_transfer.order_id, method=PaymentMethod.MANUAL)
    order_process(user=staff, order_id=by_transfer.order_id, is_paid=True)
    assert dict(Payment.objects.values_list("pk", "state")) == {by_transfer.pk: "cancelled", second.pk: "captured"}


def test_money_that_went_back_is_not_noted_as_here(by_transfer: Payment, staff: User) -> None:
    order_process(user=staff, order_id=by_transfer.order_id, is_paid=True)
    refund = refund_request(payment_id=by_transfer.pk, amount=None, actor=staff)
    refund_confirm(refund_id=refund.pk, actor=staff)
    with pytest.raises(PaymentClosed):
        order_process(user=staff, order_id=by_transfer.order_id, is_paid=True)


def test_its_customer_may_only_cancel(by_transfer: Payment, staff: User) -> None:
    buyer, pk = by_transfer.order.user, by_transfer.order_id
    with pytest.raises(Denied):
        order_process(user=buyer, order_id=pk, status="shipped")
    order_process(user=buyer, order_id=pk, status="cancelled")
    assert Order.objects.get().status == "cancelled"


def test_and_not_once_it_is_paid(by_transfer: Payment, staff: User) -> None:
    order_process(user=staff, order_id=by_transfer.order_id, is_paid=True)
    settle_down()
    with pytest.raises(CancelRefused):
        order_process(user=by_transfer.order.user, order_id=by_transfer.order_id, status="cancelled")
    assert Order.objects.get().status == "confirmed"
