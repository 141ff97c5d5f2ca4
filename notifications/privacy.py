"""What notifications hold about a person."""

from typing import Any

from accounts.models import User
from accounts.privacy import declare
from notifications.models import Notification


def export(user: User) -> list[Any]:
    return list(Notification.objects.filter(user=user).values("order_id", "status", "message", "created_at", "read_at"))


def erase(user: User) -> None:
    Notification.objects.filter(user=user).delete()


declare("notifications", export=export, erase=erase)
