"""Models of the audit log."""

from django.db import models

from accounts.models.users import User
from utils.models import AppendOnlyModel


class AuditAction(models.TextChoices):
    """List what an audit entry can record. ``acted`` is an action that changed no audited row."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    ACTED = "acted"


class AuditEntry(AppendOnlyModel):
    """Store one change that a member of staff made through the API or the admin; see ``accounts.audit``."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=AuditAction.choices)
    object_type = models.CharField(max_length=100, blank=True, help_text="Such as catalog.product")
    object_id = models.CharField(max_length=100, blank=True)
    changes = models.JSONField(default=dict, help_text="Field to [before, after]")
    route = models.CharField(max_length=300, help_text="Method and path of the request")
    request_id = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}".strip()
