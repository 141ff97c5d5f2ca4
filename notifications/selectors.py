"""Reads: what a user was told, and who sees which support thread."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from accounts.models import Role, User
from notifications.errors import CustomerUnknown, ThreadDenied, ThreadNotFound
from notifications.models import Notification, Thread, ThreadMessage


def notifications_of(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user).select_related("order", "thread_message__thread")


def threads_visible_to(user: User) -> QuerySet[Thread]:
    """Staff with ``notifications.view_thread`` see every thread, everybody else their own."""
    if user.is_staff and user.has_perm("notifications.view_thread"):
        return Thread.objects.all()
    return Thread.objects.filter(user=user)


def thread_get(*, user: User, number: str) -> Thread:
    """With its customer. Raises ``ThreadNotFound``, also for somebody else's."""
    found = threads_visible_to(user).select_related("user").filter(number=number).first()
    if found is None:
        raise ThreadNotFound
    return found


def thread_to_write_in(*, user: User, number: str) -> Thread:
    """One's own, or any for staff who may answer.

    Raises ``ThreadNotFound``, also for one that ``user`` may only look at.
    """
    thread = thread_get(user=user, number=number)
    if thread.user_id != user.pk and not may_answer(user):
        raise ThreadNotFound
    return thread


def messages_in(thread: Thread) -> QuerySet[ThreadMessage]:
    return thread.messages.all()


def may_answer(user: User) -> bool:
    return user.is_staff and user.has_perm("notifications.change_thread")


def thread_customer(*, user_id: int, opened_by: User) -> User:
    """Whom ``opened_by`` opens a thread for: oneself, or anybody for staff who may answer.

    Raises ``ThreadDenied``, whether or not there is such a user, and to staff ``CustomerUnknown``.
    """
    if user_id == opened_by.pk:
        return opened_by
    if not may_answer(opened_by):
        raise ThreadDenied
    found = User.objects.filter(pk=user_id, erased_at=None).first()
    if found is None:
        raise CustomerUnknown(field="user")
    return found


def thread_staff() -> QuerySet[User]:
    """Who sees every thread, by the rights of this moment."""
    return ModelBackend().with_perm("notifications.view_thread").filter(role=Role.STAFF)
