"""The tables of promotions: what they do, for what, the codes that they ask for, and the orders that used them."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from catalog.models import Category, Product, Variant
from orders.models.orders import Order
from orders.pricing import PromotionKind
from utils.money import amount_field, validate_currency

MAX_CODE_LENGTH = 40
validate_code = RegexValidator(r"\A[A-Z0-9_-]+\Z", "A code consists of capital letters, digits, - and _.")


def _amount(**kwargs: Any) -> models.DecimalField:
    return amount_field(validators=[MinValueValidator(0)], **kwargs)


class PromotionScope(models.TextChoices):
    """List what a promotion is for: the whole order after what is off single items, all items, or those it names.

    A promotion for named items whose last one was deleted is for nothing.
    """

    ORDER = "order"
    ALL_ITEMS = "all_items"
    ITEMS = "items"


class Promotion(models.Model):
    """Store a promotion; ``docs/pricing.md`` says what each kind does.

    ``uses`` counts the rows of ``PromotionUse`` that are not released. Amounts are in ``currency``, and the promotion
    is only for carts in that currency; one without amounts may be for all currencies. Times are UTC.
    """

    name = models.CharField(max_length=100, help_text="Shown to customers as a step of the price")
    kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.name.replace("_", " ").capitalize()) for kind in PromotionKind]
    )
    value = _amount(default=0, help_text="A percentage, or an amount for a fixed amount")
    currency = models.CharField(
        max_length=3, blank=True, validators=[validate_currency], help_text="Only carts in this currency; empty: all"
    )
    buy_quantity = models.PositiveIntegerField(default=0, help_text="Buy X get Y: X")
    get_quantity = models.PositiveIntegerField(
        default=0, help_text="Buy X get Y: Y, each reduced by the value in percent"
    )
    scope = models.CharField(max_length=10, choices=PromotionScope.choices, default=PromotionScope.ORDER)
    needs_code = models.BooleanField(default=False, help_text="Only for customers who enter one of its codes")
    minimum_amount = _amount(null=True, blank=True, help_text="What its items must cost together, before discounts")
    minimum_quantity = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many pieces of its items are needed"
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many orders may use it; empty: any number"
    )
    limit_per_customer = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many orders of one customer may use it"
    )
    uses = models.PositiveIntegerField(default=0, editable=False)
    priority = models.IntegerField(default=0, help_text="The lower number comes first")
    is_combinable = models.BooleanField(default=True, help_text="Off: the customer gets either this one or the others")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["priority", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit=None) | Q(uses__lte=F("limit")), name="promotion_uses_within_limit"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="promotion_value_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="fixed_amount") | Q(value__lte=100), name="promotion_percentage_at_most_100"
            ),
            models.CheckConstraint(
                condition=~Q(currency="") | (~Q(kind="fixed_amount") & Q(minimum_amount=None)),
                name="promotion_amounts_have_a_currency",
            ),
            models.CheckConstraint(
                condition=~Q(kind="buy_x_get_y") | (Q(buy_quantity__gte=1, get_quantity__gte=1) & ~Q(scope="order")),
                name="promotion_buys_and_gets_pieces",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="promotion_active", condition=Q(is_active=True))]

    def __str__(self) -> str:
        return self.name


class PromotionItem(models.Model):
    """Store one of the items that a promotion is for: a category with all below it, a product, or a variant."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="items")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(category__isnull=False, product=None, variant=None)
                    | Q(category=None, product__isnull=False, variant=None)
                    | Q(category=None, product=None, variant__isnull=False)
                ),
                name="promotion_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["promotion", "category", "product", "variant"],
                nulls_distinct=False,
                name="promotion_item_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.category or self.product or self.variant)


class PromotionCode(models.Model):
    """Store a code of a promotion. Codes are compared in capitals. A single-use code is good for one order."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=MAX_CODE_LENGTH, unique=True, validators=[validate_code])
    is_single_use = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code


class PromotionUse(models.Model):
    """Store that an order uses a promotion, and what it takes off, in the order's currency.

    ``released_at`` is when the order was cancelled and gave the use back (UTC).
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="used")
    code = models.ForeignKey(PromotionCode, on_delete=models.PROTECT, null=True, blank=True, related_name="used")
    is_single_use = models.BooleanField(default=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promotions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.EmailField(blank=True, help_text="The order's, folded, to know a guest again")
    amount = _amount()
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order"], name="promotion_once_per_order"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_single_use=True, released_at=None), name="single_use_code_once"
            ),
        ]
        indexes = [
            models.Index(fields=["promotion", "user"], name="promotion_use_of_user", condition=Q(released_at=None)),
            models.Index(fields=["promotion", "email"], name="promotion_use_of_email", condition=Q(released_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} in {self.order_id}"
