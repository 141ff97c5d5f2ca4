"""The outbox: an event exists exactly when its cause does, and is delivered at least once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from tests.factories import make_user
from utils import events
from utils.maintenance import forget_old_rows
from utils.models import IdempotencyKey, OutboxEvent

pytestmark = pytest.mark.django_db

rehearsed = events.Event("tests.rehearsed")
"""Only for these tests. Payload: ``number``."""


@pytest.fixture
def heard() -> Iterator[list[int]]:
    numbers: list[int] = []

    def listen(*, number: int, **kwargs: Any) -> None:
        if number < 0:
            raise ValueError("Negative numbers are not heard.")
        numbers.append(number)

    rehearsed.connect(listen, weak=False, dispatch_uid="tests.listen")
    yield numbers
    rehearsed.disconnect(dispatch_uid="tests.listen")


def test_delivered_after_the_commit(heard: list[int], django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(rehearsed, number=1)
        assert heard == []
    assert heard == [1]
    assert OutboxEvent.objects.get().delivered_at is not None


def test_a_rollback_takes_it_back(heard: list[int]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        events.publish(rehearsed, number=1)
        raise RuntimeError
    assert not OutboxEvent.objects.exists()


def test_what_a_crash_left_is_delivered_later_and_once(heard: list[int]) -> None:
    for number in (1, 2, 3):
        events.publish(rehearsed, number=number)  # no commit callbacks here: as if the process had died
    assert events.deliver_due() == 3
    assert events.deliver_due() == 0
    assert heard == [1, 2, 3]


def test_a_failing_receiver_is_tried_again_and_holds_up_nobody(
    heard: list[int], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(rehearsed, number=-1)
        events.publish(rehearsed, number=5)
    assert heard == [5]
    failed = OutboxEvent.objects.get(delivered_at=None)
    assert failed.attempts == 1
    assert "Negative numbers" in failed.last_error
    assert events.deliver_due() == 0  # not due yet

    OutboxEvent.objects.filter(pk=failed.pk).update(payload={"number": 7})
    with time_machine.travel(timezone.now() + timedelta(seconds=3)):
        assert events.deliver_due() == 1
    assert heard == [5, 7]


def test_the_publisher_never_hears_of_a_failure(heard: list[int], django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(rehearsed, number=-1)


def test_what_receivers_write_is_rolled_back_with_the_failure(heard: list[int]) -> None:
    def write_then_fail(*, number: int, **kwargs: Any) -> None:
        make_user("written")
        raise ValueError

    rehearsed.connect(write_then_fail, weak=False, dispatch_uid="tests.write")
    try:
        events.publish(rehearsed, number=1)
        assert events.deliver_due() == 0
    finally:
        rehearsed.disconnect(dispatch_uid="tests.write")
    assert OutboxEvent.objects.get().attempts == 1
    assert not type(make_user()).objects.filter(username="written").exists()


def test_left_to_the_worker(settings: Any, heard: list[int], django_capture_on_commit_callbacks: Callable) -> None:
    settings.EVENT_DELIVERY = "worker"
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(rehearsed, number=1)
    assert heard == []
    assert events.deliver_due() == 1
    assert heard == [1]


def test_old_rows_are_forgotten(heard: list[int]) -> None:
    events.publish(rehearsed, number=1)
    events.publish(rehearsed, number=-1)
    events.deliver_due()
    IdempotencyKey.objects.create(user_id=1, key="k", fingerprint="f")
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        forget_old_rows()
    assert (OutboxEvent.objects.count(), IdempotencyKey.objects.count()) == (2, 1)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        forget_old_rows()
    # What was never delivered is kept, however old.
    assert OutboxEvent.objects.get().payload == {"number": -1}
    assert not IdempotencyKey.objects.exists()
