"""The inputs and outputs of contract 001 (the Stripe shop)."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import PasswordField
from cart.services import MAX_ITEMS, MAX_QUANTITY
from orders.states import OrderStatus, PaymentStatus
from payments.serializers import ReturnAddressInput
from storefronts.joint import serializers as joint
from storefronts.joint.serializers import ContractInput, VariantInput
from utils.api.fields import AmountField, EmailInput, IdField, PhoneInput, PictureField
from utils.api.inputs import ListInput, ObjectListInput

MAX_PICTURES = 10
_ORDER_EXAMPLE = {
    "order_items": [{"product": 1, "quantity": 2}],
    "street": "123 Main Street, Apt 4B",
    "city": "New York",
    "state": "NY",
    "zip_code": "10001",
    "phone_no": "+1234567890",
    "country": "USA",
}


class ProfileFields(joint.ProfileFields):
    phone = PhoneInput(required=False, allow_blank=True)

    class Meta:
        ref_name = "001 profile fields"


class ProfileInput(ProfileFields):
    """Read a profile. A username or e-mail address in it must be the current one, and a password must be empty.

    So a client may send back a whole form. The e-mail address and the password are changed at URLs of their own.
    """

    username = serializers.CharField(max_length=254, required=False, help_text="If sent, it must be the current one")
    email = EmailInput(
        required=False,
        allow_blank=True,
        help_text="If sent, it must be the current one; change it at /api/v1/auth/email/change/",
    )
    password = PasswordField(
        required=False, allow_blank=True, help_text="If sent, it must be empty; change it at /api/v1/auth/password/"
    )

    class Meta:
        ref_name = "001 profile input"
        swagger_schema_fields = {"example": {"first_name": "John", "last_name": "Doe", "phone": "+1234567890"}}

    def validate_username(self, value: str) -> str:
        if value != self.context["request"].user.username:
            raise serializers.ValidationError("The username can't be changed.")
        return value

    def validate_email(self, value: str) -> str:
        if value != (self.context["request"].user.email or ""):
            raise serializers.ValidationError("Please change the e-mail address at /api/v1/auth/email/change/.")
        return value

    def validate_password(self, value: str) -> str:
        if value:
            raise serializers.ValidationError("Please change the password at /api/v1/auth/password/.")
        return value

    def validate(self, attrs: dict) -> dict:
        return {name: value for name, value in attrs.items() if name not in {"username", "email", "password"}}


class UserOutput(ProfileFields):
    """Show a user (``accounts.models.User``)."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    email_verified = serializers.BooleanField(source="is_email_verified")
    date_joined = serializers.DateTimeField()

    class Meta:
        ref_name = "001 user"


class ForgotPasswordInput(ContractInput):
    email = EmailInput()

    class Meta:
        ref_name = "001 forgot password"
        swagger_schema_fields = {"example": {"email": "john@example.com"}}


class ResetPasswordInput(ContractInput):
    password = PasswordField()
    confirmPassword = PasswordField(required=False)
    confirm_password = PasswordField(required=False)

    class Meta:
        ref_name = "001 reset password"
        swagger_schema_fields = {"example": {"password": "another-pass-456", "confirmPassword": "another-pass-456"}}

    def validate(self, attrs: dict) -> dict:
        for name in ("confirmPassword", "confirm_password"):
            if attrs.get(name, attrs["password"]) != attrs["password"]:
                raise serializers.ValidationError({name: "The two passwords differ."})
        return {"password": attrs["password"]}


class DetailOutput(serializers.Serializer):
    detail = serializers.CharField()

    class Meta:
        ref_name = "001 detail"


class NewPasswordPageOutput(serializers.Serializer):
    page = serializers.CharField(help_text="The page where a person chooses the new password")

    class Meta:
        ref_name = "001 page for a new password"


class ProductInput(joint.ProductInput):
    category = serializers.CharField(  # type: ignore[assignment] # other contracts take only an id
        max_length=120, required=False, allow_null=True, help_text="Id, slug or name"
    )

    class Meta:
        ref_name = "001 product input"
        swagger_schema_fields = {
            "example": {
                "name": "Gaming Laptop",
                "description": "High performance gaming laptop",
                "price": 1299.99,
                "stock": 50,
                "category": "Electronics",
            }
        }


class ImagesInput(ContractInput):
    product = IdField()
    images = ListInput(child=PictureField(), allow_empty=False, max_length=MAX_PICTURES)

    class Meta:
        ref_name = "001 images input"


class ReviewInput(ContractInput):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    class Meta:
        ref_name = "001 review input"
        swagger_schema_fields = {"example": {"rating": 5, "comment": "Quiet and fast."}}


class OrderItemInput(ContractInput):
    product = IdField()
    variant = VariantInput()
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    class Meta:
        ref_name = "001 order item input"


class OrderItemsField(ObjectListInput):
    def __init__(self, **kwargs: Any) -> None:
        child = OrderItemInput()
        super().__init__(child=child, required=False, allow_empty=False, max_length=MAX_ITEMS, **kwargs)


class OrderInput(ContractInput):
    """Read an order. Prices and totals are always the shop's own; those that a client sends are ignored."""

    order_items = OrderItemsField(help_text="If not given, the open cart is ordered")
    orderItems = OrderItemsField(help_text="Another name for order_items")
    street = serializers.CharField(max_length=500)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    state = serializers.CharField(max_length=100, required=False, allow_blank=True)
    zip_code = serializers.CharField(source="postal_code", max_length=20, required=False, allow_blank=True)
    phone_no = PhoneInput(source="phone", required=False, allow_blank=True)
    country = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        ref_name = "001 order input"
        swagger_schema_fields = {"example": _ORDER_EXAMPLE}

    def validate(self, attrs: dict) -> dict:
        """Return the items as ``items``, whichever name the client used, and the other fields as ``address``."""
        found = [attrs.pop(name) for name in ("order_items", "orderItems") if name in attrs]
        if len(found) > 1:
            raise serializers.ValidationError({"orderItems": "Give order_items or orderItems, not both."})
        return {"address": attrs, "items": found[0] if found else None}


class CheckoutSessionInput(OrderInput):
    success_url = ReturnAddressInput(
        required=False, help_text="A page of this shop or of a listed origin, or a listed app"
    )
    cancel_url = ReturnAddressInput(
        required=False, help_text="A page of this shop or of a listed origin, or a listed app"
    )

    class Meta:
        ref_name = "001 checkout session input"
        swagger_schema_fields = {"example": _ORDER_EXAMPLE}

    def validate(self, attrs: dict) -> dict:
        pages = {"return_url": attrs.pop("success_url", ""), "cancelled_url": attrs.pop("cancel_url", "")}
        return super().validate(attrs) | {"start": pages}


class CheckoutSessionOutput(serializers.Serializer):
    """Show a payment that was started at Stripe."""

    session_id = serializers.CharField(source="gateway_id")
    url = serializers.CharField(source="pay_url", help_text="Stripe's page; empty for an order that costs nothing")
    order = serializers.IntegerField(source="order_id")
    payment = serializers.IntegerField(source="id")
    order_number = serializers.CharField(source="order.number", help_text="The order's id in /api/v1/")
    payment_number = serializers.CharField(source="number", help_text="The payment's id in /api/v1/")
    total_amount = AmountField(source="amount")
    currency = serializers.CharField()

    class Meta:
        ref_name = "001 checkout session"


class AnyCaseChoice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.lower() if isinstance(data, str) else data)


class ProcessInput(ContractInput):
    status = AnyCaseChoice(choices=OrderStatus.choices, required=False, help_text="In any letter case")
    payment_status = AnyCaseChoice(
        choices=[(PaymentStatus.PAID.value, PaymentStatus.PAID.label)],
        required=False,
        help_text="Staff confirm that the money arrived; a gateway reports its own payments",
    )

    class Meta:
        ref_name = "001 process input"
        swagger_schema_fields = {"example": {"status": "Shipped"}}

    def validate(self, attrs: dict) -> dict:
        if not attrs:
            raise serializers.ValidationError({"status": "Give a status, a payment_status or both."})
        return {"status": attrs.get("status", ""), "is_paid": "payment_status" in attrs}
