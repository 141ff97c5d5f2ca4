"""Jobs: enqueued with their cause, run at least once, given up at last."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from utils import jobs
from utils.models import QueuedJob

pytestmark = pytest.mark.django_db

ran: list[int] = []


@jobs.job("tests.rehearse")
def rehearse(*, number: int) -> None:
    if number < 0:
        raise ValueError("Negative numbers fail.")
    ran.append(number)


@jobs.job("tests.tick", every_minutes=5)
def tick() -> None:
    ran.append(0)


@pytest.fixture(autouse=True)
def _embedded(settings: Any) -> Iterator[None]:
    settings.JOBS_BACKEND = "database"
    ran.clear()
    yield
    ran.clear()


def test_run_once() -> None:
    rehearse.enqueue(number=1)
    rehearse.enqueue(number=2)
    assert jobs.run_due() == 2
    assert jobs.run_due() == 0
    assert ran == [1, 2]


def test_a_rollback_takes_the_job_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        rehearse.enqueue(number=1)
        raise RuntimeError
    assert jobs.run_due() == 0


def test_a_failing_job_is_tried_again_later_and_given_up_at_last() -> None:
    rehearse.enqueue(number=-1)
    now = timezone.now()
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        with time_machine.travel(now + timedelta(hours=attempt)):
            jobs.run_due()
        assert QueuedJob.objects.get().attempts == attempt
    assert "Negative numbers" in QueuedJob.objects.get().last_error
    with time_machine.travel(now + timedelta(days=2)):
        assert jobs.run_due() == 0
    assert QueuedJob.objects.get().attempts == jobs.MAX_ATTEMPTS


def test_what_another_process_claimed_is_left_to_it() -> None:
    rehearse.enqueue(number=1)
    row = QueuedJob.objects.get()
    QueuedJob.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    assert jobs._run(row) is False
    assert ran == []


def test_periodic_jobs_run_when_their_time_has_come() -> None:
    last_runs: dict[str, datetime] = {}
    start = timezone.now()
    for minutes in (0, 1, 4, 5, 9, 10):
        jobs.run_periodic(now=start + timedelta(minutes=minutes), last_runs=last_runs)
    assert ran == [0, 0, 0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="procrastinate needs PostgreSQL")
def test_procrastinate_enqueues_in_the_same_transaction(settings: Any) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    settings.JOBS_BACKEND = "procrastinate"
    with pytest.raises(RuntimeError), transaction.atomic():
        rehearse.enqueue(number=1)
        raise RuntimeError
    assert not ProcrastinateJob.objects.exists()
    rehearse.enqueue(number=2)
    assert list(ProcrastinateJob.objects.values_list("task_name", "args")) == [("tests.rehearse", {"number": 2})]
    assert "orders.expire" in app.tasks
