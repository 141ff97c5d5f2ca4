"""Shapes of the orders part of /api/v1/."""

from typing import Any

from rest_framework import serializers

from orders.models import Order, OrderLine, OrderStatusChange
from orders.states import OrderStatus
from shipping.serializers import ShipmentOutput, ShippingQuoteOutput
from utils.api.fields import AmountField
from utils.api.inputs import Input


class OrderLineOutput(serializers.ModelSerializer):
    """A line goes by its variant: an order has one line for each."""

    id = serializers.IntegerField(source="variant_id")
    unit_price = AmountField()
    total = AmountField()

    class Meta:
        model = OrderLine
        fields = ["id", "product", "variant", "product_name", "variant_title", "sku", "unit_price", "quantity", "total"]


class OrderOutput(serializers.ModelSerializer):
    """An order from ``orders.selectors.order_details``."""

    id = serializers.CharField(source="number", help_text="Its public number, the same as number")
    subtotal = AmountField()
    shipping_total = AmountField()
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
            "shipping_total",
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


class StatusChangeOutput(serializers.ModelSerializer):
    class Meta:
        model = OrderStatusChange
        fields = ["old_status", "new_status", "reason", "created_at"]


class TransitionInput(Input):
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    reason = serializers.CharField(max_length=255, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"status": "shipped", "reason": ""}}


class QuoteInput(Input):
    shipping_method = serializers.CharField(
        max_length=50, required=False, allow_blank=True, help_text="Its code; the first one when not given"
    )

    class Meta:
        swagger_schema_fields = {"example": {"shipping_method": "standard"}}


class StepOutput(serializers.Serializer):
    label: Any = serializers.CharField()
    amount = AmountField()


class TotalsOutput(serializers.Serializer):
    """``orders.pricing.Totals``."""

    currency = serializers.CharField()
    subtotal = AmountField()
    shipping = AmountField()
    total = AmountField()
    steps = StepOutput(many=True)


class QuoteOutput(serializers.Serializer):
    totals = TotalsOutput()
    shipping_methods = ShippingQuoteOutput(many=True)
