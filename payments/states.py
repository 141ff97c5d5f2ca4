"""How money is promised and received."""

from django.db import models


class PaymentMethod(models.TextChoices):
    """``manual``: transfer or the like, which staff confirm; ``cash_on_delivery``: paid to the courier."""

    MANUAL = "manual", "Manual payment"
    CASH_ON_DELIVERY = "cash_on_delivery", "Cash on delivery"


class PaymentState(models.TextChoices):
    PENDING = "pending", "Pending"
    CAPTURED = "captured", "Captured"
    CANCELLED = "cancelled", "Cancelled"
