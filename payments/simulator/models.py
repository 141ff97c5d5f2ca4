"""Store what the simulated gateways know."""

import secrets

from django.db import models
from django.db.models import Q

from utils.money import amount_field


class Side(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    AAMARPAY = "aamarpay", "aamarPay"
    MPESA = "mpesa", "M-Pesa"


class State(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class Fate(models.TextChoices):
    """List what can become of a simulated gateway's message to the shop.

    ``waiting``: it is still to be sent. ``lost``: the gateway treats it as sent in vain, and the shop never gets it.
    """

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    LOST = "lost", "Lost"


def _suffix() -> str:
    return secrets.token_hex(12)


class SimulatedPayment(models.Model):
    """Store one payment at a gateway. ``details`` is what the shop asked for, without secrets and the buyer's data."""

    side = models.CharField(max_length=10, choices=Side.choices)
    public_id = models.CharField(max_length=100, unique=True, help_text="The gateway's name for it")
    suffix = models.CharField(max_length=24, default=_suffix, help_text="What its other names are made of")
    reference = models.CharField(max_length=200, blank=True, help_text="The shop's name for it")
    amount = amount_field()
    currency = models.CharField(max_length=3)
    details = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    paid_amount = amount_field(null=True)
    was_declined = models.BooleanField(default=False, help_text="At least once; another try may follow")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.public_id


class SimulatedRefund(models.Model):
    public_id = models.CharField(max_length=100, unique=True)
    payment = models.ForeignKey(SimulatedPayment, on_delete=models.CASCADE, related_name="refunds")
    amount = amount_field()
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.public_id


class Exchange(models.Model):
    """Store a request of the shop and its answer, which also answers a repeated idempotency key."""

    payment = models.ForeignKey(SimulatedPayment, on_delete=models.CASCADE, null=True, related_name="exchanges")
    request = models.CharField(max_length=255, help_text="Method and path")
    sent = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    answered = models.JSONField(null=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="simulator_key_once"
            )
        ]

    def __str__(self) -> str:
        return self.request


class Delivery(models.Model):
    """Store a message to the shop, and what the shop answered. The same event may be sent several times."""

    payment = models.ForeignKey(SimulatedPayment, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=100)
    event_id = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=500)
    content_type = models.CharField(max_length=100)
    body = models.TextField()
    is_forged = models.BooleanField(default=False)
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.WAITING)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.kind

    @property
    def was_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
