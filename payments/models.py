"""What was, or is to be, paid for an order."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.models import Order
from payments.states import PaymentMethod, PaymentState
from utils.money import DECIMAL_PLACES, MAX_DIGITS, display, validate_currency


class Payment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=20, choices=PaymentMethod.choices)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.PENDING)
    amount = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    reference = models.CharField(max_length=100, blank=True, help_text="Such as the number of a bank transfer")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(
                condition=Q(state="captured", captured_at__isnull=False)
                | (~Q(state="captured") & Q(captured_at__isnull=True)),
                name="payment_captured_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.pk}: {display(self.amount, self.currency)} {self.currency}"
