"""The shop's days begin at its own midnight (``TIME_ZONE``); the API speaks UTC."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Order
from orders.statistics import orders_per_day
from payments.services import payment_confirm
from tests.admin.examples import make_order
from tests.factories import PASSWORD, make_product, make_user

# Half past one of the 21st in Nairobi.
LATE = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.fixture
def order(db: None, settings: Any) -> Order:
    settings.TIME_ZONE = "Africa/Nairobi"
    with time_machine.travel(LATE, tick=False):
        order = make_order(make_product(), customer=make_user("carla"))
        payment_confirm(payment_id=order.payments.get().pk)
    return order


def test_reports_count_the_shops_days(order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(LATE, tick=False):
        assert [(row.day, row.orders) for row in orders_per_day(days=2)] == [
            (date(2026, 11, 20), 0),
            (date(2026, 11, 21), 1),
        ]
    call_command("settlement_report", "--from", "2026-11-21", "--to", "2026-11-21")
    assert capsys.readouterr().out.splitlines()[1].split()[0] == "2026-11-21"


def test_the_admin_shows_the_shops_time_and_the_api_utc(order: Order) -> None:
    with time_machine.travel(LATE, tick=False):
        desk, api = Client(), APIClient()
        desk.force_login(User.objects.create_superuser("root", "root@example.com", PASSWORD))
        assert "Nov. 21, 2026, 1:30 a.m." in desk.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
        api.force_authenticate(order.user)
        assert api.get(f"/api/v1/orders/{order.number}/").json()["placed_at"] == "2026-11-20T22:30:00Z"


def test_a_mail_account_without_a_server_is_warned_of(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER = "", "me@own.example"
    assert [message.id for message in run_checks()] == ["shop.W001"]
    settings.EMAIL_HOST = "mail.own.example"
    assert run_checks() == []
