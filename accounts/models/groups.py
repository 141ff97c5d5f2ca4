"""The model of customer groups."""

from django.db import models


class CustomerGroup(models.Model):
    """Store a group of customers who get prices of their own, such as resellers (``catalog.models.PriceTier``).

    It gives no rights; those are in Django's groups.
    """

    name = models.CharField(max_length=100, unique=True)
    code = models.SlugField(max_length=50, unique=True, help_text="Names the group in the API, such as resellers")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
