"""Moving and cancelling orders in the admin, one and several."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from orders.models import Order
from orders.services import order_transition
from orders.states import OrderStatus
from tests.admin.examples import make_order
from tests.admin.shown_forms import act, press, told
from tests.factories import balance, make_product


@pytest.fixture
def order(db: None) -> Order:
    return make_order(make_product("Kettle", sku="KET-1"), quantity=2)


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def buttons_on(client: Client, order: Order) -> list[str]:
    context = client.get(reverse("admin:orders_order_change", args=[order.pk])).context
    return [button.value for entry in context.get("panels", [])[:1] for button in entry["panel"].buttons]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("pending", ["confirmed", "processing", "shipped", "delivered", "cancelled"]),
        ("confirmed", ["processing", "shipped", "delivered", "cancelled"]),
        ("shipped", ["delivered"]),
    ],
)
def test_only_the_statuses_that_may_follow_are_offered(
    root: Client, order: Order, status: str, allowed: list[str]
) -> None:
    order_transition(order_id=order.pk, to=OrderStatus(status))
    assert buttons_on(root, order) == allowed


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_nothing_is_offered_after_the_end(root: Client, order: Order, status: str) -> None:
    order_transition(order_id=order.pk, to=OrderStatus(status))
    context = root.get(reverse("admin:orders_order_change", args=[order.pk])).context
    assert [entry["panel"].name for entry in context["panels"]] == ["tracking"]


def test_a_button_moves_the_order_in_the_name_of_who_pressed_it(root: Client, superuser: User, order: Order) -> None:
    answer = press(root, "orders_order", order.pk, "status", "processing", reason="Paid in the shop")
    assert told(answer) == ["The order is processing now."]
    steps = order.history.order_by("id").values_list("new_status", "actor", "reason")
    assert list(steps)[1:] == [
        ("confirmed", superuser.pk, "Paid in the shop"),
        ("processing", superuser.pk, "Paid in the shop"),
    ]


def test_cancelling_asks_first(root: Client, order: Order) -> None:
    answer = press(root, "orders_order", order.pk, "status", "cancelled", reason="Out of reach")
    assert f"Cancel order {order.number}?" in answer.content.decode()
    assert 'value="Out of reach"' in answer.content.decode()
    assert status_of(order) == "pending"
    press(root, "orders_order", order.pk, "status", "cancelled", reason="Out of reach", confirmed=True)
    assert status_of(order) == "cancelled"
    assert order.history.latest("id").reason == "Out of reach"
    assert balance(order.lines.get().variant.product) == (10, 0)


def test_a_button_of_an_old_page_changes_nothing(root: Client, order: Order) -> None:
    order_transition(order_id=order.pk, to=OrderStatus.SHIPPED)
    before = order.history.count()
    answer = press(root, "orders_order", order.pk, "status", "cancelled", reason="", confirmed=True)
    assert told(answer) == ["This can no longer be done. See the current state below."]
    assert (status_of(order), order.history.count()) == ("shipped", before)


@pytest.mark.parametrize("target", ["pending", "nonsense", ""])
def test_a_forged_status_changes_nothing(root: Client, order: Order, target: str) -> None:
    order_transition(order_id=order.pk, to=OrderStatus.CONFIRMED)
    press(root, "orders_order", order.pk, "status", target, reason="", confirmed=True)
    assert status_of(order) == "confirmed"


def test_a_reason_that_is_too_long_changes_nothing(root: Client, order: Order) -> None:
    answer = press(root, "orders_order", order.pk, "status", "confirmed", reason="x" * 256)
    assert told(answer)[0].startswith("Reason: Ensure ")
    assert status_of(order) == "pending"


def test_a_panel_takes_posts_only(root: Client, order: Order) -> None:
    assert root.get(reverse("admin:orders_order_panel", args=[order.pk, "status"])).status_code == 405


def test_a_panel_wants_the_csrf_token(superuser: User, order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    assert press(client, "orders_order", order.pk, "status", "confirmed", reason="").status_code == 403
    assert status_of(order) == "pending"


def test_carrier_and_tracking_number_are_noted(root: Client, order: Order) -> None:
    press(root, "orders_order", order.pk, "tracking", "save", carrier="DHL", tracking_number="JD01")
    order.shipment.refresh_from_db()
    assert (order.shipment.carrier, order.shipment.tracking_number) == ("DHL", "JD01")


def test_the_page_shows_lines_history_payments_and_reservations(root: Client, order: Order) -> None:
    text = root.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    for expected in ("KET-1", "20.00 USD", "Manual payment", "<td>Kettle</td><td>Main</td><td>2</td><td>active</td>"):
        assert expected in text


def test_several_orders_are_moved_after_a_question(root: Client, order: Order) -> None:
    other = make_order(make_product())
    asked = act(root, "orders_order", "move_to", [order.pk, other.pk])
    assert order.number in asked.content.decode()
    assert (status_of(order), status_of(other)) == ("pending", "pending")
    done = act(root, "orders_order", "move_to", [order.pk, other.pk], to="processing", reason="", confirmed="yes")
    assert told(done) == ["Orders moved to Processing: 2."]
    assert (status_of(order), status_of(other)) == ("processing", "processing")


def test_an_order_that_can_not_move_does_not_hold_up_the_others(root: Client, order: Order) -> None:
    other = make_order(make_product())
    order_transition(order_id=other.pk, to=OrderStatus.CANCELLED)
    before = other.history.count()
    done = act(root, "orders_order", "move_to", [order.pk, other.pk], to="shipped", reason="", confirmed="yes")
    assert sorted(told(done)) == sorted(
        [f"{other.number}: An order that is cancelled can't become shipped.", "Orders moved to Shipped: 1."]
    )
    assert (status_of(order), status_of(other), other.history.count()) == ("shipped", "cancelled", before)


def test_whoever_may_only_look_moves_nothing(staff_with: Callable[..., Client], order: Order) -> None:
    client = staff_with("orders.view_order")
    assert buttons_on(client, order) == []
    assert press(client, "orders_order", order.pk, "status", "confirmed", reason="").status_code == 403
    act(client, "orders_order", "move_to", [order.pk], to="confirmed", reason="", confirmed="yes")
    assert status_of(order) == "pending"


def test_who_may_change_orders_moves_them_but_does_not_see_payments(
    staff_with: Callable[..., Client], order: Order
) -> None:
    client = staff_with("orders.change_order")
    text = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Kettle" in text
    assert "Manual payment" not in text
    press(client, "orders_order", order.pk, "status", "confirmed", reason="")
    assert status_of(order) == "confirmed"


@pytest.mark.parametrize("term", ["number", "username", "email"])
def test_orders_are_found_by_number_username_and_address(root: Client, order: Order, term: str) -> None:
    make_order(make_product())
    sought = {"number": order.number, "username": order.user.username, "email": order.email}[term]
    found = root.get(reverse("admin:orders_order_changelist"), {"q": sought}).context["cl"].result_list
    assert [row.pk for row in found] == [order.pk]


def test_too_many_orders_at_once_are_refused(root: Client, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("utils.admin.panels.MAX_AT_ONCE", 1)
    other = make_order(make_product())
    assert told(act(root, "orders_order", "move_to", [order.pk, other.pk])) == ["Please select no more than 1 at once."]
