"""The outbox: an event exists exactly when its cause does, and is delivered at least once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.factories import make_user
from utils import events
from utils.maintenance import forget_old_rows
from utils.models import IdempotencyKey, OutboxEvent

pytestmark = pytest.mark.django_db

rehearsed = events.Event("tests.rehearsed")
"""Serve these tests only. Payload: ``number``."""


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


gathered = events.Event("tests.gathered", subject="user_id")
"""Serve these tests only. Payload: ``user_id``, ``number``. Only a batch receiver hears it."""


@pytest.fixture
def batches(settings: Any) -> Iterator[list[list[int]]]:
    """The batches that were heard; one with a negative number fails after it was heard."""
    settings.EVENT_DELIVERY = "worker"
    heard: list[list[int]] = []

    @events.batch_receiver(gathered, dispatch_uid="tests.gather")
    def gather(payloads: Sequence[events.Payload]) -> None:
        heard.append([payload["number"] for payload in payloads])
        make_user(f"written{len(heard)}")
        if min(heard[-1]) < 0:
            raise ValueError("Negative numbers are not heard.")

    yield heard
    gathered.batch_receivers.clear()


class TestBatches:
    def test_what_is_due_is_heard_in_one_batch(self, batches: list[list[int]]) -> None:
        for number in (1, 2, 3):
            events.publish(gathered, user_id=number % 2, number=number)
        assert events.deliver_due() == 3
        assert batches == [[1, 2, 3]]
        assert not OutboxEvent.objects.filter(delivered_at=None).exists()

    def test_a_batch_takes_no_more_statements_than_one_event(self, batches: list[list[int]]) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as captured:
                events.deliver_due()
            return len(captured)

        events.publish(gathered, user_id=1, number=1)
        one = count()
        for number in range(20):
            events.publish(gathered, user_id=number, number=number)
        assert count() == one
        assert [len(batch) for batch in batches] == [1, 20]

    def test_one_that_fails_holds_up_no_other(self, batches: list[list[int]]) -> None:
        for number in (1, -2, 3):
            events.publish(gathered, user_id=1, number=number)
        assert events.deliver_due() == 2
        assert batches == [[1, -2, 3], [1], [-2], [3]]
        failed = OutboxEvent.objects.get(delivered_at=None)
        assert (failed.payload["number"], failed.attempts) == (-2, 1)
        # The rolled back batches wrote nothing.
        assert set(User.objects.values_list("username", flat=True)) == {"written2", "written4"}

    def test_the_limit_holds(self, batches: list[list[int]]) -> None:
        for number in range(5):
            events.publish(gathered, user_id=1, number=number)
        assert events.deliver_due(limit=3) == 3
        assert events.deliver_due(limit=3) == 2
        assert batches == [[0, 1, 2], [3, 4]]

    def test_an_event_that_is_also_heard_alone_is_delivered_alone(self, batches: list[list[int]]) -> None:
        numbers: list[int] = []
        gathered.connect(
            lambda *, number, **kwargs: numbers.append(number), weak=False, dispatch_uid="tests.gather_alone"
        )
        try:
            for number in (1, 2):
                events.publish(gathered, user_id=1, number=number)
            assert events.deliver_due() == 2
        finally:
            gathered.disconnect(dispatch_uid="tests.gather_alone")
        assert (batches, numbers) == ([[1], [2]], [1, 2])

    def test_events_of_one_subject_are_heard_in_their_order_whatever_their_names(
        self, batches: list[list[int]], heard: list[int]
    ) -> None:
        both: list[str] = []
        rehearsed.subject = "user_id"
        rehearsed.connect(
            lambda *, number, **kwargs: both.append(f"alone {number}"), weak=False, dispatch_uid="tests.both"
        )
        gathered.batch_receivers["tests.both"] = lambda payloads: both.extend(f"{each['number']}" for each in payloads)
        try:
            events.publish(gathered, user_id=1, number=1)
            events.publish(rehearsed, user_id=1, number=2)
            events.publish(gathered, user_id=1, number=3)
            events.publish(gathered, user_id=2, number=4)
            assert events.deliver_due() == 4
        finally:
            rehearsed.disconnect(dispatch_uid="tests.both")
            rehearsed.subject = ""
        assert [number for number in both if not number.endswith("4")] == ["1", "alone 2", "3"]
        assert batches[0] == [1, 4]


def test_an_event_that_no_code_knows_is_kept_and_holds_up_nobody(heard: list[int]) -> None:
    OutboxEvent.objects.create(name="tests.of_a_later_release", payload={}, due_at=timezone.now())
    events.publish(rehearsed, number=1)
    assert events.deliver_due() == 1
    assert OutboxEvent.objects.get(delivered_at=None).attempts == 1


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
