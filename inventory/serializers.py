"""The serializers of stock in /api/v1/inventory/."""

from rest_framework import serializers

from inventory.models import MovementKind, StockItem, StockMovement
from utils.api.fields import IdField
from utils.api.inputs import Input


class StockItemOutput(serializers.ModelSerializer):
    product = serializers.IntegerField(source="variant.product_id")
    name = serializers.CharField(source="variant")
    sku = serializers.CharField(source="variant.sku")
    location = serializers.CharField(source="location.name")
    available = serializers.IntegerField()

    class Meta:
        model = StockItem
        fields = ["id", "product", "variant", "name", "sku", "location", "on_hand", "reserved", "available"]


class MovementOutput(serializers.ModelSerializer):
    actor = serializers.CharField(source="actor.username", default=None)

    class Meta:
        model = StockMovement
        fields = ["id", "stock_item", "kind", "quantity", "reference", "note", "actor", "created_at"]


class MovementInput(Input):
    stock_item = IdField()
    quantity = serializers.IntegerField(
        min_value=-(10**6), max_value=10**6, help_text="Pieces that came (positive) or went (negative)"
    )
    kind = serializers.ChoiceField(choices=[MovementKind.RECEIPT, MovementKind.ADJUSTMENT, MovementKind.RETURN])
    note = serializers.CharField(max_length=255, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {
            "example": {"stock_item": 1, "quantity": 20, "kind": "receipt", "note": "Delivery 4711"}
        }

    def validate_quantity(self, value: int) -> int:
        if value == 0:
            raise serializers.ValidationError("A movement must move at least one piece.")
        return value
