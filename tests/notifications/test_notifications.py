"""What customers are told, and when."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from notifications import receivers
from notifications.models import Notification
from orders.models import Order
from tests.factories import make_product
from tests.support.jobs import run_jobs
from utils import events
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/api/v1/notifications/"


@pytest.fixture
def placed(customer_api: APIClient, django_capture_on_commit_callbacks: Callable) -> dict[str, Any]:
    product = make_product("Lamp", price="19.99")
    customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 2})
    with django_capture_on_commit_callbacks(execute=True):
        return customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).json()


def test_each_step_is_told_and_kept(
    customer_api: APIClient,
    other_api: APIClient,
    staff_api: APIClient,
    placed: dict,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        staff_api.post(f"/api/v1/orders/{placed['id']}/transition/", {"status": "processing"})
    told = customer_api.get(NOTIFICATIONS).json()["results"]
    assert [row["status"] for row in told] == ["processing", "confirmed", "pending"]
    assert told[-1]["message"] == f"Your order #{placed['id']} has been placed"
    assert other_api.get(NOTIFICATIONS).json()["count"] == 0

    missed = customer_api.get(NOTIFICATIONS, {"since": told[1]["id"]}).json()["results"]
    assert [row["status"] for row in missed] == ["processing"]


def test_hearing_an_event_twice_tells_it_once(placed: dict) -> None:
    OutboxEvent.objects.update(delivered_at=None)
    assert events.deliver_due() == 1
    assert Notification.objects.count() == 1


def test_reading(customer_api: APIClient, other_api: APIClient, placed: dict) -> None:
    newest = Notification.objects.latest("id").number
    answer = other_api.post(f"{NOTIFICATIONS}read/", {"up_to": newest})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/up_to")
    assert customer_api.get(NOTIFICATIONS).json()["results"][0]["read_at"] is None
    assert customer_api.get(NOTIFICATIONS, {"unread": "true"}).json()["count"] == 1
    assert customer_api.post(f"{NOTIFICATIONS}read/", {"up_to": newest}).json() == {"marked": 1}
    assert customer_api.get(NOTIFICATIONS, {"unread": "true"}).json()["count"] == 0


def test_the_order_is_confirmed_by_mail(placed: dict) -> None:
    run_jobs()
    (message,) = mail.outbox
    assert message.to == ["carla@example.com"]
    assert message.subject == f"Your order {placed['number']}"
    assert "2 x Lamp: 39.98 USD" in message.body
    assert "Total: 39.98 USD" in message.body


def test_a_channel_layer_that_is_down_loses_nothing(
    customer_api: APIClient, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable
) -> None:
    def broken(notification: Notification, order: Order) -> None:
        raise ConnectionError

    monkeypatch.setattr(receivers, "push", broken)
    customer_api.post("/api/v1/cart/items/", {"product": make_product().pk})
    with django_capture_on_commit_callbacks(execute=True):
        answer = customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}})
    assert answer.status_code == 201
    assert Notification.objects.count() == 1
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()
