"""The serializers of addresses, parcels and shipping quotes in /api/v1/."""

from rest_framework import serializers

from shipping.models import Address, Shipment
from utils.api.fields import AmountField, PhoneInput
from utils.api.inputs import Input

ADDRESS_FIELDS = ["name", "phone", "street", "city", "state", "postal_code", "country"]
ADDRESS_EXAMPLE = {
    "name": "John Doe",
    "phone": "+1234567890",
    "street": "123 Main Street, Apt 4B",
    "city": "New York",
    "state": "NY",
    "postal_code": "10001",
    "country": "USA",
}


class PostalAddressInput(Input):
    """Read an address that comes with an order and is not kept in the address book."""

    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    phone = PhoneInput(required=False, allow_blank=True)
    street = serializers.CharField(max_length=500)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    state = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    country = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        swagger_schema_fields = {"example": ADDRESS_EXAMPLE}


class OrderAddressInput(PostalAddressInput):
    """Read the address of an order. It needs a street unless its goods are collected from the shop."""

    street = serializers.CharField(max_length=500, required=False)


class DestinationInput(Input):
    """Read where an order would be sent, as far as its shipping price depends on it."""

    country = serializers.CharField(max_length=100, required=False, allow_blank=True)
    state = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)


class AddressInput(PostalAddressInput):
    is_default = serializers.BooleanField(required=False)

    class Meta:
        swagger_schema_fields = {"example": {**ADDRESS_EXAMPLE, "is_default": True}}


class AddressOutput(serializers.ModelSerializer):
    id = serializers.CharField(source="number")

    class Meta:
        model = Address
        fields = ["id", *ADDRESS_FIELDS, "is_default"]


class ShipmentOutput(serializers.ModelSerializer):
    method = serializers.CharField(source="method.name", default=None)

    class Meta:
        model = Shipment
        fields = [
            *ADDRESS_FIELDS,
            "method",
            "pickup_address",
            "estimated_from",
            "estimated_to",
            "status",
            "carrier",
            "tracking_number",
            "shipped_at",
            "delivered_at",
        ]


class ShippingQuoteOutput(serializers.Serializer):
    """Show a shipping method and what it costs for a cart (``shipping.selectors.ShippingQuote``)."""

    code = serializers.CharField(source="method.code")
    name = serializers.CharField(source="method.name")
    description = serializers.CharField(source="method.description")
    price = AmountField()
    is_pickup = serializers.BooleanField(source="method.is_pickup")
    pickup_address = serializers.CharField(
        source="method.pickup_address", help_text="Where to collect the goods, if it is a pickup"
    )
    min_days = serializers.IntegerField(
        source="method.min_days", allow_null=True, help_text="Estimated delivery, in working days after the order"
    )
    max_days = serializers.IntegerField(source="method.max_days", allow_null=True)
