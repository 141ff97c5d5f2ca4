"""Answering customers in the admin."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import Thread
from notifications.services import thread_close, thread_open
from tests.admin.shown_forms import press, told
from tests.factories import make_user
from tests.support.rows import all_rows, changed

PAGE = "notifications_thread"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def thread(db: None) -> Thread:
    customer = make_user("carla")
    return thread_open(user_id=customer.pk, opened_by=customer, subject="The lamp", body=SCRIPT)


def panels_on(client: Client, thread: Thread) -> list[str]:
    context = client.get(reverse(f"admin:{PAGE}_change", args=[thread.pk])).context
    return [entry["panel"].name for entry in context.get("panels", [])]


def test_staff_answer_in_their_own_name(root: Client, superuser: User, thread: Thread) -> None:
    answer = press(root, PAGE, thread.pk, "answer", "send", body="It left today.")
    assert told(answer) == ["The answer was sent."]
    message = thread.messages.latest("id")
    assert (message.author, message.body) == (superuser, "It left today.")
    text = answer.content.decode()
    assert "It left today." in text
    assert "&lt;script&gt;alert(1)" in text
    assert SCRIPT not in text


def test_a_closed_thread_waits_for_its_customer(root: Client, thread: Thread) -> None:
    assert panels_on(root, thread) == ["answer", "close"]
    assert told(press(root, PAGE, thread.pk, "close", "close")) == ["The thread is closed now."]
    assert panels_on(root, thread) == []
    before = all_rows()
    assert "can no longer be done" in told(press(root, PAGE, thread.pk, "answer", "send", body="One more thing"))[0]
    assert {row for row in changed(before, all_rows()) if row.startswith("notifications")} == set()


@pytest.mark.parametrize("body", ["", "   ", "a" * 4001])
def test_a_bad_answer_changes_nothing(root: Client, thread: Thread, body: str) -> None:
    assert told(press(root, PAGE, thread.pk, "answer", "send", body=body))[0].startswith("Answer: ")
    assert thread.messages.count() == 1


def test_whoever_may_only_look_answers_nobody(staff_with: Callable[..., Client], thread: Thread) -> None:
    client = staff_with("notifications.view_thread")
    assert panels_on(client, thread) == []
    for panel, button in (("answer", "send"), ("close", "close")):
        assert press(client, PAGE, thread.pk, panel, button, body="Yes").status_code == 403
    thread.refresh_from_db()
    assert (thread.status, thread.messages.count()) == ("open", 1)


@pytest.mark.parametrize("sought", ["lamp", "carla", "carla@example.com"])
def test_a_thread_is_found(root: Client, thread: Thread, sought: str) -> None:
    other = make_user()
    thread_close(thread=thread_open(user_id=other.pk, opened_by=other, subject="Shipping"))
    url = reverse(f"admin:{PAGE}_changelist")
    assert list(root.get(url, {"q": sought}).context["cl"].result_list) == [thread]
    assert list(root.get(url, {"status__exact": "open"}).context["cl"].result_list) == [thread]
