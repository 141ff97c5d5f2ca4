"""Shapes of the shipping part of /api/v1/."""

from rest_framework import serializers

from shipping.models import Address, Shipment
from utils.api.fields import AmountField

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


class AddressInput(serializers.ModelSerializer):
    class Meta:
        model = Address
        fields = [*ADDRESS_FIELDS, "is_default"]
        swagger_schema_fields = {"example": ADDRESS_EXAMPLE}


class PostalAddressInput(serializers.ModelSerializer):
    """An address that is sent with an order, not kept in the address book."""

    class Meta:
        model = Shipment
        fields = ADDRESS_FIELDS
        swagger_schema_fields = {"example": ADDRESS_EXAMPLE}


class AddressOutput(serializers.ModelSerializer):
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
            "status",
            "carrier",
            "tracking_number",
            "shipped_at",
            "delivered_at",
        ]


class ShippingQuoteOutput(serializers.Serializer):
    """A ``shipping.selectors.ShippingQuote``."""

    code = serializers.CharField(source="method.code")
    name = serializers.CharField(source="method.name")
    description = serializers.CharField(source="method.description")
    price = AmountField()
