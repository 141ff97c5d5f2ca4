"""The words of document 004: what its clients send, and what they are told."""

from rest_framework import serializers

from cart.services import MAX_QUANTITY
from orders.states import OrderStatus
from utils.api.fields import AmountField, AmountInput, EmailInput, IdField, UsernameInput


class RegistrationInput(serializers.Serializer):
    username = UsernameInput()
    email = EmailInput()
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    password2 = serializers.CharField(max_length=128, trim_whitespace=False)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)

    class Meta:
        ref_name = "004 registration"
        swagger_schema_fields = {
            "example": {
                "username": "john_doe",
                "email": "john@example.com",
                "password": "securepass123",
                "password2": "securepass123",
                "first_name": "John",
                "last_name": "Doe",
            }
        }

    def validate(self, attrs: dict) -> dict:
        if attrs["password"] != attrs.pop("password2"):
            raise serializers.ValidationError({"password2": "The two passwords differ."})
        return attrs


class TokensOutput(serializers.Serializer):
    refresh = serializers.CharField()
    access = serializers.CharField()

    class Meta:
        ref_name = "004 tokens"


class RegisteredUserOutput(serializers.Serializer):
    username = serializers.CharField()
    email = serializers.CharField()

    class Meta:
        ref_name = "004 registered user"


class RegistrationOutput(serializers.Serializer):
    message = serializers.CharField()
    user = RegisteredUserOutput()
    tokens = TokensOutput()

    class Meta:
        ref_name = "004 registration answer"
        swagger_schema_fields = {
            "example": {
                "message": "User registered succesfully!",
                "user": {"username": "john_doe", "email": "john@example.com"},
                "tokens": {"refresh": "eyJ0eXAiOiJKV1QiLCJhbGc...", "access": "eyJ0eXAiOiJKV1QiLCJhbGc..."},
            }
        }


class LoginInput(serializers.Serializer):
    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)

    class Meta:
        ref_name = "004 login"
        swagger_schema_fields = {"example": {"username": "john_doe", "password": "securepass123"}}


class RefreshInput(serializers.Serializer):
    refresh = serializers.CharField(max_length=2000)

    class Meta:
        ref_name = "004 refresh"
        swagger_schema_fields = {"example": {"refresh": "eyJ0eXAiOiJKV1QiLCJhbGc..."}}


class ProfileFields(serializers.Serializer):
    """What a customer may change; read from and written to ``accounts.models.User``."""

    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    phone_number = serializers.CharField(source="phone", max_length=32, required=False, allow_blank=True)
    address = serializers.CharField(max_length=255, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    country = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        ref_name = "004 profile input"
        swagger_schema_fields = {
            "example": {
                "first_name": "John",
                "last_name": "Doe",
                "phone_number": "+1234567890",
                "address": "123 Main St",
                "city": "New York",
                "postal_code": "10001",
                "country": "USA",
            }
        }


class ProfileOutput(ProfileFields):
    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "004 profile"


class ProductInput(serializers.Serializer):
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    price = AmountInput()
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False)
    category = IdField(required=False, allow_null=True)

    class Meta:
        ref_name = "004 product input"
        swagger_schema_fields = {
            "example": {
                "name": "Gaming Laptop",
                "description": "High performance gaming laptop",
                "price": 1299.99,
                "stock": 50,
                "category": 1,
            }
        }


class ImageOutput(serializers.Serializer):
    id = serializers.IntegerField()
    image = serializers.CharField(source="url")
    alt = serializers.CharField()

    class Meta:
        ref_name = "004 image"


class ProductCard(serializers.Serializer):
    """A product from ``catalog.selectors.product_rows_with_pictures``, apart from its stock."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    price = AmountField()
    currency = serializers.CharField()
    category = serializers.IntegerField(source="category_id", allow_null=True)
    category_name = serializers.CharField(source="category.name", default=None)
    image = serializers.CharField(allow_null=True)
    images = ImageOutput(source="pictures", many=True)
    rating = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    ratings = serializers.IntegerField(source="review_count", help_text="How many customers gave one")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    class Meta:
        ref_name = "004 product card"


class ProductOutput(ProductCard):
    """A product as this shop shows it, in lists and by itself."""

    stock = serializers.IntegerField()
    in_stock = serializers.BooleanField()

    class Meta:
        ref_name = "004 product"


class CategoryInput(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    class Meta:
        ref_name = "004 category input"
        swagger_schema_fields = {"example": {"name": "Electronics", "description": "Electronic devices and gadgets"}}


class CategoryOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    slug = serializers.CharField()

    class Meta:
        ref_name = "004 category"


class AddItemInput(serializers.Serializer):
    product_id = IdField()
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        ref_name = "004 add item"
        swagger_schema_fields = {"example": {"product_id": 1, "quantity": 2}}


class ItemIdInput(serializers.Serializer):
    item_id = IdField()

    class Meta:
        ref_name = "004 item id"


class UpdateItemInput(ItemIdInput):
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    class Meta:
        ref_name = "004 update item"
        swagger_schema_fields = {"example": {"item_id": 1, "quantity": 3}}


class CartProductOutput(serializers.Serializer):
    id = serializers.IntegerField(source="product_id")
    name = serializers.CharField(source="product.name")

    class Meta:
        ref_name = "004 cart product"


class CartLineOutput(serializers.Serializer):
    """One ``cart.selectors.CartLine``."""

    id = serializers.IntegerField(source="item.id")
    product = CartProductOutput(source="item.variant")
    quantity = serializers.IntegerField(source="item.quantity")
    price = AmountField(source="unit_price")
    subtotal = AmountField(source="total")

    class Meta:
        ref_name = "004 cart item"


class CartOutput(serializers.Serializer):
    """A ``cart.selectors.CartContent``."""

    id = serializers.IntegerField(allow_null=True)
    items = CartLineOutput(many=True)
    total = AmountField()
    currency = serializers.CharField()

    class Meta:
        ref_name = "004 cart"


class OrderInput(serializers.Serializer):
    shipping_address = serializers.CharField(max_length=500)
    phone_number = serializers.CharField(max_length=32)

    class Meta:
        ref_name = "004 order input"
        swagger_schema_fields = {
            "example": {
                "shipping_address": "123 Main Street, Apt 4B, New York, NY 10001",
                "phone_number": "+1234567890",
            }
        }


class OrderItemOutput(serializers.Serializer):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    product_name = serializers.CharField()
    quantity = serializers.IntegerField()
    price = AmountField(source="unit_price")
    subtotal = AmountField(source="total")

    class Meta:
        ref_name = "004 order item"


class OrderOutput(serializers.Serializer):
    """An order from ``orders.selectors.order_details``."""

    id = serializers.IntegerField()
    order_number = serializers.CharField(source="number")
    status = serializers.CharField()
    payment_status = serializers.CharField()
    total = AmountField()
    currency = serializers.CharField()
    shipping_address = serializers.CharField(source="shipment.one_line")
    phone_number = serializers.CharField(source="phone")
    items = OrderItemOutput(source="lines", many=True)
    created_at = serializers.DateTimeField(source="placed_at")
    updated_at = serializers.DateTimeField()

    class Meta:
        ref_name = "004 order"


class StatusInput(serializers.Serializer):
    status = serializers.ChoiceField(choices=OrderStatus.choices)

    class Meta:
        ref_name = "004 status"
        swagger_schema_fields = {"example": {"status": "shipped"}}
