"""Running what was enqueued, whichever backend holds it."""

from django.conf import settings

from utils import jobs


def run_jobs() -> None:
    """Run every job that is due in this test's transaction."""
    if settings.JOBS_BACKEND == "database":
        jobs.run_due()
        return
    from procrastinate.contrib.django.models import ProcrastinateJob

    for row in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        jobs._REGISTRY[row.task_name](**row.args)
