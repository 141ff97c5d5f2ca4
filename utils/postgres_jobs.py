"""Jobs on PostgreSQL: procrastinate stores them, and ``manage.py worker`` runs them."""

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import close_old_connections, connection
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from utils import jobs
from utils.backoff import retry_pause

logger = logging.getLogger(__name__)

STALLED_JOBS = "utils.retry_stalled_jobs"
# The priority of jobs whose effect somebody waits for; other jobs have 0.
_FIRST = 10
_IN_DJANGOS_TRANSACTION = JobManager(DjangoConnector())


class Retry(BaseRetryStrategy):
    """Retry a failed job with the same pauses and number of attempts as the embedded runner."""

    def get_retry_decision(self, *, exception: BaseException, job: Row) -> RetryDecision | None:
        tries = job.attempts + 1
        if tries >= jobs.MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": int(retry_pause(tries).total_seconds())})


def defer(job: jobs.Job, runs: Sequence[jobs.Arguments], *, seconds: int = 0) -> None:
    """Enqueue one run of ``job`` with each of the arguments as part of the current database transaction.

    They are stored through Django's connection, so a rollback removes them. Procrastinate's own connector can't be
    used: in the worker it has a connection of its own, which commits at once. Without ``seconds`` the worker is
    notified at once. With ``seconds`` the runs are due after that time, and the worker finds them by polling.
    """
    deferrer = configure_task(
        name=job.name,
        job_manager=_IN_DJANGOS_TRANSACTION,
        schedule_in={"seconds": seconds} if seconds else None,
        priority=_FIRST if job.at_commit else None,
        queue=job.lane,
    )
    deferrer.batch_defer(*runs)


def register(app: Any) -> None:
    """Register all declared jobs with procrastinate, which calls this when Django is ready.

    The setting ``PROCRASTINATE_ON_APP_READY`` names this function.
    """
    for declared in jobs.declared_jobs():
        if declared.cron:
            _register_periodic(app, declared)
        else:
            register_job(app, declared)

    async def run_stalled_jobs(timestamp: int) -> None:
        await retry_stalled_jobs(app)

    app.periodic(cron="*/10 * * * *")(app.task(name=STALLED_JOBS)(run_stalled_jobs))


def register_job(app: Any, declared: jobs.Job) -> None:
    """Register a job that is not periodic."""
    app.task(name=declared.name, retry=Retry(), pass_context=True)(partial(_run, declared))


def _run(declared: jobs.Job, context: JobContext, **arguments: Any) -> None:
    """Run a job that a worker has begun. In the lane ``MAIL``, run others that wait there together with it."""
    try:
        if declared.lane == jobs.MAIL:
            _run_with_others(declared, arguments, context.job.worker_id)
        else:
            declared(**arguments)
    except Exception:
        close_old_connections()  # the next job of this thread must not fail for a lost connection
        raise


def _run_with_others(declared: jobs.Job, arguments: jobs.Arguments, worker_id: int | None) -> None:
    others = _begin_others(worker_id)
    errors = jobs.run_together([(declared.name, arguments), *((row.task_name, row.task_kwargs) for row in others)])
    _end_others(others, errors[1:])
    if errors[0]:
        raise errors[0]


# As procrastinate's own function begins one job. Jobs of this lane have no procrastinate locks.
_BEGIN_OTHERS = """
UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id IN (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND queue_name = %s AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, task_name, args, attempts
"""


def _begin_others(worker_id: int | None) -> list[Row]:
    """Begin jobs of the lane ``MAIL`` in the name of a worker, whose heartbeat then counts for them, too."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN_OTHERS, [worker_id, jobs.MAIL, jobs.TOGETHER - 1])
        found = sorted(cursor.fetchall())
    return [_row(*each) for each in found]


def _row(pk: int, name: str, arguments: str, attempts: int) -> Row:
    kwargs = json.loads(arguments)
    return Row(
        id=pk, queue=jobs.MAIL, lock=None, queueing_lock=None, task_name=name, task_kwargs=kwargs, attempts=attempts
    )


def _end_others(others: Sequence[Row], errors: Sequence[Exception | None]) -> None:
    """Delete the jobs that succeeded, and retry the others after a pause, or give them up, as procrastinate does."""
    done = [row.id for row, error in zip(others, errors, strict=True) if error is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_finish_job_v1(id, 'succeeded', true) FROM unnest(%s::bigint[]) AS id", [done]
        )
        for row, error in zip(others, errors, strict=True):
            if error is None:
                continue
            logger.error("Job %s (%s) failed in try %s.", row.id, row.task_name, row.attempts + 1, exc_info=error)
            if decision := Retry().get_retry_decision(exception=error, job=row):
                cursor.execute(
                    "SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [row.id, decision.retry_at]
                )
            else:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [row.id])


def _register_periodic(app: Any, declared: jobs.Job) -> None:
    def run_periodically(timestamp: int, _function: Callable[..., None] = declared.function) -> None:
        _function()

    app.periodic(cron=declared.cron)(app.task(name=declared.name)(run_periodically))


async def retry_stalled_jobs(app: Any) -> None:
    """Retry the jobs that a killed worker had begun; a job that was begun too often is marked as failed."""
    for row in await app.job_manager.get_stalled_jobs():
        logger.warning("The worker of job %s (%s) died in try %s.", row.id, row.task_name, row.attempts + 1)
        if row.attempts + 1 < jobs.MAX_ATTEMPTS:
            await app.job_manager.retry_job(row)
        else:
            await app.job_manager.finish_job(row, status=Status.FAILED, delete_job=False)
