"""Background work of a shop without a worker: one task on the server's own event loop, without a second process.

The task must share the server's loop, because the in-memory channel layer only reaches consumers on the sender's loop.
"""

import asyncio
import logging
from datetime import datetime

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from utils import events, jobs

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0
_task: asyncio.Task[None] | None = None


def ensure_running() -> None:
    """Start the background task at the first call, if the settings leave jobs to this process."""
    global _task
    if _task is None and settings.JOBS_BACKEND == "database":
        _task = asyncio.get_running_loop().create_task(_loop())


async def _loop() -> None:
    last_runs: dict[str, datetime] = {}
    tick = sync_to_async(_tick, thread_sensitive=False)
    while True:
        try:
            await tick(last_runs)
        except Exception:
            logger.exception("The background task had an error and goes on.")
        await asyncio.sleep(_PAUSE_SECONDS)


def _tick(last_runs: dict[str, datetime]) -> None:
    """Deliver the events and run the jobs that are due."""
    try:
        events.deliver_due()
        jobs.run_due()
        jobs.run_periodic(now=timezone.now(), last_runs=last_runs)
    finally:
        close_old_connections()
