"""Store the gateways' messages, and the alerts for staff."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.models.payments import Payment
from payments.states import AlertKind, EventState, PaymentMethod


class GatewayEvent(models.Model):
    """Store a gateway's message: verified, stored, answered, and then processed until it is done.

    ``payload`` holds what its processing needs, without personal data.
    """

    method = models.CharField(max_length=20, choices=PaymentMethod.choices)
    event_id = models.CharField(max_length=255, help_text="The gateway's name for the message, or a digest of it")
    kind = models.CharField(max_length=100, blank=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["method", "event_id"], name="gateway_event_once")]
        indexes = [models.Index(fields=["due_at"], name="gateway_event_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.method} {self.kind} {self.event_id}"


class PaymentAlert(models.Model):
    """Store a note for staff that something needs a look. Resolving it changes nothing about money.

    The same alert is not stored twice: it has the same ``key``.
    """

    key = models.CharField(max_length=255, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=AlertKind.choices)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.get_kind_display()
