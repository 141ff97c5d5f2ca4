"""The tables of orders. An order copies what it needs, so later changes of the catalogue do not change it."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cart.models import Cart
from catalog.models import Product, Variant
from orders.querysets import OrderQuerySet
from orders.states import OrderStatus, PaymentStatus
from shipping.models import Shipment
from utils.models import AppendOnlyModel
from utils.money import adds_up, amount_field, validate_currency


class Order(models.Model):
    """Store one order: what was bought, for how much, its status and its payment status.

    ``number`` is the id that people see. It is random, so that nobody can guess other orders' numbers or tell how many
    orders there are. All amounts are in ``currency``; times are UTC. A guest's order has no ``user``: whoever has its
    token may see, pay and cancel it (``orders.tokens``).
    """

    number = models.CharField(max_length=20, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    cart = models.OneToOneField(Cart, on_delete=models.PROTECT, related_name="order", editable=False)
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="order", editable=False)
    status = models.CharField(max_length=12, choices=OrderStatus.choices, default=OrderStatus.PENDING)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    note = models.TextField(blank=True, max_length=2000)

    currency = models.CharField(max_length=3, validators=[validate_currency])
    subtotal = amount_field()
    discount_total = amount_field(default=Decimal(0))
    shipping_total = amount_field()
    tax_total = amount_field(default=Decimal(0))
    tax_added = amount_field(
        default=Decimal(0), help_text="The part of the tax that changes the total; below zero if tax is taken off"
    )
    total = amount_field()
    taxes = models.JSONField(default=list, editable=False, help_text="The tax of each rate")
    steps = models.JSONField(default=list, editable=False, help_text="How the total came about, when it was placed")
    captured_total = amount_field(default=Decimal(0))
    refunded_total = amount_field(default=Decimal(0))

    is_paid_later = models.BooleanField(
        default=False, help_text="Its goods may be sent before the money arrives, such as with cash on delivery"
    )

    placed_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When it is cancelled if still unpaid")
    network = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="A keyed hash of the network that a customer without a verified e-mail address ordered from",
    )
    reserved_pieces = models.PositiveIntegerField(
        default=0, editable=False, help_text="How many pieces it reserved when it was placed"
    )
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="When its customer removed it from the list")
    reopenings = models.PositiveSmallIntegerField(default=0, help_text="How often money came after it was cancelled")
    token_version = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Which version of the guest's token opens it; with 0, none does",
    )

    objects = OrderQuerySet.as_manager()

    # The audit log must never hold these.
    personal_fields: ClassVar[frozenset[str]] = frozenset({"email", "phone", "note", "network"})

    class Meta:
        ordering = ["-id"]
        permissions = [("move_unpaid_order", "Can move on an order whose money is missing")]
        constraints = [
            models.CheckConstraint(
                condition=adds_up("total", F("subtotal") - F("discount_total") + F("shipping_total") + F("tax_added")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    subtotal__gte=0,
                    discount_total__gte=0,
                    discount_total__lte=F("subtotal"),
                    shipping_total__gte=0,
                    tax_total__gte=0,
                    total__gte=0,
                ),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(condition=Q(captured_total__gte=0), name="order_captured_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_total__gte=0, refunded_total__lte=F("captured_total")),
                name="order_refunds_within_captures",
            ),
            models.CheckConstraint(condition=Q(token_version=0) | Q(user=None), name="order_token_of_guest"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_user_newest"),
            models.Index(fields=["updated_at"], name="order_updated"),
            models.Index(fields=["placed_at"], name="order_placed"),
            models.Index(
                fields=["expires_at"], name="order_expiring", condition=Q(status="pending", expires_at__isnull=False)
            ),
            models.Index(fields=["id"], name="order_paid_pending", condition=Q(status="pending", captured_total__gt=0)),
            # The limits on unpaid orders are read from these two alone, however many old orders there are.
            models.Index(
                fields=["user", "reserved_pieces"],
                name="order_unpaid_of_user",
                condition=Q(status="pending", payment_status="unpaid"),
            ),
            models.Index(
                fields=["network", "reserved_pieces"],
                name="order_unpaid_of_network",
                condition=Q(status="pending", payment_status="unpaid") & ~Q(network=""),
            ),
            # Read by the limits on guests' unpaid orders, and when a customer claims those of an e-mail address.
            models.Index(
                fields=["email", "status", "payment_status", "reserved_pieces"],
                name="order_of_guest",
                condition=Q(user=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_paid(self) -> bool:
        return self.payment_status == PaymentStatus.PAID

    @property
    def lacks_money(self) -> bool:
        """Return whether the goods must not be sent, because the order is not fully paid or was refunded in full.

        An order that ``is_paid_later`` never lacks money.
        """
        is_paid = self.captured_total >= self.total and self.payment_status != PaymentStatus.REFUNDED
        return not (is_paid or self.is_paid_later)

    @property
    def stock_reference(self) -> str:
        """Return the reference of the order's reservations in the inventory: the order's number.

        A reopened order reserves its pieces again, so each reopening adds a new suffix to the number.
        """
        return f"{self.number}.{self.reopenings}" if self.reopenings else self.number


class OrderLine(models.Model):
    """Store one line of an order: ``quantity`` pieces of a variant, with its names and price when it was ordered.

    ``total`` is the price before ``discount``. ``tax`` is in what is paid, and ``tax_added`` the part of it that
    changes what is paid (``docs/pricing.md``).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    product_name = models.CharField(max_length=255)
    # The title joins the variant's options, whose length no column limits.
    variant_title = models.TextField(blank=True)
    sku = models.CharField(max_length=100, blank=True)
    unit_price = amount_field()
    quantity = models.PositiveIntegerField()
    total = amount_field()
    discount = amount_field(default=Decimal(0))
    tax = amount_field(default=Decimal(0))
    tax_added = amount_field(default=Decimal(0))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_once_per_variant"),
            models.CheckConstraint(
                condition=adds_up("total", F("unit_price") * F("quantity")), name="order_line_adds_up"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("total"), tax__gte=0), name="order_line_discount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.full_name}"

    @property
    def full_name(self) -> str:
        """Return the product's name with the variant's title, such as ``Shirt (M / Red)``."""
        return f"{self.product_name} ({self.variant_title})" if self.variant_title else self.product_name

    @property
    def currency(self) -> str:
        return self.order.currency

    @property
    def paid(self) -> Decimal:
        """Return what is paid for the line, in the order's currency."""
        return self.total - self.discount + self.tax_added


class OrderStatusChange(AppendOnlyModel):
    """Store one change of an order's status.

    ``actor`` is null when the shop itself changed it, or the guest who has the order's token (``by_guest``).
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="history")
    old_status = models.CharField(max_length=12, blank=True)
    new_status = models.CharField(max_length=12, choices=OrderStatus.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_guest = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old_status or 'new'} to {self.new_status}"
