"""The tables of carts and their items."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Variant
from utils.money import validate_currency

MAX_QUANTITY = 999
MAX_ITEMS = 100
MAX_CODES = 5


class CartStatus(models.TextChoices):
    """List the statuses of a cart. ``open``: it can still change. ``ordered``: an order was placed from it."""

    OPEN = "open"
    ORDERED = "ordered"


class Cart(models.Model):
    """Store the cart of a customer, or of a guest (without ``user``).

    ``token`` is the cart's public id. A guest also sends it as proof that the cart is theirs. ``codes`` are the
    promotion codes that were entered, in capitals and separated by spaces.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="carts")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    status = models.CharField(max_length=10, choices=CartStatus.choices, default=CartStatus.OPEN)
    codes = models.CharField(max_length=255, blank=True, db_default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="open"), name="cart_one_open_per_user"),
        ]

    def __str__(self) -> str:
        return f"Cart {self.pk}"


class CartItem(models.Model):
    """Store how many pieces of one variant a cart holds."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_item_once_per_variant"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="cart_item_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"
