"""The serializers of the cart in /api/v1/cart/."""

from rest_framework import serializers

from cart.models import MAX_QUANTITY
from orders.models.promotions import MAX_CODE_LENGTH
from shipping.serializers import DestinationInput
from utils.api.fields import AmountField, CurrencyInput, IdField
from utils.api.inputs import Input


class CartItemInput(Input):
    variant = IdField(required=False)
    product = IdField(required=False, help_text="Can be sent instead of the variant when the product has only one")
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        swagger_schema_fields = {"example": {"product": 1, "quantity": 2}}

    def validate(self, attrs: dict) -> dict:
        if ("variant" in attrs) == ("product" in attrs):
            raise serializers.ValidationError("Send either a variant or a product.")
        return attrs


class CartInput(Input):
    currency = CurrencyInput(help_text="Items stay; those without a price in it show none")

    class Meta:
        swagger_schema_fields = {"example": {"currency": "USD"}}


class QuantityInput(Input):
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    class Meta:
        swagger_schema_fields = {"example": {"quantity": 3}}


class PromotionCodeInput(Input):
    code = serializers.CharField(max_length=MAX_CODE_LENGTH)

    class Meta:
        swagger_schema_fields = {"example": {"code": "WELCOME"}}


class CartPriceQuery(DestinationInput):
    """Read how and where a cart would be sent; without a country, within the shop's own."""

    shipping_method = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="The method's code; the shop's first method that delivers if not given",
    )


class CartTokenInput(Input):
    token = serializers.UUIDField(help_text="The token of the guest's cart")

    class Meta:
        swagger_schema_fields = {"example": {"token": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}}


class CartLineOutput(serializers.Serializer):
    """Show one line of a cart (``cart.selectors.CartLine``).

    The variant's id is also the line's id, because a cart has only one item per variant.
    """

    id = serializers.IntegerField(source="item.variant_id")
    product = serializers.IntegerField(source="item.variant.product_id")
    variant = serializers.IntegerField(source="item.variant_id")
    name = serializers.CharField(source="item.variant.product.name")
    title = serializers.CharField(source="item.variant.title")
    sku = serializers.CharField(source="item.variant.sku")
    quantity = serializers.IntegerField(source="item.quantity")
    unit_price = AmountField(help_text="Price per piece; null when the item is no longer for sale")
    total = AmountField()


class CartOutput(serializers.Serializer):
    id = serializers.UUIDField(source="public_id", allow_null=True)
    token = serializers.UUIDField(allow_null=True, help_text="Only for guests, who send it as X-Cart-Token")
    currency = serializers.CharField()
    items = CartLineOutput(many=True)
    item_count = serializers.IntegerField()
    total = AmountField()

    class Meta:
        ref_name = "Cart"
        swagger_schema_fields = {
            "example": {
                "id": "0b2f6c1e-6e0f-4a53-9a60-7f4c0d2a9b11",
                "token": None,
                "currency": "USD",
                "items": [
                    {
                        "id": 1,
                        "product": 1,
                        "variant": 1,
                        "name": "Gaming Laptop",
                        "title": "",
                        "sku": "",
                        "quantity": 2,
                        "unit_price": "1299.99",
                        "total": "2599.98",
                    }
                ],
                "item_count": 2,
                "total": "2599.98",
            }
        }
