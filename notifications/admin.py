"""The admin pages of notifications and support threads."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications.models import MAX_BODY, Notification, Thread, ThreadMessage, ThreadStatus
from notifications.services import message_post, thread_close
from utils.admin import Button, Panel, PanelAdmin, PartInline, ReadOnlyAdmin, signed_in


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "order", "thread_message", "status", "message", "created_at", "read_at")
    list_filter = ("status", "created_at", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "order", "thread_message")
    search_fields = ("user__username", "=order__number")
    fields = ("user", "order", "thread_message", "status", "message", "created_at", "read_at")


class AnswerForm(forms.Form):
    body = forms.CharField(label="Answer", max_length=MAX_BODY, widget=forms.Textarea(attrs={"rows": 5, "cols": 80}))


class ThreadMessageInline(PartInline):
    model = ThreadMessage
    fields = ("created_at", "author", "body")
    verbose_name_plural = "messages"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThreadMessage]:
        return super().get_queryset(request).select_related("author")


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin, PanelAdmin):
    """Show support threads. Staff answer and close them; nobody edits what was written."""

    list_display = ("number", "subject", "user", "status", "created_at", "updated_at")
    list_display_links = ("number", "subject")
    list_filter = ("status", "created_at", "updated_at")
    list_select_related = ("user",)
    search_fields = ("=number", "subject", "user__username", "user__email")
    search_help_text = "Number, subject, username or e-mail address"
    fields = ("user", "subject", "status", "created_at", "updated_at")
    inlines: ClassVar[tuple[type[admin.TabularInline], ...]] = (ThreadMessageInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return super().get_queryset(request).select_related("user")

    def panels(self, request: HttpRequest, obj: Thread) -> list[Panel]:
        if obj.status == ThreadStatus.CLOSED:
            return []

        def answer(fields: dict[str, Any], button: str) -> str:
            message_post(thread=obj, author=signed_in(request), body=fields["body"])
            return "The answer was sent."

        def close(fields: dict[str, Any], button: str) -> str:
            thread_close(thread=obj)
            return "The thread is closed now."

        return [
            Panel("answer", "Answer", [Button("send", "Send")], answer, AnswerForm),
            Panel("close", "Close", [Button("close", "Close the thread")], close),
        ]
