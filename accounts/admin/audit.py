"""Read-only admin pages of the audit log, for superusers and staff who may view audit entries."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import AuditEntry, Role, User
from utils.admin import ReadOnlyAdmin, html_table


class ActorFilter(admin.SimpleListFilter):
    """Filter audit entries by the member of staff who acted.

    Customers are not offered: a choice of all of them would be too long for the page.
    """

    title = "actor"
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.filter(role=Role.STAFF).order_by("username")
        return [(str(pk), username) for pk, username in staff.values_list("pk", "username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(actor=int(value)) if value.isdecimal() and len(value) < 19 else queryset.none()


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Show the audit log, the newest entry first."""

    list_display = ("at", "actor", "action", "object_page", "route")
    list_filter = ("action", ActorFilter, ("object_type", admin.AllValuesFieldListFilter), "at")
    list_select_related = ("actor",)
    search_fields = ("=request_id", "=object_id")
    search_help_text = "Search by request ID or object ID"
    ordering = ("-id",)
    fields = ("at", "actor", "action", "object_page", "route", "request_id", "changed")
    readonly_fields = fields

    @admin.display(description="object")
    def object_page(self, entry: AuditEntry) -> SafeString | str:
        """Link to the admin page of the changed object, or only name the object when it has no page."""
        if not entry.object_type:
            return "-"
        text = f"{entry.object_type} {entry.object_id}"
        page = entry.object_type.replace(".", "_")
        try:
            url = reverse(f"admin:{page}_change", args=[quote(entry.object_id)])
        except NoReverseMatch:
            return text
        return format_html('<a href="{}">{}</a>', url, text)

    @admin.display(description="changes")
    def changed(self, entry: AuditEntry) -> SafeString | str:
        """Show a table of the changed fields, with their values before and after."""
        rows = ((name, _text(before), _text(after)) for name, (before, after) in entry.changes.items())
        return html_table(("Field", "Before", "After"), rows)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
