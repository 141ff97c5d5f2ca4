"""Work that a request must not wait for.

A job is a function with plain arguments, declared in an app's ``jobs.py``, or beside the service that enqueues it::

    @job("notifications.mail_order")
    def mail_order(*, order_id: int) -> None: ...

    mail_order.enqueue(order_id=7)      # in the caller's transaction: a rollback takes the job back
    mail_order.enqueue_in(60, order_id=7)

On PostgreSQL the row is procrastinate's and `manage.py worker` runs it (utils.postgres_jobs). On the embedded default
it is a ``QueuedJob`` and the server process runs it. Either way a job runs at least once, so jobs are idempotent.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from utils.backoff import retry_pause
from utils.models import QueuedJob

logger = logging.getLogger(__name__)

# With the pauses of ``utils.backoff`` a job is tried for 25 hours: a mail server that is down for a day loses nothing.
MAX_ATTEMPTS = 36
_LEASE = timedelta(minutes=5)
_REGISTRY: dict[str, "Job"] = {}


@dataclass
class Job:
    name: str
    function: Callable[..., None]
    cron: str = ""
    every: timedelta | None = None

    def __call__(self, **kwargs: Any) -> None:
        self.function(**kwargs)

    def enqueue(self, **kwargs: Any) -> None:
        """Ask for one run with ``kwargs`` (plain JSON values), once the current transaction commits."""
        self.enqueue_in(0, **kwargs)

    def enqueue_in(self, seconds: int, /, **kwargs: Any) -> None:
        """The same, ``seconds`` from now at the earliest."""
        if settings.JOBS_BACKEND == "procrastinate":
            from procrastinate.contrib.django import app  # noqa: PLC0415 - installed only with PostgreSQL

            # Without a time the worker is woken at once, with one it looks when its time has come.
            schedule_in = {"seconds": seconds} if seconds else None
            app.configure_task(self.name, schedule_in=schedule_in).defer(**kwargs)
        else:
            due_at = timezone.now() + timedelta(seconds=seconds)
            QueuedJob.objects.create(name=self.name, kwargs=kwargs, due_at=due_at)


def job(name: str, *, every_minutes: int | None = None) -> Callable[[Callable[..., None]], Job]:
    """Declare a job; with ``every_minutes`` it also runs periodically, without arguments."""

    def declare(function: Callable[..., None]) -> Job:
        every = timedelta(minutes=every_minutes) if every_minutes else None
        cron = f"*/{every_minutes} * * * *" if every_minutes else ""
        return _REGISTRY.setdefault(name, Job(name=name, function=function, cron=cron, every=every))

    return declare


def declared_jobs() -> Collection[Job]:
    return _REGISTRY.values()


def run_due(*, limit: int = 100) -> int:
    """Run the embedded queue's due jobs, oldest first; how many ended well."""
    due = QueuedJob.objects.filter(due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS)
    return sum(_run(row) for row in list(due[:limit]))


def _run(row: QueuedJob) -> bool:
    """Claim, run, forget. A process that dies in between leaves the row, which is due again after the lease."""
    claim = QueuedJob.objects.filter(pk=row.pk, due_at=row.due_at)
    if not claim.update(due_at=timezone.now() + _LEASE, attempts=row.attempts + 1):
        return False
    try:
        _REGISTRY[row.name](**row.kwargs)
    except Exception as error:
        logger.exception("Job %s failed (try %s of %s).", row, row.attempts + 1, MAX_ATTEMPTS)
        due_at = timezone.now() + retry_pause(row.attempts + 1)
        QueuedJob.objects.filter(pk=row.pk).update(due_at=due_at, last_error=repr(error)[:2000])
        return False
    QueuedJob.objects.filter(pk=row.pk).delete()
    return True


def run_periodic(*, now: datetime, last_runs: dict[str, datetime]) -> None:
    """Run every periodic job whose interval has passed; ``last_runs`` is the caller's memory of them."""
    for declared in declared_jobs():
        if declared.every is None or now - last_runs.get(declared.name, now - declared.every) < declared.every:
            continue
        last_runs[declared.name] = now
        try:
            declared()
        except Exception:
            logger.exception("Periodic job %s failed; it runs again in %s.", declared.name, declared.every)
