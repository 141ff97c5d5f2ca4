"""The tables of the catalogue: a tree of categories, products, their variants, prices, pictures and reviews."""

import secrets
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from treebeard.mp_tree import MP_Node, MP_NodeManager

from accounts.audit import change_audited
from accounts.models import CustomerGroup
from catalog.querysets import ProductQuerySet
from utils.money import amount_field, validate_currency
from utils.slugs import SlugField
from utils.text import fold

# The length of columns with folded names (``utils.text.fold``). A folded name may be longer than the name.
MAX_KEY_LENGTH = 255


class CategoryManager(MP_NodeManager):
    def move(self, node: "Category", target: "Category", pos: str | None = None) -> None:
        """Move a category within the tree, and write the change to the audit log.

        Treebeard moves rows with its own SQL, which sends no signals to the audit log.
        """
        with change_audited(node):
            super().move(node, target, pos)


class Category(MP_Node):
    """Store one category of the tree.

    The tree is stored as materialized paths, so a subtree is one range of an index. ``name_key`` is the folded name
    (``utils.text.fold``); categories are looked up by it.
    """

    name = models.CharField(max_length=120)
    slug = SlugField(max_length=140, unique=True)
    description = models.TextField(blank=True)
    name_key = models.CharField(max_length=MAX_KEY_LENGTH, editable=False, db_index=True)

    # Every level keeps its children in alphabetical order.
    node_order_by = ["name"]

    objects = CategoryManager()

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.name_key = fold(self.name)[:MAX_KEY_LENGTH]
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "name_key"}
        super().save(*args, update_fields=update_fields, **kwargs)


class ProductStatus(models.TextChoices):
    """List the statuses of a product. Only an active product is for sale.

    ``draft``: its seller still works on it. ``pending``: it waits for staff to approve it. ``active``: it is for sale.
    ``archived``: it is no longer for sale, but orders still refer to it.
    """

    DRAFT = "draft"
    PENDING = "pending"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Product(models.Model):
    """Store one product. Its variants have the prices and the stock, and are what is sold."""

    name = models.CharField(max_length=255)
    slug = SlugField(max_length=255, unique=True)
    description = models.TextField(blank=True, help_text="HTML of a safe subset")
    brand = models.CharField(max_length=120, blank=True)
    product_type = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="products")
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="products"
    )
    payout_phone = models.CharField(
        max_length=32, blank=True, help_text="Phone number on which the seller is paid by M-Pesa"
    )
    status = models.CharField(max_length=10, choices=ProductStatus.choices, default=ProductStatus.ACTIVE)
    default_variant = models.ForeignKey(
        "Variant",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Sold when a client names no variant, as long as it is in stock. If empty: the first one in stock",
    )
    # Computed by the services of this app: what search and filters read, and the average and number of the reviews.
    search_text = models.TextField(blank=True, editable=False)
    brand_key = models.CharField(max_length=MAX_KEY_LENGTH, blank=True, editable=False, db_index=True)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True, editable=False)
    review_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # Set by ``catalog.selectors`` for lists and pages: the pictures, and the URL of the first one.
    pictures: "list[ProductImage]"
    image: str | None

    objects = ProductQuerySet.as_manager()

    # The audit log leaves these out.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"payout_phone"})

    class Meta:
        indexes = [
            models.Index(fields=["status", "id"], name="product_status_id"),
            models.Index(fields=["category", "status"], name="product_category_status"),
            models.Index(fields=["updated_at"], name="product_updated"),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """Store one variant, which has a price and stock and is what is sold. A product without options has exactly one."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=100, blank=True, db_index=True)
    options = models.JSONField(default=list, blank=True, help_text='[{"name": "Size", "value": "M"}]')
    barcode = models.CharField(max_length=64, blank=True, db_index=True)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    track_inventory = models.BooleanField(
        default=True, help_text="Off for what is sold without counting, such as a service"
    )
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["product", "options"], name="variant_options_once")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return the product's name with the variant's title, such as ``Shirt (M / Red)``."""
        return f"{self.product.name} ({self.title})" if self.title else self.product.name

    @property
    def title(self) -> str:
        """Return the option values, such as ``M / Red``; empty for a product's only variant."""
        return " / ".join(option["value"] for option in self.options)


class VariantPrice(models.Model):
    """Store what one piece costs in one currency. ``compare_at`` is the higher price that it had before."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3, validators=[validate_currency])
    amount = amount_field(validators=[MinValueValidator(0)])
    compare_at = amount_field(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "currency"], name="price_once_per_currency"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at=None) | Q(compare_at__gte=0), name="price_compare_at_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PriceTier(models.Model):
    """Store what one piece costs from ``min_quantity`` pieces on, for a group of customers or for everybody.

    It counts only where it is lower than the variant's price (``catalog.unit_prices``). A price of everybody's first
    piece is no tier, but the variant's price.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="tiers", db_index=False)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    customer_group = models.ForeignKey(
        CustomerGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tiers",
        help_text="Empty: everybody",
    )
    min_quantity = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1)], help_text="From how many pieces on"
    )
    amount = amount_field(validators=[MinValueValidator(0)], help_text="What one piece then costs")

    class Meta:
        ordering = ["currency", F("customer_group").asc(nulls_first=True), "min_quantity"]
        constraints = [
            # Its index also finds the tiers of a variant. 0 stands for everybody, because NULLs are never the same.
            models.UniqueConstraint(
                "variant", "currency", Coalesce("customer_group", 0), "min_quantity", name="price_tier_once"
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gte=2) | Q(min_quantity=1, customer_group__isnull=False),
                name="price_tier_of_everybody_from_two",
                violation_error_message="A tier for everybody begins with 2 pieces. For one, change the price.",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_tier_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} from {self.min_quantity}"


class PriceRange(models.Model):
    """Store a product's lowest and highest price in one currency, for lists to filter and sort by.

    ``catalog.services.price_ranges_refresh`` derives it from ``VariantPrice``. All code that changes prices or
    variants calls that function.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="price_ranges")
    currency = models.CharField(max_length=3)
    low = amount_field()
    high = amount_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "currency"], name="price_range_once_per_currency"),
            models.CheckConstraint(condition=Q(low__lte=F("high")), name="price_range_low_is_lower"),
        ]
        indexes = [models.Index(fields=["currency", "low", "product"], name="price_range_currency_low")]

    def __str__(self) -> str:
        return f"{self.low}-{self.high} {self.currency}"


def image_path(image: "ProductImage", filename: str) -> str:
    """Return the path to store a picture at: the product's slug and a random part, not the client's file name.

    Only the suffix of ``filename`` is used; ``utils.pictures`` chose it from the file's content.
    """
    return f"products/{image.product.slug[:60]}-{secrets.token_hex(4)}{PurePath(filename).suffix.lower()}"


class ProductImage(models.Model):
    """Store a picture of a product: an uploaded file, or the URL that an imported catalogue gave."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="images")
    file = models.ImageField(upload_to=image_path, blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
    alt = models.CharField(max_length=512, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, null=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(file="") | ~Q(source_url=""), name="image_has_file_or_address")
        ]

    def __str__(self) -> str:
        return self.alt or f"Picture {self.position} of {self.product_id}"

    @property
    def url(self) -> str:
        """Return the URL of the uploaded file, or else the imported URL."""
        return self.file.url if self.file else self.source_url


class Review(models.Model):
    """Store one customer's review of one product. A second review by the same customer replaces the first."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews")
    rating = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(blank=True, max_length=5000)
    is_verified_purchase = models.BooleanField(default=False, help_text="The author has ordered the product")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # The audit log leaves it out.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"comment"})

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["product", "user"], name="review_once_per_customer"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5"
