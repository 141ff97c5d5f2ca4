"""The inputs and outputs of promotions and their codes in /api/v1/promotions/, for staff."""

from typing import Any

from rest_framework import serializers

from orders.models import Promotion, PromotionCode, PromotionScope
from orders.models.promotions import MAX_CODE_LENGTH, validate_code
from orders.pricing import PromotionKind
from utils.api.fields import AmountInput, IdField
from utils.api.inputs import Input, ListInput
from utils.money import display, plain_number, validate_currency

MAX_NAMED_ITEMS = 500
MAX_GENERATED_CODES = 10_000
_EXAMPLE = {
    "name": "10 % off shirts",
    "kind": "percentage",
    "value": "10",
    "scope": "items",
    "categories": [1],
    "needs_code": True,
}


class PiecesInput(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=10**6, required=False, **kwargs)


class PromotionInput(Input):
    """Read a promotion. ``categories``, ``products`` and ``variants`` are ids and replace those that it had."""

    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=[kind.value for kind in PromotionKind])
    value = AmountInput(required=False, help_text="A percentage, or an amount for a fixed amount")
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True, validators=[validate_currency])
    buy_quantity = PiecesInput()
    get_quantity = PiecesInput()
    scope = serializers.ChoiceField(choices=PromotionScope.choices, required=False)
    categories = ListInput(child=IdField(), max_length=MAX_NAMED_ITEMS, required=False)
    products = ListInput(child=IdField(), max_length=MAX_NAMED_ITEMS, required=False)
    variants = ListInput(child=IdField(), max_length=MAX_NAMED_ITEMS, required=False)
    needs_code = serializers.BooleanField(required=False)
    minimum_amount = AmountInput(required=False, allow_null=True)
    minimum_quantity = PiecesInput(allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    limit = PiecesInput(allow_null=True, help_text="How many orders may use it")
    limit_per_customer = PiecesInput(allow_null=True, help_text="How many orders of one customer may use it")
    priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)
    is_combinable = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    class Meta:
        swagger_schema_fields = {"example": _EXAMPLE}


class PromotionOutput(serializers.ModelSerializer):
    value = serializers.SerializerMethodField("value_of", help_text="A percentage, or an amount for a fixed amount")
    minimum_amount = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()
    products = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()

    class Meta:
        model = Promotion
        fields = [
            "id",
            "name",
            "kind",
            "value",
            "currency",
            "buy_quantity",
            "get_quantity",
            "scope",
            "categories",
            "products",
            "variants",
            "needs_code",
            "minimum_amount",
            "minimum_quantity",
            "starts_at",
            "ends_at",
            "limit",
            "limit_per_customer",
            "uses",
            "priority",
            "is_combinable",
            "is_active",
        ]

    def value_of(self, promotion: Promotion) -> str:
        return plain_number(promotion.value)

    def get_minimum_amount(self, promotion: Promotion) -> str | None:
        return None if promotion.minimum_amount is None else display(promotion.minimum_amount, promotion.currency)

    def get_categories(self, promotion: Promotion) -> list[int]:
        return [item.category_id for item in promotion.items.all() if item.category_id]

    def get_products(self, promotion: Promotion) -> list[int]:
        return [item.product_id for item in promotion.items.all() if item.product_id]

    def get_variants(self, promotion: Promotion) -> list[int]:
        return [item.variant_id for item in promotion.items.all() if item.variant_id]


class CodesInput(Input):
    """Read a code, or how many codes to generate. Generated codes are good for one order each."""

    code = serializers.CharField(max_length=MAX_CODE_LENGTH, required=False)
    is_single_use = serializers.BooleanField(required=False, help_text="Only with code; generated codes always are")
    count = serializers.IntegerField(min_value=1, max_value=MAX_GENERATED_CODES, required=False)
    prefix = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="Only with count")

    class Meta:
        swagger_schema_fields = {"example": {"count": 100, "prefix": "SPRING-"}}

    def validate_code(self, code: str) -> str:
        return _capitals(code)

    def validate_prefix(self, prefix: str) -> str:
        return _capitals(prefix) if prefix else ""

    def validate(self, attrs: dict) -> dict:
        if ("code" in attrs) == ("count" in attrs):
            raise serializers.ValidationError("Send either a code, or a count of codes to generate.")
        return attrs


def _capitals(text: str) -> str:
    capitals = text.strip().upper()
    validate_code(capitals)
    return capitals


class CodeOutput(serializers.ModelSerializer):
    is_used = serializers.BooleanField(help_text="An order holds the code")

    class Meta:
        model = PromotionCode
        fields = ["code", "is_single_use", "is_used", "created_at"]
