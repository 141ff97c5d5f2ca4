"""Shapes of the payments part of /api/v1/."""

from rest_framework import serializers

from orders.serializers import OrderOutput
from payments.models import Payment
from payments.states import PaymentMethod
from shipping.serializers import ADDRESS_EXAMPLE, PostalAddressInput
from utils.api.fields import AmountField, AmountInput, EmailInput, IdField


class OrderInput(serializers.Serializer):
    """An order from the open cart. Prices are the shop's own; what a client sends is at most compared."""

    cart = IdField(required=False, help_text="The cart that is meant: sending it again answers its order")
    address = PostalAddressInput(required=False)
    address_id = IdField(required=False, help_text="Instead of address: one from the address book")
    shipping_method = serializers.CharField(max_length=50, required=False, allow_blank=True)
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, default=PaymentMethod.MANUAL)
    email = EmailInput(required=False, allow_blank=True)
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    expected_total = AmountInput(required=False, help_text="Refuse the order if it costs anything else")

    class Meta:
        swagger_schema_fields = {
            "example": {"address": ADDRESS_EXAMPLE, "payment_method": "cash_on_delivery", "note": "Ring twice"}
        }

    def validate(self, attrs: dict) -> dict:
        if ("address" in attrs) == ("address_id" in attrs):
            raise serializers.ValidationError("Give an address or an address_id, not both.")
        return attrs


class PaymentOutput(serializers.ModelSerializer):
    order = serializers.IntegerField(source="order_id")
    amount = AmountField()

    class Meta:
        model = Payment
        fields = ["id", "order", "method", "state", "amount", "currency", "reference", "created_at", "captured_at"]


class PlacedOrderOutput(OrderOutput):
    """A new order with the payment it waits for."""

    payment = PaymentOutput()

    class Meta(OrderOutput.Meta):
        ref_name = "PlacedOrder"
        fields = [*OrderOutput.Meta.fields, "payment"]


class ConfirmInput(serializers.Serializer):
    reference = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        swagger_schema_fields = {"example": {"reference": "Transfer 2026-11-20/17"}}
