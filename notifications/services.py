"""Writes: telling users what happened, and what they and the shop's staff write to each other."""

from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import account_hold
from notifications.errors import NotificationUnknown, ThreadClosed, ThreadNotFound
from notifications.messages import order_text
from notifications.models import ANSWERED, Notification, Thread, ThreadMessage, ThreadStatus
from notifications.selectors import thread_customer, thread_staff
from notifications.signals import message_posted
from orders.models import Order
from utils.events import publish
from utils.limits import Limit, spend

# Of customers; staff answer as many as there are.
_MESSAGES = Limit("support-messages", count=30, seconds=10 * 60)


def order_notify(*, order_id: int, status: str, push: Callable[[Notification, Order], None]) -> None:
    """Store that the order reached ``status``, and ``push`` it once that is committed. Again is a no-op."""
    order = Order.objects.get(pk=order_id)
    text = order_text(order=order.number, status=status)
    notification = Notification(user_id=order.user_id, order=order, status=status, message=text)
    try:
        with transaction.atomic():
            notification.save(force_insert=True)
    except IntegrityError:
        return
    transaction.on_commit(lambda: push(notification, order), robust=True)


def notifications_mark_read(*, user: User, up_to: str) -> int:
    """Mark the user's notifications up to and including the one numbered ``up_to`` as read; how many were new.

    Raises ``NotificationUnknown``.
    """
    last = Notification.objects.filter(user=user, number=up_to).values_list("pk", flat=True).first()
    if last is None:
        raise NotificationUnknown(field="up_to")
    unread = Notification.objects.filter(user=user, pk__lte=last, read_at=None)
    return unread.update(read_at=timezone.now())


def thread_open(*, user_id: int, opened_by: User, subject: str = "", body: str = "") -> Thread:
    """Open a thread of the customer ``user_id``, with ``body`` as its first message if there is one.

    Raises ``ThreadDenied`` unless it is one's own or staff's who may answer, ``CustomerUnknown``, ``TooManyRequests``,
    and ``TokenRefused`` when the customer is being erased.
    """
    user = thread_customer(user_id=user_id, opened_by=opened_by)
    if opened_by.pk == user.pk:
        spend(_MESSAGES, str(user.pk))
    with transaction.atomic():
        account_hold(user=user)
        thread = Thread.objects.create(user=user, subject=subject)
        if body:
            _write(thread, opened_by, body)
    return thread


def message_post(*, thread: Thread, author: User, body: str) -> ThreadMessage:
    """Write in ``thread``, which came from ``thread_to_write_in``. A customer's message reopens a closed one.

    Raises ``ThreadClosed`` to staff, ``TooManyRequests`` to customers, and ``ThreadNotFound`` or ``TokenRefused`` when
    the customer is being erased.
    """
    is_answer = author.pk != thread.user_id
    if not is_answer:
        spend(_MESSAGES, str(author.pk))
    with transaction.atomic():
        held = _hold(thread)
        if is_answer and held.status == ThreadStatus.CLOSED:
            raise ThreadClosed
        _set_status(held, ThreadStatus.OPEN)
        return _write(held, author, body)


def thread_close(*, thread: Thread) -> Thread:
    """Closing it again changes nothing. Raises ``ThreadNotFound`` or ``TokenRefused``, see ``message_post``."""
    with transaction.atomic():
        held = _hold(thread)
        if held.status != ThreadStatus.CLOSED:
            _set_status(held, ThreadStatus.CLOSED)
    return held


def message_tell(*, message_id: int, push: Callable[[ThreadMessage, Iterable[int]], None]) -> None:
    """Tell the other side: ``push`` gets the message and its listeners, customers also find an answer in their feed.

    Again, or when the message is gone, it is a no-op but for the push.
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


def _hold(thread: Thread) -> Thread:
    """Lock the customer's account, as erasure does, then the thread."""
    account_hold(user=thread.user)
    held = Thread.objects.select_for_update(no_key=True).filter(pk=thread.pk).first()
    if held is None:
        raise ThreadNotFound
    return held


def _set_status(thread: Thread, status: ThreadStatus) -> None:
    thread.status = status
    thread.save(update_fields=["status", "updated_at"])


def _write(thread: Thread, author: User, body: str) -> ThreadMessage:
    message = ThreadMessage.objects.create(thread=thread, author=author, body=body)
    publish(message_posted, message_id=message.pk)
    return message
