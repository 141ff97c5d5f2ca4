"""Store attempts to pay an order, the ledger, disputes, and refunds."""

import secrets
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orders.models import Order
from payments.states import OPEN, EntryKind, PaymentMethod, PaymentState, RefundState
from utils.models import AppendOnlyModel
from utils.money import amount_field, display, validate_currency

# How long a gateway's id for something, and the URL of its page, may be.
MAX_NAME, MAX_URL = 255, 2000


def new_number() -> str:
    """Make a number that nobody can guess and every gateway takes: 24 hexadecimal digits (aamarPay takes 32)."""
    return secrets.token_hex(12)


class Payment(models.Model):
    """Store one attempt to pay an order. An order may have several; ``PaymentEntry`` records what was received."""

    # Never stored: only the answer to a start in an app holds it.
    client_secret = ""

    number = models.CharField(max_length=24, unique=True, default=new_number, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=20, choices=PaymentMethod.choices)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.PENDING)
    amount = amount_field()
    currency = models.CharField(max_length=3, validators=[validate_currency])
    captured_amount = amount_field(default=Decimal(0))
    refunded_amount = amount_field(default=Decimal(0), help_text="Given back or on its way")
    has_uncounted_money = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Money came in that differs from what was asked for, and was not counted",
    )
    reference = models.CharField(max_length=100, blank=True, help_text="For example the number of a bank transfer")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    # The attempt at its gateway.
    gateway_id = models.CharField(max_length=MAX_NAME, blank=True, help_text="The gateway's own name for the attempt")
    token_hash = models.CharField(max_length=64, blank=True, help_text="Hash of the secret in its callback URL")
    pay_url = models.URLField(max_length=MAX_URL, blank=True, help_text="Where the buyer pays")
    return_url = models.URLField(max_length=500, blank=True, help_text="Where the buyer's browser goes afterwards")
    failed_url = models.URLField(max_length=500, blank=True, help_text="Where it goes instead when the payment failed")
    cancelled_url = models.URLField(max_length=500, blank=True, help_text="Where it goes when the buyer gave up")
    in_app = models.BooleanField(default=False, help_text="Paid inside an app instead of on the gateway's page")
    payer = models.CharField(max_length=32, blank=True, help_text="The payer's phone, masked")
    failure = models.CharField(max_length=255, blank=True, help_text="Why it failed, in the gateway's words")
    started_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveIntegerField(default=0, help_text="How often the gateway was asked")
    next_check_at = models.DateTimeField(null=True, blank=True, help_text="When to ask the gateway again")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("captured_amount")),
                name="payment_refunds_within_captures",
            ),
            models.CheckConstraint(
                condition=Q(state="captured", captured_at__isnull=False)
                | (~Q(state="captured") & Q(captured_at__isnull=True)),
                name="payment_captured_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["method", "gateway_id"], condition=~Q(gateway_id=""), name="payment_gateway_id_once"
            ),
            # References that staff enter may be the same for two orders.
            models.UniqueConstraint(
                fields=["reference"], condition=Q(method="mpesa") & ~Q(reference=""), name="payment_mpesa_receipt_once"
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="payment_token_once"),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="payment_to_check", condition=Q(next_check_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"Payment {self.number}: {display(self.amount, self.currency)} {self.currency}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class PaymentEntry(AppendOnlyModel):
    """Record money that came in or went back: the ledger of payments. ``Payment`` keeps the sums."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=15, choices=EntryKind.choices)
    method = models.CharField(max_length=20, choices=PaymentMethod.choices)
    amount = amount_field()
    currency = models.CharField(max_length=3)
    receipt = models.CharField(max_length=255, blank=True, help_text="The gateway's name for this movement")
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The capture that a bank took back",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "payment entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_entry_not_negative"),
            # A receipt counts once, for one payment only.
            models.UniqueConstraint(
                fields=["method", "kind", "receipt"], condition=~Q(receipt=""), name="payment_receipt_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {display(self.amount, self.currency)} {self.currency}"


class Dispute(models.Model):
    """Store a charge that the buyer disputes at the bank. While it is open, nothing of its payment is refunded."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway_id = models.CharField(max_length=MAX_NAME, help_text="The gateway's name for it")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the shop heard that the bank has decided")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who closed it, where the gateway did not tell its end",
    )
    reason = models.CharField(max_length=255, blank=True, help_text="Why it was closed by hand")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["payment", "gateway_id"], name="dispute_once")]

    def __str__(self) -> str:
        return f"Dispute {self.gateway_id}"


class Refund(models.Model):
    """Store one refund of a payment.

    Its amount at once lowers what can still be refunded; a failed refund raises it again.
    """

    number = models.CharField(max_length=24, unique=True, default=new_number, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = amount_field()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.PENDING)
    is_manual = models.BooleanField(default=False, help_text="Made by hand, outside of the gateway's API")
    reason = models.CharField(max_length=255, blank=True)
    receipt = models.CharField(max_length=255, blank=True, help_text="The receipt of the refunded capture")
    gateway_id = models.CharField(max_length=255, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, help_text="Hash of the secret in its callback URL")
    failure = models.CharField(max_length=255, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="refund_token_once"),
            models.UniqueConstraint(
                fields=["gateway_id"], condition=Q(is_manual=False) & ~Q(gateway_id=""), name="refund_gateway_id_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="refund_to_check", condition=Q(next_check_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"Refund {self.number}: {display(self.amount, self.currency)} {self.currency}"
