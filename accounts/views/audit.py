"""Views of the audit log: /api/v1/audit/."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from accounts.audit import audit_entries
from accounts.models import AuditAction, AuditEntry
from utils.api.filters import IdFilter, StrictFilterSet
from utils.api.permissions import staff_with
from utils.api.viewsets import ListViewSet


class AuditEntryOutput(serializers.ModelSerializer[AuditEntry]):
    actor = serializers.CharField(source="actor.username")
    changes = serializers.DictField(child=serializers.ListField(), help_text="Field to [before, after]")

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "actor", "action", "object_type", "object_id", "changes", "route", "request_id"]


class AuditFilter(StrictFilterSet):
    actor = IdFilter(field_name="actor", help_text="The user's ID")
    action = django_filters.ChoiceFilter(choices=AuditAction.choices)
    object_type = django_filters.CharFilter(max_length=100, help_text="Such as catalog.product")
    object_id = django_filters.CharFilter(max_length=100)
    request_id = django_filters.CharFilter(max_length=64)
    at_after = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    at_before = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class AuditViewSet(ListViewSet):
    """List what staff changed, the newest first: who, what, before and after. For staff who may view audit entries."""

    permission_classes: Any = [staff_with("accounts.view_auditentry")]
    serializer_class = AuditEntryOutput
    filterset_class = AuditFilter

    def visible(self) -> QuerySet[AuditEntry]:
        return audit_entries()
