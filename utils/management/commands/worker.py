"""The command ``manage.py worker``, for shops on PostgreSQL."""

import logging
import os
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from utils import events

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.2
# When the worker shares a machine with the server, requests get the CPU first: people wait for them, not for jobs.
_NICENESS = 10


class Command(BaseCommand):
    """Run jobs and deliver events until stopped. Several workers may run at once."""

    help = "Run jobs (procrastinate's worker) and deliver events until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time (default: 2)")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        if settings.JOBS_BACKEND != "procrastinate":
            raise CommandError("The worker needs PostgreSQL. Without it, the server process runs the jobs itself.")
        os.nice(_NICENESS)
        stopping = threading.Event()
        relay = threading.Thread(target=_deliver_until, args=(stopping,), name="outbox-relay")
        relay.start()
        try:
            call_command("procrastinate", "worker", concurrency=concurrency, delete_jobs="successful")
        finally:
            stopping.set()
            relay.join()


def _deliver_until(stopping: threading.Event) -> None:
    """Deliver events until ``stopping`` is set. After an error, such as a lost database connection, try again."""
    while not stopping.is_set():
        try:
            delivered = events.deliver_due()
        except Exception:
            logger.exception("Events could not be delivered. They will be tried again.")
            delivered = 0
        close_old_connections()
        if not delivered:
            stopping.wait(_PAUSE_SECONDS)
