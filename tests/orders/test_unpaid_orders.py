"""An order whose money is missing is not moved on, whichever door asks."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Order
from orders.services import order_record_money, order_transition
from orders.states import OrderStatus
from payments.gateways import registry
from payments.services import payment_open
from payments.states import PaymentMethod
from tests.admin.shown_forms import act, press, told
from tests.factories import make_product, make_staff, make_user
from tests.payments.steps import place
from tests.support.fake_gateway import FakeGateway

pytestmark = pytest.mark.django_db
FORWARD = ["confirmed", "processing", "shipped", "delivered"]
NEEDED = "The order is not fully paid, and its payment method is not one that is paid later."
REASON = "The order is not fully paid. Give a reason to move it on anyway."


@pytest.fixture
def order(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Order:
    """Place an order to be paid by card, whose buyer has left the gateway's page."""
    fake = FakeGateway(tmp_path / "books.json")
    monkeypatch.setattr(registry, "_GATEWAYS", {fake.method: fake})
    return place(make_user("bianca"), make_product(price="27.35", stock_left=5)).order


@pytest.fixture
def clerk(db: None) -> User:
    return make_staff(groups=["orders"])


@pytest.fixture
def trusted(clerk: User) -> User:
    clerk.user_permissions.add(Permission.objects.get(codename="move_unpaid_order"))
    return User.objects.get(pk=clerk.pk)


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def transition(user: User, order: Order, to: str, reason: str = "") -> Any:
    return signed_in(user).post(f"/api/v1/orders/{order.number}/transition/", {"status": to, "reason": reason})


def unchanged(order: Order) -> bool:
    return Order.objects.get(pk=order.pk).status == "pending" and order.history.count() == 1


@pytest.mark.parametrize("to", FORWARD)
def test_an_unpaid_card_order_is_not_moved_on(order: Order, clerk: User, to: str) -> None:
    answer = transition(clerk, order, to, reason="A friend")
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_needed")
    assert unchanged(order)


def test_whoever_may_has_to_say_why_and_the_history_shows_it(order: Order, trusted: User) -> None:
    refused = transition(trusted, order, "shipped", reason="  ")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_needed")
    assert unchanged(order)
    assert transition(trusted, order, "shipped", reason="Replaces a lost parcel").status_code == 200
    steps = signed_in(trusted).get(f"/api/v1/orders/{order.number}/history/").json()[1:]
    assert [(step["new_status"], step["reason"]) for step in steps] == [
        (status, "Replaces a lost parcel") for status in FORWARD[:3]
    ]


def test_an_unpaid_order_can_be_cancelled(order: Order, clerk: User) -> None:
    assert transition(clerk, order, "cancelled").status_code == 200


@pytest.mark.parametrize("method", ["manual", "cash_on_delivery"])
def test_what_is_paid_later_goes_before_its_money(clerk: User, method: str) -> None:
    order = place(make_user(), make_product(), method=method).order
    assert transition(clerk, order, "delivered").status_code == 200


def test_the_way_of_paying_that_was_chosen_last_counts(order: Order, clerk: User) -> None:
    payment_open(user=order.user, order_id=order.pk, method=PaymentMethod.CASH_ON_DELIVERY)
    payment_open(user=order.user, order_id=order.pk, method=PaymentMethod.STRIPE)
    assert transition(clerk, order, "shipped").status_code == 409
    payment_open(user=order.user, order_id=order.pk, method=PaymentMethod.CASH_ON_DELIVERY)
    assert transition(clerk, order, "shipped").status_code == 200


@pytest.mark.parametrize(
    ("captured", "refunded", "status"),
    [("54.69", "0", 409), ("54.70", "0", 200), ("54.70", "4.90", 200), ("54.70", "54.70", 409)],
)
def test_money_in_full_moves_it_on_and_money_that_went_back_does_not(
    order: Order, clerk: User, captured: str, refunded: str, status: int
) -> None:
    order_record_money(order=order, captured_total=Decimal(captured), refunded_total=Decimal(refunded))
    assert transition(clerk, order, "shipped").status_code == status


def test_money_that_went_back_later_stops_the_parcel(order: Order, clerk: User) -> None:
    order_record_money(order=order, captured_total=Decimal("54.70"), refunded_total=Decimal(0))
    order_transition(order_id=order.pk, to=OrderStatus.CONFIRMED)
    order_record_money(order=Order.objects.get(), captured_total=Decimal("54.70"), refunded_total=Decimal("54.70"))
    assert transition(clerk, order, "shipped").status_code == 409
    assert Order.objects.get().status == "confirmed"


def test_the_documents_of_other_shops_move_no_unpaid_card_order(order: Order, clerk: User) -> None:
    process = signed_in(clerk).put(f"/api/orders/{order.pk}/process/", {"status": "shipped"}, format="json")
    update = signed_in(clerk).patch(f"/api/orders/{order.pk}/update_status/", {"status": "shipped"}, format="json")
    assert (process.status_code, update.status_code) == (409, 409)
    assert unchanged(order)


class TestAdmin:
    def sign_in(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def test_says_why_not(self, order: Order, clerk: User) -> None:
        answer = press(self.sign_in(clerk), "orders_order", order.pk, "status", "shipped", reason="A friend")
        assert told(answer)[0].startswith(NEEDED)
        assert unchanged(order)

    def test_asks_with_the_amount_that_is_missing(self, order: Order, trusted: User) -> None:
        client = self.sign_in(trusted)
        assert told(press(client, "orders_order", order.pk, "status", "shipped")) == [REASON]
        asked = press(client, "orders_order", order.pk, "status", "shipped", reason="Trusted")
        question = f"Order {order.number} is not fully paid (0.00 of 54.70 USD received). Move it to Shipped anyway?"
        assert question in asked.content.decode()
        assert unchanged(order)
        press(client, "orders_order", order.pk, "status", "shipped", reason="Trusted", confirmed=True)
        assert Order.objects.get().status == "shipped"
        text = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
        assert "Trusted" in text

    def test_confirming_at_once_is_refused_as_well(self, order: Order, clerk: User) -> None:
        answer = press(self.sign_in(clerk), "orders_order", order.pk, "status", "shipped", confirmed=True)
        assert told(answer)[0].startswith(NEEDED)
        assert unchanged(order)

    def test_a_list_leaves_out_what_is_unpaid(self, order: Order, clerk: User) -> None:
        other = place(make_user(), make_product(), method="manual").order
        rows = [order.pk, other.pk]
        answer = act(self.sign_in(clerk), "orders_order", "move_to", rows, to="shipped", reason="", confirmed="yes")
        assert sum(message.startswith(f"{order}: {NEEDED}") for message in told(answer)) == 1
        assert unchanged(order)
        other.refresh_from_db()
        assert other.status == "shipped"


def test_no_group_has_the_permission_at_first() -> None:
    assert not Permission.objects.get(codename="move_unpaid_order").group_set.exists()
