"""The tables of the stock ledger, and the read model of product lists.

``StockMovement`` records every piece that came in or went out, and ``Reservation`` every piece reserved for an order.
``StockItem`` keeps their sums, so that one conditional UPDATE can decide whether a piece is left.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models import MAX_KEY_LENGTH, Category, Product, Variant
from inventory.querysets import ListingQuerySet, StockItemQuerySet
from utils.models import AppendOnlyModel
from utils.money import amount_field

# The largest number that the columns hold.
MAX_PIECES = 2**31 - 1


class Location(models.Model):
    """Store one place that holds stock. Orders take pieces from the location with the lowest ``priority`` first."""

    name = models.CharField(max_length=100, unique=True)
    priority = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["priority", "id"]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    """Store how many pieces of one variant are at one location, and how many of them are reserved.

    Only ``inventory.services`` writes these rows.
    """

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="stock_items")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stock_items")
    on_hand = models.IntegerField(default=0, editable=False)
    reserved = models.IntegerField(default=0, editable=False)

    objects = StockItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "location"], name="stock_item_once_per_location"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")), name="stock_reserved_within_on_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} at {self.location}"

    @property
    def available(self) -> int:
        """Return the number of pieces for sale."""
        return self.on_hand - self.reserved


class MovementKind(models.TextChoices):
    """List the reasons why pieces came into the stock or left it."""

    RECEIPT = "receipt"
    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"


class StockMovement(AppendOnlyModel):
    """Store one entry of the stock ledger: ``quantity`` pieces came in (positive) or went out (negative)."""

    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    quantity = models.IntegerField()
    reference = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="What the movement is for, such as an order's number"
    )
    note = models.CharField(max_length=255, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="movement_moves_something")]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.kind}"


class ReservationState(models.TextChoices):
    """List the states of a reservation.

    ``active``: they are held back for the order. ``committed``: they have left the shop. ``released``: they are for
    sale again.
    """

    ACTIVE = "active"
    COMMITTED = "committed"
    RELEASED = "released"


class Reservation(models.Model):
    """Store pieces of one stock item that are reserved for an order. ``reference`` is the order's number."""

    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="reservations")
    reference = models.CharField(max_length=64)
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ReservationState.choices, default=ReservationState.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "stock_item"], name="reservation_once_per_reference"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_holds_something"),
        ]
        indexes = [
            models.Index(fields=["stock_item"], name="reservation_active", condition=Q(state="active")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.reference}"


def _both_ways(column: str) -> list[models.Index]:
    """Index a column that lists are ordered by, in both directions. Rows that are equal in it come in id order."""
    return [
        models.Index(fields=["currency", column, "product"], name=f"listing_by_{column}"),
        models.Index(fields=["currency", f"-{column}", "product"], name=f"listing_by_{column}_down"),
    ]


class Listing(models.Model):
    """Store one product on sale as lists show it: what they filter and sort by, and its texts, ready to be sent.

    Products that are not on sale have no row. ``inventory.listings`` derives the rows from the product, its variants,
    prices, pictures and stock, in the transaction that changes those. ``made_for`` names what else the texts depend on.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="listings", db_index=False)
    currency = models.CharField(max_length=3)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="listings", db_index=False)
    name = models.CharField(max_length=255)
    brand_key = models.CharField(max_length=MAX_KEY_LENGTH, blank=True)
    price = amount_field(null=True)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    in_stock = models.BooleanField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    card = models.TextField(help_text="A row of the product list, without the stock (inventory.cards)")
    page = models.TextField(help_text="The page of the product, without the stock (inventory.cards)")
    made_for = models.CharField(max_length=8)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["currency", "product"], name="listing_once_per_currency")]
        indexes = [
            models.Index(fields=["currency", "in_stock", "product"], name="listing_in_stock"),
            models.Index(fields=["category", "currency", "price", "product"], name="listing_of_category"),
            models.Index(fields=["brand_key", "currency", "product"], name="listing_of_brand"),
            *_both_ways("name"),
            *_both_ways("price"),
            *_both_ways("rating"),
            *_both_ways("created_at"),
            *_both_ways("updated_at"),
        ]

    def __str__(self) -> str:
        return self.name
