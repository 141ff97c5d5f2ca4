"""The inputs and outputs of contract 004 (the real-time shop)."""

from rest_framework import serializers

from accounts.serializers import PasswordField, TokenPairOutput
from cart.services import MAX_QUANTITY
from orders.states import OrderStatus
from storefronts.joint import serializers as joint
from storefronts.joint.serializers import ContractInput, VariantInput
from utils.api.fields import AmountField, EmailInput, IdField, PhoneInput, UsernameInput


class RegistrationInput(ContractInput):
    username = UsernameInput()
    email = EmailInput()
    password = PasswordField()
    password2 = PasswordField()
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


class RegisteredUserOutput(serializers.Serializer):
    username = serializers.CharField()
    email = serializers.CharField()

    class Meta:
        ref_name = "004 registered user"


class RegistrationOutput(serializers.Serializer):
    message = serializers.CharField()
    user = RegisteredUserOutput()
    tokens = TokenPairOutput()

    class Meta:
        ref_name = "004 registration answer"
        swagger_schema_fields = {
            "example": {
                "message": "User registered succesfully!",
                "user": {"username": "john_doe", "email": "john@example.com"},
                "tokens": {"refresh": "eyJ0eXAiOiJKV1QiLCJhbGc...", "access": "eyJ0eXAiOiJKV1QiLCJhbGc..."},
            }
        }


class ProfileFields(joint.ProfileFields):
    phone_number = PhoneInput(source="phone", required=False, allow_blank=True)

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


class AddItemInput(ContractInput):
    product_id = IdField()
    variant = VariantInput()
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        ref_name = "004 add item"
        swagger_schema_fields = {"example": {"product_id": 1, "quantity": 2}}


class ItemIdInput(ContractInput):
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
    variant = serializers.IntegerField(source="id")
    name = serializers.CharField(source="full_name")

    class Meta:
        ref_name = "004 cart product"


class CartLineOutput(serializers.Serializer):
    """Show a line of a cart (``cart.selectors.CartLine``)."""

    id = serializers.IntegerField(source="item.id")
    product = CartProductOutput(source="item.variant")
    quantity = serializers.IntegerField(source="item.quantity")
    price = AmountField(source="unit_price")
    subtotal = AmountField(source="total")

    class Meta:
        ref_name = "004 cart item"


class CartOutput(serializers.Serializer):
    """Show a cart with its lines (``cart.selectors.CartContent``)."""

    id = serializers.IntegerField(allow_null=True)
    items = CartLineOutput(many=True)
    total = AmountField()
    currency = serializers.CharField()

    class Meta:
        ref_name = "004 cart"


class OrderInput(ContractInput):
    shipping_address = serializers.CharField(max_length=500)
    phone_number = PhoneInput()

    class Meta:
        ref_name = "004 order input"
        swagger_schema_fields = {
            "example": {
                "shipping_address": "123 Main Street, Apt 4B, New York, NY 10001",
                "phone_number": "+1234567890",
            }
        }


class StatusInput(ContractInput):
    status = serializers.ChoiceField(choices=OrderStatus.choices)

    class Meta:
        ref_name = "004 status"
        swagger_schema_fields = {"example": {"status": "shipped"}}
