"""Jobs: work that a request must not wait for.

A job is a function with plain arguments. It is declared in an app's ``jobs.py`` or beside the service that enqueues
it::

    @job("notifications.mail_order")
    def mail_order(*, order_id: int) -> None: ...

    mail_order.enqueue(order_id=7)      # in the caller's transaction: a rollback removes the job
    mail_order.enqueue_in(60, order_id=7)

On PostgreSQL procrastinate stores the jobs and ``manage.py worker`` runs them (``utils.postgres_jobs``). Otherwise each
one is stored as a ``QueuedJob`` and the server process runs it (``utils.embedded``). Either way a job runs at least
once, so it must be idempotent.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from utils.backoff import retry_pause
from utils.models import QueuedJob

logger = logging.getLogger(__name__)

# With the pauses of ``utils.backoff`` a job is tried for 25 hours, so no mail is lost when a mail server is down for a
# day.
MAX_ATTEMPTS = 36
_LEASE = timedelta(minutes=5)
_REGISTRY: dict[str, "Job"] = {}


@dataclass
class Job:
    """Hold a declared job; calling it runs its function at once."""

    name: str
    function: Callable[..., None]
    cron: str = ""
    every: timedelta | None = None
    at_commit: bool = False

    def __call__(self, **kwargs: Any) -> None:
        self.function(**kwargs)

    def enqueue(self, **kwargs: Any) -> None:
        """Enqueue one run with ``kwargs`` (plain JSON values); it starts after the current transaction commits."""
        self.enqueue_in(0, **kwargs)

    def enqueue_in(self, seconds: int, /, **kwargs: Any) -> None:
        """Enqueue one run of the job, to start ``seconds`` from now or later.

        It starts only after the current transaction commits. ``kwargs`` are the arguments of the job's function, as
        plain JSON values.
        """
        if settings.JOBS_BACKEND == "procrastinate":
            from utils.postgres_jobs import defer  # noqa: PLC0415 - procrastinate is there only with PostgreSQL

            defer(self, kwargs, seconds=seconds)
        else:
            due_at = timezone.now() + timedelta(seconds=seconds)
            row = QueuedJob.objects.create(name=self.name, kwargs=kwargs, due_at=due_at)
            if self.at_commit and not seconds:
                transaction.on_commit(lambda: _run(row), robust=True)


def job(
    name: str, *, every_minutes: int | None = None, at_commit: bool = False
) -> Callable[[Callable[..., None]], Job]:
    """Declare a function as the job ``name``; with ``every_minutes`` it also runs periodically, without arguments.

    ``at_commit`` is for short work whose result the customer sees next. Without a worker, the process that enqueued the
    job runs it right after the commit. On PostgreSQL, the worker runs it before other jobs.
    """

    def declare(function: Callable[..., None]) -> Job:
        every = timedelta(minutes=every_minutes) if every_minutes else None
        cron = f"*/{every_minutes} * * * *" if every_minutes else ""
        declared = Job(name=name, function=function, cron=cron, every=every, at_commit=at_commit)
        if name in _REGISTRY:
            raise RuntimeError(f"Two jobs are named {name}.")
        _REGISTRY[name] = declared
        return declared

    return declare


def declared_jobs() -> Collection[Job]:
    """Return all declared jobs."""
    return _REGISTRY.values()


def run_due(*, limit: int = 100) -> int:
    """Run at most ``limit`` due jobs of the embedded queue, the oldest first, and return how many succeeded."""
    due = QueuedJob.objects.filter(due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS)
    return sum(_run(row) for row in list(due[:limit]))


def _run(row: QueuedJob) -> bool:
    """Claim a job, run it and delete it; return whether it succeeded.

    If the process dies in between, the row stays and the job is due again after the lease.
    """
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
    """Run every periodic job whose interval has passed, and write the time to ``last_runs``, which the caller keeps."""
    for declared in declared_jobs():
        if declared.every is None or now - last_runs.get(declared.name, now - declared.every) < declared.every:
            continue
        last_runs[declared.name] = now
        try:
            declared()
        except Exception:
            logger.exception("Periodic job %s failed; it runs again in %s.", declared.name, declared.every)
