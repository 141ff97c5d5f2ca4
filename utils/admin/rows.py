"""Admin pages of the outbox, queued jobs, idempotency keys and counters of rate limits."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from utils.admin.base import ReadOnlyAdmin
from utils.models import IdempotencyKey, OutboxEvent, QueuedJob, RateCount


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Show the outbox, and let staff have an event delivered again at once."""

    list_display = ("id", "name", "created_at", "delivered_at", "attempts", "due_at")
    list_filter = (("delivered_at", admin.EmptyFieldListFilter),)
    search_fields = ("^name",)
    ordering = ("-id",)
    fields = ("name", "payload", "created_at", "delivered_at", "attempts", "due_at", "last_error")
    actions = ("deliver_again",)

    @admin.action(description="Deliver again now", permissions=["act"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        """Make the selected events due now; events that were delivered stay as they are."""

        def act(event: OutboxEvent) -> None:
            OutboxEvent.objects.filter(pk=event.pk, delivered_at=None).update(due_at=timezone.now())

        self.for_each(request, queryset.filter(delivered_at=None), act, done="Events to be delivered now: {count}.")


@admin.register(QueuedJob)
class QueuedJobAdmin(ReadOnlyAdmin):
    """Show the queued jobs, and let staff have a job run again at once."""

    list_display = ("id", "name", "created_at", "attempts", "due_at")
    search_fields = ("^name",)
    fields = ("name", "kwargs", "created_at", "attempts", "due_at", "last_error")
    actions = ("run_again",)

    @admin.action(description="Run again now", permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[QueuedJob]) -> None:
        """Make the selected jobs due now with no attempts used, because the runner skips jobs that used all of them."""

        def act(job: QueuedJob) -> None:
            QueuedJob.objects.filter(pk=job.pk).update(due_at=timezone.now(), attempts=0)

        self.for_each(request, queryset, act, done="Jobs to be run now: {count}.")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Show idempotency keys without the stored answers, which only concern the customer."""

    list_display = ("key", "user_id", "status", "created_at")
    search_fields = ("=key",)
    ordering = ("-created_at",)
    fields = ("key", "user_id", "fingerprint", "status", "created_at")


@admin.register(RateCount)
class RateCountAdmin(ReadOnlyAdmin):
    """Show the counters of the rate limits: how many tries each key has made, and when its window ends."""

    list_display = ("key", "tries", "ends_at")
    search_fields = ("^key",)
    ordering = ("-ends_at",)
    fields = ("key", "tries", "ends_at")
