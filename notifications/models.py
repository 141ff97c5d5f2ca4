"""What people are told. A row here is the record; the WebSocket only says sooner that it exists."""

from django.conf import settings
from django.db import models

from orders.models import Order


class Notification(models.Model):
    """One message to one user. Ids grow, so a client asks for everything ``since`` the last id it saw."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notifications")
    status = models.CharField(max_length=12)
    message = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "status"], name="notification_once_per_step"),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="notification_user_newest")]

    def __str__(self) -> str:
        return self.message
