"""The serializers of the catalogue in /api/v1/.

A ``…Card`` is the part of a product that ``catalog.views.cards`` keeps in the cache. ``catalog.views.rows`` adds the
stock. The serializers that extend a card with the stock only document the whole answer.
"""

from typing import Any

from drf_yasg.utils import swagger_serializer_method
from rest_framework import serializers

from catalog.models import Category, PriceTier, Product, ProductImage, ProductStatus, Review, Variant
from catalog.unit_prices import tiers_data, tiers_read
from utils.api.fields import AmountField, AmountInput, CurrencyInput, IdField, PictureField
from utils.api.inputs import Input, ListInput

PRODUCT_EXAMPLE = {
    "name": "Gaming Laptop",
    "description": "<p>High performance gaming laptop</p>",
    "price": "1299.99",
    "stock": 50,
    "category": "computing",
    "brand": "Nordlicht",
    "tags": ["laptop", "gaming"],
}


class CategoryOutput(serializers.ModelSerializer):
    level = serializers.IntegerField(source="depth", help_text="1 for a root")

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "level"]


class CategoryTreeOutput(CategoryOutput):
    parent: Any = serializers.IntegerField(source="parent_id", allow_null=True)

    class Meta(CategoryOutput.Meta):
        fields = [*CategoryOutput.Meta.fields, "parent"]


class CategoryInput(Input):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"name": "Electronics", "description": "Devices and gadgets"}}


class CategoryCreateInput(CategoryInput):
    parent: Any = serializers.CharField(
        max_length=140, required=False, allow_null=True, help_text="Id or slug of the parent category"
    )


class CategoryLink(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class ProductRowCard(serializers.ModelSerializer):
    """Show a product in a list, apart from its stock."""

    category = CategoryLink(allow_null=True)
    price = AmountField(help_text="The lowest price of its variants")
    price_high = AmountField(help_text="The highest price of its variants")
    currency = serializers.CharField()
    image = serializers.CharField(allow_null=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "name",
            "slug",
            "brand",
            "category",
            "price",
            "price_high",
            "currency",
            "image",
            "rating",
            "review_count",
            "status",
            "created_at",
        ]


class ImageOutput(serializers.ModelSerializer):
    url = serializers.CharField()

    class Meta:
        model = ProductImage
        fields = ["id", "url", "alt", "position", "variant"]


class ProductRow(ProductRowCard):
    """Show a product in a list, with its stock."""

    stock = serializers.IntegerField(help_text="Pieces for sale")
    in_stock = serializers.BooleanField()

    class Meta(ProductRowCard.Meta):
        fields = [*ProductRowCard.Meta.fields, "stock", "in_stock"]


class OptionOutput(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.CharField()


class TierShown(serializers.Serializer):
    min_quantity = serializers.IntegerField()
    unit_price = AmountField(help_text="Price per piece, from so many pieces on")


class VariantCard(serializers.ModelSerializer):
    """Show a variant as ``catalog.selectors.variants_with_tiers`` reads it."""

    options = OptionOutput(many=True)
    title = serializers.CharField()
    price = AmountField()
    compare_at = AmountField(allow_null=True, help_text="The higher price it had before")
    tiers: Any = serializers.SerializerMethodField(help_text="What a piece costs where one buys more of them")

    class Meta:
        model = Variant
        fields = [
            "id",
            "title",
            "options",
            "sku",
            "barcode",
            "weight_grams",
            "track_inventory",
            "price",
            "compare_at",
            "tiers",
        ]

    @swagger_serializer_method(TierShown(many=True))
    def get_tiers(self, variant: Any) -> list[dict[str, int | str]]:
        return tiers_data(variant.price, tiers_read(variant.tiers_text), currency=variant.currency)


class VariantOutput(VariantCard):
    stock = serializers.IntegerField(allow_null=True, help_text="Pieces for sale; null when they are not counted")

    class Meta(VariantCard.Meta):
        fields = [*VariantCard.Meta.fields, "stock"]


class ProductCard(ProductRowCard):
    """Show everything about a product, apart from its stock."""

    tags = serializers.ListField(child=serializers.CharField())
    variants = VariantCard(source="on_offer", many=True)
    images = ImageOutput(source="pictures", many=True)

    class Meta(ProductRowCard.Meta):
        fields = [
            *ProductRowCard.Meta.fields,
            "description",
            "product_type",
            "tags",
            "variants",
            "images",
            "updated_at",
        ]


class ProductOutput(ProductCard):
    """Show everything about a product, with its stock."""

    variants = VariantOutput(many=True)
    stock = serializers.IntegerField(help_text="Pieces for sale, over all variants")
    in_stock = serializers.BooleanField()

    class Meta(ProductCard.Meta):
        ref_name = "Product"
        fields = [*ProductCard.Meta.fields, "stock", "in_stock"]


class ProductInput(Input):
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=50_000, allow_blank=True, required=False)
    category = serializers.CharField(max_length=140, allow_null=True, required=False, help_text="Id, slug or name")
    brand = serializers.CharField(max_length=120, allow_blank=True, required=False)
    product_type = serializers.CharField(max_length=120, allow_blank=True, required=False)
    tags = ListInput(child=serializers.CharField(max_length=60), max_length=50, required=False)
    status = serializers.ChoiceField(choices=ProductStatus.choices, required=False)
    price = AmountInput(help_text="Price per piece, in the shop's currency")
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False, help_text="Pieces for sale")

    class Meta:
        swagger_schema_fields = {"example": PRODUCT_EXAMPLE}


class OptionInput(Input):
    name = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=120)


class VariantInput(Input):
    options = ListInput(child=OptionInput(), max_length=3)
    price = AmountInput()
    sku = serializers.CharField(max_length=100, allow_blank=True, required=False)
    barcode = serializers.CharField(max_length=64, allow_blank=True, required=False)
    weight_grams = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False)

    class Meta:
        swagger_schema_fields = {
            "example": {"options": [{"name": "Size", "value": "M"}], "price": "19.90", "sku": "TEE-M", "stock": 12}
        }


class PriceTierInput(Input):
    amount = AmountInput(help_text="What one piece then costs")
    currency = CurrencyInput(required=False, help_text="The shop's own currency, if it is left out")
    group = serializers.SlugField(
        max_length=50, required=False, help_text="The code of the customer group; without one, everybody gets the price"
    )
    min_quantity = serializers.IntegerField(min_value=1, max_value=10**6, default=1)

    class Meta:
        swagger_schema_fields = {"example": {"amount": "9.50", "group": "resellers", "min_quantity": 10}}


class PriceTierOutput(serializers.ModelSerializer):
    group = serializers.CharField(
        source="customer_group.code", default=None, allow_null=True, help_text="Null: everybody gets the price"
    )
    amount = AmountField()

    class Meta:
        model = PriceTier
        fields = ["id", "currency", "group", "min_quantity", "amount"]


class ImageInput(Input):
    file = PictureField()
    alt = serializers.CharField(max_length=512, allow_blank=True, required=False)
    variant = IdField(required=False)


class ReviewInput(Input):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=5000, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"rating": 5, "comment": "Quiet and fast."}}


class ReviewOutput(serializers.ModelSerializer):
    author = serializers.CharField(source="user.get_short_name")

    class Meta:
        model = Review
        fields = ["id", "rating", "comment", "author", "is_verified_purchase", "created_at", "updated_at"]
