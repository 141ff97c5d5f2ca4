"""Models of the outbox, jobs, idempotency keys, counts of tries and the revision, and base classes for models."""

from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Select rows of an append-only model. Raise ``TypeError`` for an update or a deletion of them."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is append-only.")


class AppendOnlyModel(models.Model):
    """Store rows that are written once; raise ``TypeError`` when one is changed or deleted.

    On PostgreSQL a trigger enforces this too (``utils.triggers``).
    """

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is append-only.")


class OutboxEvent(models.Model):
    """Store one published event, written in the transaction that caused it; see ``utils.events``.

    Events with the same ``subject`` are delivered one after the other.
    """

    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=100, blank=True, db_default="")
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        # The deliverers read in the order of the ids, and only what is not delivered yet.
        indexes = [models.Index(fields=["id"], name="outbox_waiting", condition=Q(delivered_at=None))]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class QueuedJob(models.Model):
    """Store a job that waits for the embedded runner; on PostgreSQL procrastinate's own table does this."""

    name = models.CharField(max_length=100)
    kwargs = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class IdempotencyKey(models.Model):
    """Store the answer to a request for 24 hours, in case the request is repeated; see ``utils.idempotency``."""

    # No foreign key, because this app lies below the one with the users, and the row lives only for a day.
    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return self.key


class RateCount(models.Model):
    """Store how often something was tried in its current window; see ``utils.limits``."""

    key = models.CharField(max_length=255, primary_key=True)
    tries = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Revision(models.Model):
    """Store a part of the revision; the revision is the sum of all rows. See ``utils.revisions``."""

    number = models.BigIntegerField()
    pieces = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number}.{self.pieces}"
