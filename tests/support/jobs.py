"""Run enqueued jobs, with either backend."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from utils import jobs
from utils.models import QueuedJob


def run_jobs() -> None:
    """Run every job that is due in this test's transaction, and the jobs that these enqueue."""
    if settings.JOBS_BACKEND == "database":
        while jobs.run_due():
            pass
        return
    from procrastinate.contrib.django.models import ProcrastinateJob

    is_due = Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now())
    due = ProcrastinateJob.objects.filter(is_due, status="todo").order_by("id")
    while rows := list(due.all()):
        for row in rows:
            jobs._REGISTRY[row.task_name](**row.args)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row.id])


def enqueued(name: str) -> list[dict[str, Any]]:
    """List the arguments of each waiting job of this name."""
    if settings.JOBS_BACKEND == "database":
        return list(QueuedJob.objects.filter(name=name).values_list("kwargs", flat=True))
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(task_name=name, status="todo").values_list("args", flat=True))
