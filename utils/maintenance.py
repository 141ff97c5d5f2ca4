"""Housekeeping of this app's own tables."""

from datetime import timedelta

from django.utils import timezone

from utils.jobs import MAX_ATTEMPTS, job
from utils.models import IdempotencyKey, OutboxEvent, QueuedJob, RateCount

IDEMPOTENCY_KEYS_KEPT = timedelta(hours=24)
DELIVERED_EVENTS_KEPT = timedelta(days=30)
EXHAUSTED_JOBS_KEPT = timedelta(days=30)


@job("utils.forget_old_rows", every_minutes=30)
def forget_old_rows() -> None:
    """Delete old rows of this app.

    Idempotency keys go after 24 hours, delivered events and jobs without tries left after 30 days, and counts after
    their window.
    """
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - IDEMPOTENCY_KEYS_KEPT).delete()
    OutboxEvent.objects.filter(delivered_at__lt=now - DELIVERED_EVENTS_KEPT).delete()
    RateCount.objects.filter(ends_at__lte=now).delete()
    QueuedJob.objects.filter(attempts__gte=MAX_ATTEMPTS, due_at__lt=now - EXHAUSTED_JOBS_KEPT).delete()
