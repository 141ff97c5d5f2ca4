"""Jobs: enqueued with their cause, run at least once, given up at last."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.utils import timezone

from utils import jobs
from utils.backoff import retry_pause
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


def test_a_name_belongs_to_one_job() -> None:
    with pytest.raises(RuntimeError, match=r"Two jobs are named tests\.rehearse"):
        jobs.job("tests.rehearse")(lambda: None)


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
        with time_machine.travel(now + timedelta(hours=2 * attempt)):
            jobs.run_due()
        assert QueuedJob.objects.get().attempts == attempt
    assert "Negative numbers" in QueuedJob.objects.get().last_error
    with time_machine.travel(now + timedelta(days=4)):
        assert jobs.run_due() == 0
    assert QueuedJob.objects.get().attempts == jobs.MAX_ATTEMPTS


def test_the_pauses_grow_to_an_hour_and_last_for_more_than_a_day() -> None:
    pauses = [retry_pause(tries) for tries in range(1, jobs.MAX_ATTEMPTS)]
    assert [pause.total_seconds() for pause in pauses[:3]] == [2, 4, 8]
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(hours=24) < sum(pauses, timedelta()) < timedelta(hours=26)


@pytest.mark.parametrize(("failures_before", "seconds"), [(0, 2), (4, 32), (20, 3600)])
def test_a_failed_job_is_due_again_after_its_pause(failures_before: int, seconds: int) -> None:
    rehearse.enqueue(number=-1)
    QueuedJob.objects.update(attempts=failures_before)
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
        jobs.run_due()
        assert QueuedJob.objects.get().due_at == timezone.now() + timedelta(seconds=seconds)


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


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="procrastinate needs PostgreSQL")


@on_postgresql
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


@on_postgresql
def test_a_job_enqueues_in_its_own_transaction_in_the_worker_too(settings: Any, transactional_db: None) -> None:
    """There procrastinate's app has a connector of its own, which commits at once."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    settings.JOBS_BACKEND = "procrastinate"
    with app.replace_connector(app.connector.get_worker_connector()):
        with pytest.raises(RuntimeError), transaction.atomic():
            rehearse.enqueue(number=1)
            raise RuntimeError
        rehearse.enqueue(number=2)
    assert list(ProcrastinateJob.objects.values_list("task_name", "args")) == [("tests.rehearse", {"number": 2})]


def begun_by_a_worker(*, silent_for: str) -> int:
    """Make a job that a worker took; the worker was last heard of ``silent_for`` ago (PostgreSQL's interval)."""
    rehearse.enqueue(number=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        worker_id = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [worker_id])
        job_id: int = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - %s::interval WHERE id = %s",
            [silent_for, worker_id],
        )
    return job_id


@on_postgresql
@pytest.mark.parametrize(
    ("silent_for", "tries_before", "status"),
    [
        ("10 minutes", 0, "todo"),
        ("10 minutes", jobs.MAX_ATTEMPTS - 1, "failed"),
        ("5 seconds", 0, "doing"),
    ],
)
def test_what_a_killed_worker_left_is_put_back(settings: Any, silent_for: str, tries_before: int, status: str) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    from utils.postgres_jobs import STALLED_JOBS, retry_stalled_jobs

    settings.JOBS_BACKEND = "procrastinate"
    job_id = begun_by_a_worker(silent_for=silent_for)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [tries_before, job_id])

    async_to_sync(retry_stalled_jobs)(app)

    assert ProcrastinateJob.objects.get(pk=job_id).status == status
    assert STALLED_JOBS in app.tasks


@on_postgresql
@pytest.mark.parametrize(("failures_before", "seconds"), [(0, 2), (4, 32), (20, 3600), (jobs.MAX_ATTEMPTS - 1, None)])
def test_procrastinate_pauses_alike(failures_before: int, seconds: int | None) -> None:
    from procrastinate.jobs import Job

    from utils.postgres_jobs import Retry

    row = Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="tests.rehearse", attempts=failures_before
    )
    with time_machine.travel(timezone.now(), tick=False):
        decision = Retry().get_retry_decision(exception=ValueError(), job=row)
        if seconds is None:
            assert decision is None
        else:
            assert decision is not None
            assert decision.retry_at == timezone.now() + timedelta(seconds=seconds)
