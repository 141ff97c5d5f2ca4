"""Jobs on PostgreSQL: procrastinate stores them, and ``manage.py worker`` runs them."""

import logging
from collections.abc import Callable
from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
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


def defer(job: jobs.Job, kwargs: dict[str, Any], *, seconds: int = 0) -> None:
    """Enqueue one run of ``job`` with ``kwargs`` as part of the current database transaction.

    The run is stored through Django's connection, so a rollback removes it. Procrastinate's own connector can't be
    used: in the worker it has a connection of its own, which commits at once. Without ``seconds`` the worker is
    notified at once. With ``seconds`` the run is due after that time, and the worker finds it by polling.
    """
    deferrer = configure_task(
        name=job.name,
        job_manager=_IN_DJANGOS_TRANSACTION,
        schedule_in={"seconds": seconds} if seconds else None,
        priority=_FIRST if job.at_commit else None,
    )
    deferrer.defer(**kwargs)


def register(app: Any) -> None:
    """Register all declared jobs with procrastinate, which calls this when Django is ready.

    The setting ``PROCRASTINATE_ON_APP_READY`` names this function.
    """
    for declared in jobs.declared_jobs():
        if declared.cron:
            _register_periodic(app, declared)
        else:
            app.task(name=declared.name, retry=Retry())(declared.function)

    async def run_stalled_jobs(timestamp: int) -> None:
        await retry_stalled_jobs(app)

    app.periodic(cron="*/10 * * * *")(app.task(name=STALLED_JOBS)(run_stalled_jobs))


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
