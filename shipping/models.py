"""The tables of addresses, shipping methods with their rates, and parcels."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from utils.money import DECIMAL_PLACES, MAX_DIGITS, validate_currency
from utils.numbers import number_field


class AddressFields(models.Model):
    """Define the columns of a postal address, for the tables that have one.

    Only ``street`` is required, because the clients of some contracts send an address as one line of text.
    """

    name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    street = models.CharField(max_length=500)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=100, blank=True)

    # The audit log leaves these out.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"name", "phone", "street", "city", "state", "postal_code"})

    class Meta:
        abstract = True

    def one_line(self) -> str:
        """Return the address without name and phone, in one line."""
        parts = [self.street, self.city, f"{self.state} {self.postal_code}".strip(), self.country]
        return ", ".join(part for part in parts if part)


class Address(AddressFields):
    """Store one entry of a customer's address book."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses")
    number = number_field()
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_default", "id"]
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="address_one_default_per_user")
        ]

    def __str__(self) -> str:
        return f"Address {self.pk}"  # the admin's history keeps this text, so it names nobody


class ShippingMethod(models.Model):
    """Store one shipping method. An order that does not name a method gets the first active one."""

    name = models.CharField(max_length=100)
    code = models.SlugField(unique=True)
    description = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ShippingRate(models.Model):
    """Store what a shipping method costs in one currency.

    Orders worth ``free_from`` or more are sent for free; ``None`` means that none are.
    """

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3, validators=[validate_currency])
    price = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    free_from = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "currency"], name="shipping_rate_once_per_currency"),
            models.CheckConstraint(condition=Q(price__gte=0), name="shipping_rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.price} {self.currency}"


class ShipmentStatus(models.TextChoices):
    """List the statuses of a parcel."""

    PENDING = "pending"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Shipment(AddressFields):
    """Store one parcel: its address as it was when the order was placed, its status and its tracking number."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=ShipmentStatus.choices, default=ShipmentStatus.PENDING)
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Parcel {self.pk}"
