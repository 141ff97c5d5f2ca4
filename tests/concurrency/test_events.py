"""Several deliverers at once: each event once, those of one subject in order, those of others at the same time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests.concurrency.locks import on_postgres
from utils import events
from utils.models import OutboxEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency"), on_postgres]

alone = events.Event("tests.raced", subject="user_id")
"""Serve these tests only. Payload: ``user_id``, ``number``."""

batched = events.Event("tests.raced_together", subject="user_id")
"""Serve these tests only. Payload: ``user_id``, ``number``."""


class Receiver:
    """Note whom each event was about, and its number. Hearing number 1 lasts until ``may_go_on`` is set."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()

    def hear(self, *, user_id: int, number: int, **kwargs: Any) -> None:
        if number == 1:
            self.has_begun.set()
            assert self.may_go_on.wait(20)
        self.heard.append((user_id, number))

    def hear_all(self, payloads: Any) -> None:
        for payload in payloads:
            self.hear(**payload)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EVENT_DELIVERY = "worker"
    made = Receiver()
    alone.connect(made.hear, weak=False, dispatch_uid="tests.raced")
    batched.batch_receivers["tests.raced"] = made.hear_all
    yield made
    made.may_go_on.set()
    alone.disconnect(dispatch_uid="tests.raced")
    batched.batch_receivers.clear()


@contextmanager
def another_delivers(receiver: Receiver, *, limit: int) -> Iterator[None]:
    """Run the block while another deliverer is in the middle of event 1, and then let it finish."""

    def deliver() -> None:
        try:
            events.deliver_due(limit=limit)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(deliver)
        try:
            assert receiver.has_begun.wait(20)
            yield
        finally:
            receiver.may_go_on.set()
            other.result(20)


def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let deliverers take every event that no other one has locked."""
    monkeypatch.setattr(events, "_CLAIM", events._CLAIM.replace("WHERE NOT EXISTS (", "WHERE true OR NOT EXISTS ("))


@pytest.mark.parametrize("second", [alone, batched], ids=lambda event: event.name)
@pytest.mark.parametrize("first", [alone, batched], ids=lambda event: event.name)
class TestOneSubject:
    def test_without_the_guard_the_second_event_is_heard_first(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, first: events.Event, second: events.Event
    ) -> None:
        unguarded(monkeypatch)
        events.publish(first, user_id=1, number=1)
        with another_delivers(receiver, limit=1):
            events.publish(second, user_id=1, number=2)
            events.deliver_due()
        assert receiver.heard == [(1, 2), (1, 1)]

    def test_the_second_event_waits_for_the_first(
        self, receiver: Receiver, first: events.Event, second: events.Event
    ) -> None:
        events.publish(first, user_id=1, number=1)
        with another_delivers(receiver, limit=1):
            events.publish(second, user_id=1, number=2)
            assert events.deliver_due() == 0
        assert events.deliver_due() == 1
        assert receiver.heard == [(1, 1), (1, 2)]


@pytest.mark.parametrize("event", [alone, batched], ids=lambda event: event.name)
def test_another_subject_does_not_wait(receiver: Receiver, event: events.Event) -> None:
    events.publish(event, user_id=1, number=1)
    with another_delivers(receiver, limit=1):
        events.publish(event, user_id=1, number=2)
        events.publish(event, user_id=2, number=3)
        assert events.deliver_due() == 1
        assert receiver.heard == [(2, 3)]
    assert events.deliver_due() == 1
    assert receiver.heard == [(2, 3), (1, 1), (1, 2)]


def test_what_was_delivered_while_the_claim_ran_is_not_overtaken(receiver: Receiver) -> None:
    """The claim's snapshot still shows the first event as waiting when its deliverer commits: the second one waits."""
    events.publish(alone, user_id=1, number=1)
    events.publish(alone, user_id=1, number=2)
    with another_delivers(receiver, limit=1), transaction.atomic():
        assert events._claim(1) == []
        receiver.may_go_on.set()
    assert OutboxEvent.objects.filter(delivered_at=None).count() == 1
    assert events.deliver_due() == 1
    assert receiver.heard == [(1, 1), (1, 2)]


@pytest.mark.parametrize("event", [alone, batched], ids=lambda event: event.name)
def test_four_deliverers_hear_everything_once_and_in_order(receiver: Receiver, event: events.Event) -> None:
    receiver.may_go_on.set()
    users, numbers = range(1, 6), range(1, 11)
    for number in numbers:
        for user_id in users:
            events.publish(event, user_id=user_id, number=number)

    def deliver() -> None:
        try:
            while OutboxEvent.objects.filter(delivered_at=None).exists():
                events.deliver_due(limit=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(deliver) for _ in range(4)]:
            future.result(60)
    assert sorted(receiver.heard) == [(user_id, number) for user_id in users for number in numbers]
    for about in users:
        assert [number for user_id, number in receiver.heard if user_id == about] == list(numbers)
