"""Notify users, and store the messages that customers and staff write to each other."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.services import account_lock
from notifications.errors import NotificationUnknown, ThreadClosed, ThreadNotFound
from notifications.messages import order_text
from notifications.models import ANSWERED, Notification, Thread, ThreadMessage, ThreadStatus
from notifications.selectors import thread_customer, thread_staff
from notifications.signals import message_posted
from orders.models import Order
from utils.events import publish
from utils.limits import Limit, spend
from utils.sockets import sent_together

# This limits customers only: staff must be able to answer every message.
_MESSAGES = Limit("support-messages", count=30, seconds=10 * 60)


def orders_notify(*, order_ids: Sequence[int], status: str, push: Callable[[Notification, Order], None]) -> None:
    """Store the customers' notifications that these orders reached ``status``; call ``push`` for each after the commit.

    An order that already has a notification with this status is left out. A guest's notification is only pushed.
    """
    told = Notification.objects.filter(order=OuterRef("pk"), status=status)
    orders = list(Order.objects.filter(~Exists(told), pk__in=order_ids).order_by("pk").only("number", "user_id"))
    notifications = [_notification(order, status) for order in orders]
    stored = [each for each, order in zip(notifications, orders, strict=True) if order.user_id is not None]
    Notification.objects.bulk_create(stored)

    def push_all() -> None:
        with sent_together():
            for notification, order in zip(notifications, orders, strict=True):
                push(notification, order)

    transaction.on_commit(push_all, robust=True)


def _notification(order: Order, status: str) -> Notification:
    text = order_text(order=order.number, status=status)
    notification = Notification(order=order, status=status, message=text, created_at=timezone.now())
    if order.user_id is not None:
        notification.user_id = order.user_id
    return notification


def notifications_mark_read(*, user: User, up_to: str) -> int:
    """Mark the user's notifications up to and including number ``up_to`` as read. Return how many were unread.

    Raise ``NotificationUnknown`` when the user has none with that number.
    """
    last = Notification.objects.filter(user=user, number=up_to).values_list("pk", flat=True).first()
    if last is None:
        raise NotificationUnknown(field="up_to")
    unread = Notification.objects.filter(user=user, pk__lte=last, read_at=None)
    return unread.update(read_at=timezone.now())


def thread_open(*, user_id: int, opened_by: User, subject: str = "", body: str = "") -> Thread:
    """Open a thread of the customer ``user_id``, with ``body`` (unless it is empty) as its first message.

    Raise ``ThreadDenied`` unless ``opened_by`` is that customer or staff who may answer, ``CustomerUnknown`` when there
    is no such customer, ``TooManyRequests`` when a customer writes too often, and ``TokenRefused`` when the customer is
    being erased.
    """
    user = thread_customer(user_id=user_id, opened_by=opened_by)
    if opened_by.pk == user.pk:
        spend(_MESSAGES, str(user.pk))
    with transaction.atomic():
        account_lock(user=user)
        thread = Thread.objects.create(user=user, subject=subject)
        if body:
            _write(thread, opened_by, body)
    return thread


def message_post(*, thread: Thread, author: User, body: str) -> ThreadMessage:
    """Write a message in ``thread``, which ``thread_to_write_in`` returned. A customer's message reopens it.

    Raise ``ThreadClosed`` when staff write in a closed thread, ``TooManyRequests`` when a customer writes too often,
    and ``ThreadNotFound`` or ``TokenRefused`` when the customer is being erased.
    """
    is_answer = author.pk != thread.user_id
    if not is_answer:
        spend(_MESSAGES, str(author.pk))
    with transaction.atomic():
        locked = _lock(thread)
        if is_answer and locked.status == ThreadStatus.CLOSED:
            raise ThreadClosed
        _set_status(locked, ThreadStatus.OPEN)
        return _write(locked, author, body)


def thread_close(*, thread: Thread) -> Thread:
    """Close a thread. Closing it again changes nothing.

    Raise ``ThreadNotFound`` or ``TokenRefused`` when the customer is being erased.
    """
    with transaction.atomic():
        locked = _lock(thread)
        if locked.status != ThreadStatus.CLOSED:
            _set_status(locked, ThreadStatus.CLOSED)
    return locked


def message_tell(*, message_id: int, push: Callable[[ThreadMessage, Iterable[int]], None]) -> None:
    """Notify the other side of a support thread of a message.

    ``push`` gets the message and the ids of the users to notify: the customer, or all staff who see threads. A customer
    also gets a notification of an answer, once. A second call only pushes again. A deleted message is ignored.
    """
    message = ThreadMessage.objects.select_related("thread").filter(pk=message_id).first()
    if message is None:
        return
    if message.is_answer:
        text = f"There is an answer in your support thread #{message.thread.number}"
        about = {"user_id": message.thread.user_id, "status": ANSWERED, "message": text}
        Notification.objects.get_or_create(thread_message=message, defaults=about)
        listeners = [message.thread.user_id]
    else:
        listeners = list(thread_staff().exclude(pk=message.author_id).values_list("pk", flat=True))
    transaction.on_commit(lambda: push(message, listeners), robust=True)


def _lock(thread: Thread) -> Thread:
    """Lock the customer's account, as erasure does, and then the thread. Return the locked thread."""
    account_lock(user=thread.user)
    locked = Thread.objects.select_for_update(no_key=True).filter(pk=thread.pk).first()
    if locked is None:
        raise ThreadNotFound
    return locked


def _set_status(thread: Thread, status: ThreadStatus) -> None:
    thread.status = status
    thread.save(update_fields=["status", "updated_at"])


def _write(thread: Thread, author: User, body: str) -> ThreadMessage:
    message = ThreadMessage.objects.create(thread=thread, author=author, body=body)
    publish(message_posted, about=thread.user_id, message_id=message.pk)
    return message
