"""The admin of notifications: what users were told."""

from django.contrib import admin

from notifications.models import Notification
from utils.admin import ReadOnlyAdmin


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "order", "status", "message", "created_at", "read_at")
    list_filter = ("status", "created_at", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "order")
    search_fields = ("user__username", "=order__number")
    fields = ("user", "order", "status", "message", "created_at", "read_at")
