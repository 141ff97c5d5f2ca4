"""Running what was enqueued, whichever backend holds it."""

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from utils import jobs


def run_jobs() -> None:
    """Run every job that is due in this test's transaction."""
    if settings.JOBS_BACKEND == "database":
        jobs.run_due()
        return
    from procrastinate.contrib.django.models import ProcrastinateJob

    is_due = Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now())
    for row in ProcrastinateJob.objects.filter(is_due, status="todo").order_by("id"):
        jobs._REGISTRY[row.task_name](**row.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row.id])
