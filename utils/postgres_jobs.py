"""Jobs on PostgreSQL: procrastinate keeps them, ``manage.py worker`` runs them."""

import logging
from collections.abc import Callable
from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status

from utils import jobs
from utils.backoff import retry_pause

logger = logging.getLogger(__name__)

STALLED_JOBS = "utils.retry_stalled_jobs"


class Retry(BaseRetryStrategy):
    """Retry as the embedded runner does."""

    def get_retry_decision(self, *, exception: BaseException, job: Row) -> RetryDecision | None:
        tries = job.attempts + 1
        if tries >= jobs.MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": int(retry_pause(tries).total_seconds())})


def register(app: Any) -> None:
    """Called by procrastinate when Django is ready (``PROCRASTINATE_ON_APP_READY``)."""
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
    """Put back what a worker that was killed had begun; a job that was begun too often counts as failed."""
    for row in await app.job_manager.get_stalled_jobs():
        logger.warning("Job %s (%s) was left by its worker after try %s.", row.id, row.task_name, row.attempts + 1)
        if row.attempts + 1 < jobs.MAX_ATTEMPTS:
            await app.job_manager.retry_job(row)
        else:
            await app.job_manager.finish_job(row, status=Status.FAILED, delete_job=False)
