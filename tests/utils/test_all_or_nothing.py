"""An event or a job that can't be written takes its cause back: what nobody will hear of has not happened."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from accounts import services as accounts
from accounts.models import Role, User
from cart import services as carts
from catalog import services as catalog
from inventory.offers import offer_of_product
from notifications import services as threads
from orders import services as orders
from payments import services as payments
from payments.states import PaymentMethod
from shipping import services as shipping
from tests.factories import make_product, make_user, order_request
from tests.payments.conftest import Sale, fake, paid_sale, sale
from tests.payments.steps import post_message
from tests.support.fake_gateway import message_about, paid
from tests.support.rows import all_rows, changed
from tests.support.tokens import CLIENT
from utils import events
from utils.jobs import Job

__all__ = ["fake", "paid_sale", "sale"]

pytestmark = pytest.mark.django_db

Act = Callable[[], Any]


@pytest.fixture
def no_event(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], list[str]]:
    """Return a function that does an act while no event and no job can be written, and lists the changed rows."""

    def fails(*args: Any, **fields: Any) -> None:
        raise OperationalError("No room for an event")

    def changed_by(act: Act) -> list[str]:
        before = all_rows()
        with monkeypatch.context() as patched:
            patched.setattr(events, "insert", fails)
            patched.setattr(Job, "enqueue_in", fails)
            with suppress(OperationalError):
                answer = act()
                assert answer.status_code == 503
        return changed(before, all_rows())

    return changed_by


def test_accounts(customer: User, no_event: Callable[[Act], list[str]]) -> None:
    seller = make_user("seller", role=Role.SELLER, awaits_approval=True)
    acts: dict[str, Act] = {
        "registration": lambda: accounts.user_register(
            username="new", email="new@example.com", password="a good horse 77", client=CLIENT
        ),
        "approval": lambda: accounts.seller_approve(user=seller),
        "address": lambda: accounts.email_change_request(
            user=customer, email="other@example.com", password="correct horse battery 7", client=CLIENT
        ),
    }
    assert {name: no_event(act) for name, act in acts.items()} == {name: [] for name in acts}


def test_reviews_and_threads(customer: User, staff: User, no_event: Callable[[Act], list[str]]) -> None:
    product = make_product()
    thread = threads.thread_open(user_id=customer.pk, opened_by=customer, body="Where is it?")
    acts: dict[str, Act] = {
        "review": lambda: catalog.review_write(product=product, user=customer, rating=4),
        "thread": lambda: threads.thread_open(user_id=customer.pk, opened_by=customer, body="And now?"),
        "message": lambda: threads.message_post(thread=thread, author=staff, body="On its way"),
    }
    assert {name: no_event(act) for name, act in acts.items()} == {name: [] for name in acts}


def test_orders(sale: Sale, customer: User, staff: User, no_event: Callable[[Act], list[str]]) -> None:
    carts.item_add(
        cart=carts.cart_open(user=customer), offer=offer_of_product(sale.product.pk, currency="USD"), quantity=1
    )
    order = sale.order
    acts: dict[str, Act] = {
        "order": lambda: payments.checkout(user=customer, method=PaymentMethod.MANUAL, order=order_request()),
        "transition": lambda: orders.order_transition(order_id=order.pk, to="cancelled"),
        "the customer's no": lambda: orders.order_cancel_by_customer(order=order, user=sale.buyer),
        "hiding": lambda: orders.order_hide(order=order, actor=staff),
        "tracking": lambda: shipping.shipment_track(
            shipment_id=order.shipment_id, carrier="DHL", tracking_number="4711"
        ),
    }
    assert {name: no_event(act) for name, act in acts.items()} == {name: [] for name in acts}


def test_payments(sale: Sale, staff: User, no_event: Callable[[Act], list[str]]) -> None:
    pk = sale.payment.pk
    assert no_event(lambda: payments.settle(payment_id=pk, result=paid(sale.payment))) == []
    assert no_event(lambda: post_message(message_about(sale.payment, "paid"))) == []
    payments.settle(payment_id=pk, result=paid(sale.payment))
    assert no_event(lambda: payments.refund_request(payment_id=pk, amount=Decimal(10), actor=staff)) == []
