"""The tables of notifications and support threads.

Clients read the rows over HTTP. A WebSocket only tells them sooner that there is a new row.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.models import Order
from utils.numbers import number_field

MAX_SUBJECT, MAX_BODY = 200, 4000
# The ``status`` of a notification about an answer in a support thread.
ANSWERED = "answered"


class ThreadStatus(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"


class Thread(models.Model):
    """Store a support thread: a conversation between a customer and staff.

    ``updated_at`` is when somebody last wrote in the thread, closed it or reopened it (UTC).
    """

    number = number_field()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="threads")
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    status = models.CharField(max_length=6, choices=ThreadStatus.choices, default=ThreadStatus.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # The audit log must never hold these.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"subject"})

    class Meta:
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="thread_newest"),
            models.Index(fields=["user", "-updated_at", "-id"], name="thread_user_newest"),
        ]

    def __str__(self) -> str:
        return f"Thread {self.number}"  # the admin's history keeps this text, so it leaves the subject out


class ThreadMessage(models.Model):
    """Store one message in a thread, written by its customer or by staff."""

    number = number_field()
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    # A customer can be deleted together with the thread; staff who answered can't be deleted.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    body = models.TextField(max_length=MAX_BODY)
    created_at = models.DateTimeField(auto_now_add=True)

    # The audit log must never hold these.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"body"})

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["thread", "-id"], name="thread_message_newest")]

    def __str__(self) -> str:
        return f"Message {self.number}"

    @property
    def is_answer(self) -> bool:
        """Return whether the shop wrote this message, not the customer."""
        return self.author_id != self.thread.user_id


class Notification(models.Model):
    """Store one notification for a user, about an order or about an answer in a thread.

    A client that was disconnected asks for everything ``since`` the last notification that it saw.
    """

    number = number_field()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications")
    thread_message = models.OneToOneField(
        ThreadMessage, on_delete=models.CASCADE, null=True, blank=True, related_name="notification"
    )
    status = models.CharField(max_length=12)
    message = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "status"], name="notification_once_per_step"),
            models.CheckConstraint(
                condition=Q(order=None, thread_message__isnull=False) | Q(order__isnull=False, thread_message=None),
                name="notification_about_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="notification_user_newest")]

    def __str__(self) -> str:
        return self.message
