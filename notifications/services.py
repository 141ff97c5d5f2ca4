"""Writes: telling users what happened to their orders."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification


def order_notify(
    *, user_id: int, order_id: int, status: str, message: str, push: Callable[[Notification], None]
) -> None:
    """Store that the order reached ``status``, and ``push`` it once that is committed. Again is a no-op."""
    notification = Notification(user_id=user_id, order_id=order_id, status=status, message=message)
    try:
        with transaction.atomic():
            notification.save(force_insert=True)
    except IntegrityError:
        return
    transaction.on_commit(lambda: push(notification), robust=True)


def notifications_mark_read(*, user: User, up_to: int) -> int:
    """Mark the user's notifications up to and including id ``up_to`` as read; how many were new."""
    unread = Notification.objects.filter(user=user, pk__lte=up_to, read_at=None)
    return unread.update(read_at=timezone.now())
