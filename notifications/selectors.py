"""Read a user's notifications, and the support threads that a user may see."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from accounts.models import Role, User
from notifications.errors import CustomerUnknown, ThreadDenied, ThreadNotFound
from notifications.models import Notification, Thread, ThreadMessage


def notifications_of(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user).select_related("order", "thread_message__thread")


def threads_visible_to(user: User) -> QuerySet[Thread]:
    """Select the threads that ``user`` may see.

    Staff with ``notifications.view_thread`` see every thread; everybody else sees their own.
    """
    if user.is_staff and user.has_perm("notifications.view_thread"):
        return Thread.objects.all()
    return Thread.objects.filter(user=user)


def thread_get(*, user: User, number: str) -> Thread:
    """Return the thread with this number and its customer. Raise ``ThreadNotFound`` when ``user`` sees none."""
    found = threads_visible_to(user).select_related("user").filter(number=number).first()
    if found is None:
        raise ThreadNotFound
    return found


def thread_to_write_in(*, user: User, number: str) -> Thread:
    """Return a thread that ``user`` may write in: the user's own, or any thread for staff who may answer.

    Raise ``ThreadNotFound`` when there is none, also when ``user`` may only read the thread.
    """
    thread = thread_get(user=user, number=number)
    if thread.user_id != user.pk and not may_answer(user):
        raise ThreadNotFound
    return thread


def messages_in(thread: Thread) -> QuerySet[ThreadMessage]:
    return thread.messages.all()


def may_answer(user: User) -> bool:
    """Return whether ``user`` is staff who may answer in support threads."""
    return user.is_staff and user.has_perm("notifications.change_thread")


def thread_customer(*, user_id: int, opened_by: User) -> User:
    """Return the user whose thread ``opened_by`` opens: themselves, or anybody for staff who may answer.

    Raise ``ThreadDenied`` when ``opened_by`` names somebody else and may not answer, whether or not there is such a
    user. Raise ``CustomerUnknown`` when staff name a user who doesn't exist.
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
    """Select the staff who may see every thread, by their current permissions."""
    return ModelBackend().with_perm("notifications.view_thread").filter(role=Role.STAFF)
