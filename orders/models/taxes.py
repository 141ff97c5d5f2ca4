"""The table of tax rates."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from utils.money import plain_number

MAX_TAX_CLASS_LENGTH = 30


class TaxRate(models.Model):
    """Store a tax rate of a country, or of one of its regions.

    ``percentage`` is 19 for 19 percent. An address in a region that has rates of its own for a tax class pays those
    instead of the country's. Several rates of the same place are added. ``tax_class`` is empty for the standard class.
    """

    name = models.CharField(max_length=60, help_text="Shown to customers, such as VAT")
    country = models.CharField(max_length=2, help_text="ISO 3166-1, two letters")
    region = models.CharField(
        max_length=100, blank=True, help_text="A state or province as addresses write it; empty: all"
    )
    tax_class = models.CharField(
        max_length=MAX_TAX_CLASS_LENGTH, blank=True, help_text="The products' class; empty: standard"
    )
    percentage = models.DecimalField(
        max_digits=7, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    is_for_shipping = models.BooleanField(default=True, help_text="Shipping is taxed by it, too (standard class only)")

    class Meta:
        ordering = ["country", "region", "tax_class", "id"]
        constraints = [
            models.UniqueConstraint(fields=["country", "region", "tax_class", "name"], name="tax_rate_once"),
            models.CheckConstraint(condition=Q(percentage__gte=0, percentage__lte=100), name="tax_rate_0_to_100"),
        ]

    def __str__(self) -> str:
        place = f"{self.country} {self.region}".strip()
        return f"{self.name} {plain_number(self.percentage)} % ({place})"
