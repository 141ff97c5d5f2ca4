"""Shapes of the catalogue part of /api/v1/.

Products come from ``inventory.products``, which adds ``availability``, ``image`` and, to a page of its own,
``on_offer`` and ``pictures``.
"""

from typing import Any

from rest_framework import serializers

from catalog.models import Category, Product, ProductImage, ProductStatus, Review, Variant
from utils.api.fields import AmountField, AmountInput, IdField

MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_IMAGE_PIXELS = 50_000_000
IMAGE_FORMATS = frozenset({"PNG", "JPEG", "WEBP", "GIF"})

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


class CategoryInput(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"name": "Electronics", "description": "Devices and gadgets"}}


class CategoryCreateInput(CategoryInput):
    parent: Any = serializers.CharField(
        max_length=140, required=False, allow_null=True, help_text="Id or slug of the category above"
    )


class CategoryLink(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class ProductRow(serializers.ModelSerializer):
    """A product in a list."""

    category = CategoryLink(allow_null=True)
    price = AmountField(help_text="The lowest price of its variants")
    price_high = AmountField(help_text="The highest price of its variants")
    currency = serializers.CharField()
    stock = serializers.IntegerField(source="availability.stock")
    in_stock = serializers.BooleanField(source="availability.in_stock")
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
            "stock",
            "in_stock",
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


class VariantOutput(serializers.ModelSerializer):
    """A variant from ``catalog.selectors.variants_on_offer``, given its ``stock`` by the view."""

    title = serializers.CharField()
    price = AmountField()
    compare_at = AmountField(help_text="The higher price it had before")
    stock = serializers.IntegerField(allow_null=True, help_text="Null when it is not counted")

    class Meta:
        model = Variant
        fields = ["id", "title", "options", "sku", "barcode", "weight_grams", "price", "compare_at", "stock"]


class ProductOutput(ProductRow):
    """A product with everything about it."""

    variants = VariantOutput(source="on_offer", many=True)
    images = ImageOutput(source="pictures", many=True)

    class Meta(ProductRow.Meta):
        ref_name = "Product"
        fields = [*ProductRow.Meta.fields, "description", "product_type", "tags", "variants", "images", "updated_at"]


class ProductInput(serializers.Serializer):
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=50_000, allow_blank=True, required=False)
    category = serializers.CharField(max_length=140, allow_null=True, required=False, help_text="Id, slug or name")
    brand = serializers.CharField(max_length=120, allow_blank=True, required=False)
    product_type = serializers.CharField(max_length=120, allow_blank=True, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50, required=False)
    status = serializers.ChoiceField(choices=ProductStatus.choices, required=False)
    price = AmountInput(help_text="Of each variant, in the shop's currency")
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False, help_text="Pieces for sale")

    class Meta:
        swagger_schema_fields = {"example": PRODUCT_EXAMPLE}


class OptionInput(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=120)


class VariantInput(serializers.Serializer):
    options = serializers.ListField(child=OptionInput(), max_length=3)
    price = AmountInput()
    sku = serializers.CharField(max_length=100, allow_blank=True, required=False)
    barcode = serializers.CharField(max_length=64, allow_blank=True, required=False)
    weight_grams = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False)

    class Meta:
        swagger_schema_fields = {
            "example": {"options": [{"name": "Size", "value": "M"}], "price": "19.90", "sku": "TEE-M", "stock": 12}
        }


class ImageInput(serializers.Serializer):
    file = serializers.ImageField(help_text="PNG, JPEG, WebP or GIF, 10 MB and 50 megapixels at most")
    alt = serializers.CharField(max_length=512, allow_blank=True, required=False)
    variant = IdField(required=False)

    def validate_file(self, file: Any) -> Any:
        if file.size > MAX_IMAGE_BYTES:
            raise serializers.ValidationError("The picture has more than 10 MB.")
        if file.image.format not in IMAGE_FORMATS:
            raise serializers.ValidationError("The picture must be PNG, JPEG, WebP or GIF.")
        if file.image.width * file.image.height > MAX_IMAGE_PIXELS:
            raise serializers.ValidationError("The picture has more than 50 megapixels.")
        return file


class ReviewInput(serializers.Serializer):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=5000, allow_blank=True, required=False)

    class Meta:
        swagger_schema_fields = {"example": {"rating": 5, "comment": "Quiet and fast."}}


class ReviewOutput(serializers.ModelSerializer):
    author = serializers.CharField(source="user.get_short_name")

    class Meta:
        model = Review
        fields = ["id", "rating", "comment", "author", "created_at", "updated_at"]
