"""Export and erase the personal data in notifications and support threads."""

from typing import Any

from django.db.models import F

from accounts.models import User
from accounts.privacy import declare
from notifications.models import Notification, Thread


def export(user: User) -> list[Any]:
    """Return every notification of ``user``, with the number of the order or thread that it is about."""
    fields = ("status", "message", "created_at", "read_at")
    about = {"order_number": F("order__number"), "thread_number": F("thread_message__thread__number")}
    return list(Notification.objects.filter(user=user).values(*fields, **about))


def erase(user: User) -> None:
    Notification.objects.filter(user=user).delete()


def threads_export(user: User) -> list[dict[str, Any]]:
    """Return the support threads of ``user`` with their messages as plain values, both from the oldest to the newest.

    Two queries are enough for any number of threads.
    """
    threads = Thread.objects.filter(user=user).order_by("id").prefetch_related("messages")
    return [
        {
            "number": thread.number,
            "subject": thread.subject,
            "status": thread.status,
            "created_at": thread.created_at,
            "messages": [
                {"is_answer": message.is_answer, "body": message.body, "created_at": message.created_at}
                for message in reversed(thread.messages.all())
            ],
        }
        for thread in threads
    ]


def threads_erase(user: User) -> None:
    """Delete the user's threads with all answers, because answers may quote the user.

    What ``user`` wrote as staff stays in the threads of other customers.
    """
    Thread.objects.filter(user=user).delete()


declare("notifications", export=export, erase=erase)
declare("threads", export=threads_export, erase=threads_erase)
