"""Mail about orders: several together, each once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications.jobs import mail_order_placed
from orders.models import Order
from tests.conftest import client_of
from tests.factories import make_product, make_user
from tests.support.mailserver import Mailbox, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (found, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield found


@pytest.fixture
def runs() -> list[dict[str, Any]]:
    """Return the arguments of four mails, to four customers."""
    for number in range(4):
        order_of(make_user(f"buyer{number}", email=f"buyer{number}@example.com", email_verified_at=timezone.now()))
    return [{"order_id": order.pk} for order in Order.objects.order_by("pk")]


def order_of(user: User) -> None:
    api = client_of(user)
    assert api.post("/api/v1/cart/items/", {"product": make_product().pk}).status_code == 201
    assert api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).status_code == 201


def recipients(mailbox: Mailbox) -> list[str]:
    return [str(message["To"]) for message in mailbox.messages]


def test_mail_that_is_sent_together_takes_one_connection(mailbox: Mailbox, runs: list[dict[str, Any]]) -> None:
    assert mail_order_placed.run_together(runs) == [None] * 4
    assert recipients(mailbox) == [f"buyer{number}@example.com" for number in range(4)]
    assert len(mailbox.callers) == 1


def test_a_refused_mail_is_the_only_one_to_send_again(mailbox: Mailbox, runs: list[dict[str, Any]]) -> None:
    mailbox.refusal, mailbox.refused = "451 Not now", "buyer1@"
    errors = mail_order_placed.run_together(runs)
    assert [error is None for error in errors] == [True, False, True, True]
    assert recipients(mailbox) == ["buyer0@example.com", "buyer2@example.com", "buyer3@example.com"]


def test_a_server_that_does_not_answer_is_called_once_for_all(
    mailbox: Mailbox, runs: list[dict[str, Any]], settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    errors = mail_order_placed.run_together(runs)
    assert [type(error) for error in errors] == [ConnectionRefusedError] * 4
    assert len({id(error) for error in errors}) == 1


def test_the_statements_do_not_grow_with_the_mails(runs: list[dict[str, Any]]) -> None:
    counts = []
    for some in (runs[:1], runs):
        with CaptureQueriesContext(connection) as captured:
            assert not any(mail_order_placed.run_together(some))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 2
