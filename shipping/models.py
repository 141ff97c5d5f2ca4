"""The tables of addresses, shipping methods with their rates, and parcels."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from utils.countries import is_country
from utils.money import amount_field, validate_currency
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
    """Store one shipping method. An order that does not name a method gets the first active one that delivers.

    ``min_days`` and ``max_days`` estimate the delivery, in working days after the order; both are known, or neither. A
    method that ``is_pickup`` delivers nothing: customers collect their goods at ``pickup_address``.
    """

    name = models.CharField(max_length=100)
    code = models.SlugField(unique=True)
    description = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    is_pickup = models.BooleanField("collect in store", default=False)
    pickup_address = models.CharField(max_length=500, blank=True, help_text="Where customers collect their goods")
    min_days = models.PositiveSmallIntegerField(
        "days, at least", null=True, blank=True, help_text="Estimated delivery, in working days after the order"
    )
    max_days = models.PositiveSmallIntegerField("days, at most", null=True, blank=True)
    max_weight_grams = models.PositiveIntegerField(
        null=True, blank=True, help_text="Heavier orders are not sent by this method"
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                # A comparison with NULL alone would pass.
                condition=Q(min_days=None, max_days=None)
                | Q(min_days__isnull=False, max_days__isnull=False, min_days__lte=F("max_days")),
                name="shipping_method_days_in_order",
                violation_error_message="Give both numbers of days or neither, the smaller one first.",
            ),
            models.CheckConstraint(
                condition=Q(is_pickup=False) | ~Q(pickup_address=""),
                name="shipping_method_pickup_has_address",
                violation_error_message="Say where customers collect their goods.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingZone(models.Model):
    """Store one shipping zone: places that have rates of their own."""

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


def validate_country(code: str) -> None:
    """Validate a model's country. Raise ``ValidationError`` unless ``code`` is a code of ISO 3166-1 alpha-2."""
    if not is_country(code):
        raise ValidationError(f"{code!r} is not the code of a country, such as KE.", code="unknown_country")


class ShippingZonePlace(models.Model):
    """Store one place of a zone: a country, a region of it, or some of its postcodes (``shipping.zones.Place``)."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="places")
    country = models.CharField(max_length=2, validators=[validate_country])
    region = models.CharField(max_length=100, blank=True, help_text="State or province; empty for all")
    postcode_from = models.CharField(max_length=20, blank=True, help_text="One postcode, or all that begin alike: BT*")
    postcode_to = models.CharField(max_length=20, blank=True, help_text="Makes it a range, with both ends")

    class Meta:
        ordering = ["id"]
        verbose_name = "place"
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "country", "region", "postcode_from", "postcode_to"], name="shipping_zone_place_once"
            ),
            models.CheckConstraint(
                condition=Q(postcode_to="") | ~Q(postcode_from=""), name="shipping_zone_place_range_begins"
            ),
        ]

    def __str__(self) -> str:
        postcodes = "-".join(part for part in (self.postcode_from, self.postcode_to) if part)
        return " ".join(part for part in (self.country, self.region, postcodes) if part)


class RateBasis(models.TextChoices):
    """List what a rate may depend on: nothing, the weight in grams, the subtotal, or the number of pieces."""

    FLAT = "flat"
    WEIGHT = "weight", "Weight (g)"
    PRICE = "price"
    PIECES = "pieces"


class ShippingRate(models.Model):
    """Store what a shipping method costs in one currency, from ``from_value`` on.

    ``zone``: where it is sent to. A rate without a zone applies wherever no zone with a rate of the method is.
    ``from_value``: the lower edge, inclusive, in grams, in ``currency`` or in pieces, as ``basis`` says. The rate with
    the highest edge that a cart reaches applies. All rates of a method in one zone and currency have one ``basis``.
    Orders worth ``free_from`` or more are sent for free; ``None`` means that none are.
    """

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="rates")
    zone = models.ForeignKey(
        ShippingZone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        help_text="Empty: wherever no zone with a rate of this method is",
    )
    currency = models.CharField(max_length=3, validators=[validate_currency])
    basis = models.CharField(max_length=6, choices=RateBasis.choices, default=RateBasis.FLAT)
    from_value = amount_field(verbose_name="from", default=Decimal(0))
    price = amount_field()
    free_from = amount_field(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "zone", "currency", "basis", "from_value"],
                condition=Q(zone__isnull=False),
                name="shipping_rate_once_in_a_zone",
            ),
            models.UniqueConstraint(
                fields=["method", "currency", "basis", "from_value"],
                condition=Q(zone__isnull=True),
                name="shipping_rate_once_elsewhere",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="shipping_rate_not_negative"),
            models.CheckConstraint(
                condition=Q(from_value=0) | (Q(from_value__gt=0) & ~Q(basis=RateBasis.FLAT)),
                name="shipping_rate_edge_fits_basis",
                violation_error_message="A flat rate begins at 0; no rate begins below.",
            ),
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
    """Store one parcel: its address as it was when the order was placed, its status and its tracking number.

    ``estimated_from`` and ``estimated_to`` are the days between which it should arrive, as its method said when the
    order was placed. ``pickup_address`` is where the customer collects it, and empty for a parcel that is delivered.
    """

    method = models.ForeignKey(ShippingMethod, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=ShipmentStatus.choices, default=ShipmentStatus.PENDING)
    pickup_address = models.CharField(max_length=500, blank=True)
    estimated_from = models.DateField(null=True, blank=True)
    estimated_to = models.DateField(null=True, blank=True)
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Parcel {self.pk}"
