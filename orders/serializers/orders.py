"""The inputs and outputs of orders in /api/v1/."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from cart.models import MAX_ITEMS
from cart.serializers import CartItemInput
from orders.models import Order, OrderLine, OrderStatusChange
from orders.serializers.prices import EnteredCodeOutput, TaxAmountOutput, TotalsOutput
from orders.states import OrderStatus
from payments.serializers import PaymentOutput
from payments.states import PaymentMethod
from shipping.selectors import is_pickup
from shipping.serializers import (
    ADDRESS_EXAMPLE,
    DestinationInput,
    OrderAddressInput,
    ShipmentOutput,
    ShippingQuoteOutput,
)
from utils.api.fields import AmountField, AmountInput, EmailInput, NumberInput, PhoneInput
from utils.api.inputs import Input, ObjectListInput

SHIPPING_METHOD_HELP = "The method's code; the shop's first method that delivers if not given"
_PLACE = frozenset({"country", "state", "postal_code"})


class OrderInput(Input):
    """Read an order of the open cart, of a named cart, or of ``items``.

    Prices are always the shop's own. A total that a client sends is only compared.
    """

    cart = serializers.UUIDField(required=False, help_text="The cart to order. Sending it again returns the same order")
    items = ObjectListInput(
        child=CartItemInput(),
        required=False,
        min_length=1,
        max_length=MAX_ITEMS,
        help_text="Order these instead of a cart",
    )
    address = OrderAddressInput(required=False, help_text="Not needed for what is collected from the shop")
    address_id = NumberInput(required=False, help_text="An address of the address book, instead of address")
    shipping_method = serializers.CharField(
        max_length=50, required=False, allow_blank=True, help_text=SHIPPING_METHOD_HELP
    )
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, default=PaymentMethod.MANUAL)
    email = EmailInput(required=False, allow_blank=True, help_text="A guest's order needs one")
    phone = PhoneInput(required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    expected_total = AmountInput(required=False, help_text="Refuse the order if its total differs")

    class Meta:
        swagger_schema_fields = {
            "example": {"address": ADDRESS_EXAMPLE, "payment_method": "cash_on_delivery", "note": "Ring twice"}
        }

    def validate(self, attrs: dict) -> dict:
        if not self.context["request"].user.is_authenticated:
            _require_of_guest(attrs)
        if "address" in attrs and "address_id" in attrs:
            raise serializers.ValidationError("Give an address or an address_id, not both.")
        if "address_id" not in attrs and not attrs.get("address", {}).get("street"):
            _require_collected(attrs)
        if "cart" in attrs and "items" in attrs:
            raise serializers.ValidationError("Name a cart or items, not both.")
        return attrs


def _require_collected(attrs: dict) -> None:
    """Refuse an order without a street, unless its goods are collected from the shop."""
    code = attrs.get("shipping_method", "")
    if code and is_pickup(code):
        return
    if "address" in attrs:
        raise serializers.ValidationError({"address": {"street": [ErrorDetail("This field is required.", "required")]}})
    raise serializers.ValidationError("Give an address or an address_id.")


def _require_of_guest(attrs: dict) -> None:
    """Refuse an order of a guest without an e-mail address, or that names what only accounts have."""
    if not attrs.get("email"):
        raise serializers.ValidationError({"email": "A guest's order needs an e-mail address."}, code="required")
    wrong = {"address_id": "A guest has no address book: send an address.", "cart": "A guest sends X-Cart-Token."}
    if refused := {name: text for name, text in wrong.items() if name in attrs}:
        raise serializers.ValidationError(refused)


class OrderLineOutput(serializers.ModelSerializer):
    """Show a line of an order. Its ``id`` is its variant's, because an order has one line for each variant."""

    id = serializers.IntegerField(source="variant_id")
    unit_price = AmountField()
    total = AmountField(help_text="Before the discount")
    discount = AmountField()
    tax = AmountField(help_text="The tax in what is paid for the line")
    paid = AmountField(help_text="What is paid for the line, with tax")

    class Meta:
        model = OrderLine
        fields = [
            "id",
            "product",
            "variant",
            "product_name",
            "variant_title",
            "sku",
            "unit_price",
            "quantity",
            "total",
            "discount",
            "tax",
            "paid",
        ]


class OrderOutput(serializers.ModelSerializer):
    """Show an order that ``orders.selectors.order_details`` loaded."""

    id = serializers.CharField(source="number", help_text="The same as number")
    subtotal = AmountField(help_text="The sum of the lines before discounts")
    discount_total = AmountField()
    shipping_total = AmountField()
    tax_total = AmountField(help_text="All the tax in the total")
    taxes = TaxAmountOutput(many=True)
    total = AmountField()
    lines = OrderLineOutput(many=True)
    shipment = ShipmentOutput()

    class Meta:
        model = Order
        ref_name = "Order"
        fields = [
            "id",
            "number",
            "status",
            "payment_status",
            "currency",
            "subtotal",
            "discount_total",
            "shipping_total",
            "tax_total",
            "taxes",
            "total",
            "lines",
            "shipment",
            "email",
            "phone",
            "note",
            "placed_at",
            "updated_at",
            "expires_at",
        ]


class PlacedOrderOutput(OrderOutput):
    """Show a new order with the payment that it waits for, and the token of a guest's order."""

    payment = PaymentOutput()
    token = serializers.CharField(
        required=False,
        help_text="A guest's only, who sends it as X-Order-Token. No later answer shows it, except the repeated answer "
        "to the same Idempotency-Key",
    )

    class Meta(OrderOutput.Meta):
        ref_name = "PlacedOrder"
        fields = [*OrderOutput.Meta.fields, "payment", "token"]


class StatusChangeOutput(serializers.ModelSerializer):
    class Meta:
        model = OrderStatusChange
        fields = ["old_status", "new_status", "reason", "created_at"]


class TransitionInput(Input):
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    reason = serializers.CharField(max_length=255, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"status": "shipped", "reason": ""}}


class ClaimInput(Input):
    """Read which guests' orders to claim: one by its token, or without both fields all of one's e-mail address."""

    order = NumberInput(required=False, help_text="The order's number")
    token = serializers.CharField(max_length=100, required=False, help_text="The order's token")

    class Meta:
        swagger_schema_fields: ClassVar[dict[str, Any]] = {"example": {}}

    def validate(self, attrs: dict) -> dict:
        if ("order" in attrs) != ("token" in attrs):
            raise serializers.ValidationError("Send both an order and its token, or neither.")
        return attrs


class ClaimOutput(serializers.Serializer):
    orders = serializers.ListField(child=serializers.CharField(), help_text="The numbers of the claimed orders")


class QuoteInput(DestinationInput):
    """Read how an order would be sent, and where: an address, an ``address_id``, or a country with its parts.

    Without any of them it would be sent within the shop's own country.
    """

    shipping_method = serializers.CharField(
        max_length=50, required=False, allow_blank=True, help_text=SHIPPING_METHOD_HELP
    )
    address = OrderAddressInput(required=False)
    address_id = NumberInput(required=False, help_text="An address of the address book, instead of address")

    class Meta:
        swagger_schema_fields = {"example": {"shipping_method": "standard", "country": "KE", "postal_code": "00100"}}

    def validate(self, attrs: dict) -> dict:
        if len({"address", "address_id"} & attrs.keys()) + bool(_PLACE & attrs.keys()) > 1:
            raise serializers.ValidationError("Give an address, an address_id or a country, not several of them.")
        return attrs


class QuoteOutput(serializers.Serializer):
    totals = TotalsOutput()
    codes = EnteredCodeOutput(many=True)
    shipping_methods = ShippingQuoteOutput(many=True, source="shipping_quotes")
