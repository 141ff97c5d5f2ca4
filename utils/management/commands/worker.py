"""The command ``manage.py worker``, for shops on PostgreSQL."""

import asyncio
import logging
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from utils import events, jobs

logger = logging.getLogger(__name__)

# The seconds between two looks for events. After events came, more are looked for sooner.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.2
# When the worker shares a machine with the server, requests get the CPU first: people wait for them, not for jobs.
_NICENESS = 10


class Command(BaseCommand):
    """Run jobs and deliver events until stopped. Several workers may run at once."""

    help = "Run jobs (procrastinate's worker) and deliver events until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=2, help="jobs at the same time, beside mail (default: 2)"
        )

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        if settings.JOBS_BACKEND != "procrastinate":
            raise CommandError("The worker needs PostgreSQL. Without it, the server process runs the jobs itself.")
        os.nice(_NICENESS)
        asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    """Deliver events and run the jobs of both lanes until a signal comes or one of the three ends."""
    # procrastinate is there only with PostgreSQL.
    from procrastinate.contrib.django import app  # noqa: PLC0415
    from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: PLC0415

    with app.replace_connector(DjangoConnector().get_worker_connector()):
        async with app.open_async():
            common: dict[str, Any] = {"delete_jobs": "successful", "install_signal_handlers": False}
            default = app.run_worker_async(queues=[jobs.DEFAULT], concurrency=concurrency, **common)
            # Mail is not listened for but looked for, so that what comes within a second is sent together.
            mail = app.run_worker_async(
                queues=[jobs.MAIL], concurrency=1, listen_notify=False, fetch_job_polling_interval=1, **common
            )
            tasks = [asyncio.create_task(default), asyncio.create_task(mail)]
            stopping = threading.Event()
            relay = asyncio.create_task(_deliver_until(stopping))
            asked_to_stop = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
            waiting = asyncio.create_task(asked_to_stop.wait())
            await asyncio.wait([waiting, relay, *tasks], return_when=asyncio.FIRST_COMPLETED)
            stopping.set()
            for task in (waiting, *tasks):
                task.cancel()  # procrastinate waits for the jobs that have begun
            ends = await asyncio.gather(waiting, relay, *tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _deliver_until(stopping: threading.Event) -> None:
    """Deliver events in a thread of their own until ``stopping`` is set.

    The thread pushes to sockets through this event loop, which keeps the connection to Redis open.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox-relay") as thread:
        await sync_to_async(_deliver, thread_sensitive=False, executor=thread)(stopping)


def _deliver(stopping: threading.Event) -> None:
    """Deliver events until ``stopping`` is set. After an error, such as a lost database connection, try again."""
    pause = _LONGEST_PAUSE
    while not stopping.wait(pause):
        try:
            delivered = events.deliver_due()
        except Exception:
            logger.exception("Events could not be delivered. They will be tried again.")
            close_old_connections()
            delivered = 0
        pause = _SHORTEST_PAUSE if delivered else min(pause * 1.1, _LONGEST_PAUSE)
