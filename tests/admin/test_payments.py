"""Confirming payments in the admin, one and several."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from orders.services import order_transition
from orders.states import OrderStatus
from payments.models import Payment
from tests.admin.examples import make_order
from tests.admin.shown_forms import act, press, told
from tests.factories import make_product


@pytest.fixture
def payment(db: None) -> Payment:
    return make_order(make_product()).payments.get()


def test_confirming_asks_first_and_then_notes_who_and_what(root: Client, superuser: User, payment: Payment) -> None:
    asked = press(root, "payments_payment", payment.pk, "confirm", "confirm", reference="TT-9")
    assert "Have 10.00 USD been received" in asked.content.decode()
    payment.refresh_from_db()
    assert payment.state == "pending"
    press(root, "payments_payment", payment.pk, "confirm", "confirm", reference="TT-9", confirmed=True)
    payment.refresh_from_db()
    assert (payment.state, payment.reference, payment.confirmed_by) == ("captured", "TT-9", superuser)


def test_a_payment_of_a_cancelled_order_is_not_confirmed(root: Client, payment: Payment) -> None:
    order_transition(order_id=payment.order_id, to=OrderStatus.CANCELLED)
    answer = act(root, "payments_payment", "confirm", [payment.pk], confirmed="yes")
    assert told(answer) == [f"{payment}: This payment is over: its order was paid or cancelled, or the attempt failed."]
    payment.refresh_from_db()
    assert payment.captured_at is None


def test_several_payments_are_confirmed_after_a_question(root: Client, payment: Payment) -> None:
    other = make_order(make_product()).payments.get()
    act(root, "payments_payment", "confirm", [payment.pk, other.pk])
    assert set(Payment.objects.values_list("state", flat=True)) == {"pending"}
    answer = act(root, "payments_payment", "confirm", [payment.pk, other.pk], confirmed="yes")
    assert told(answer) == ["Payments confirmed: 2."]
    assert set(Payment.objects.values_list("state", flat=True)) == {"captured"}


def test_whoever_may_only_look_confirms_nothing(staff_with: Callable[..., Client], payment: Payment) -> None:
    client = staff_with("payments.view_payment")
    answer = press(client, "payments_payment", payment.pk, "confirm", "confirm", reference="", confirmed=True)
    assert answer.status_code == 403
    act(client, "payments_payment", "confirm", [payment.pk], confirmed="yes")
    payment.refresh_from_db()
    assert payment.state == "pending"
