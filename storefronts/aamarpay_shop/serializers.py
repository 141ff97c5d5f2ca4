"""The inputs and outputs of contract 000 (the aamarPay shop)."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import CodeField, PasswordField
from accounts.services import CodePurpose
from cart.services import MAX_QUANTITY
from storefronts.joint import serializers as joint
from storefronts.joint.serializers import ContractInput, VariantInput
from utils.api.fields import AmountField, EmailInput, IdField, PhoneInput
from utils.api.inputs import ObjectInput

_PURPOSES = [CodePurpose.PASSWORD_RESET.value, CodePurpose.EMAIL_VERIFICATION.value]
_LONGEST_URL = 500


class LoginInput(joint.SignInInput):
    class Meta:
        ref_name = "000 login"
        swagger_schema_fields = {"example": {"username": "admin", "password": "M@h@d!@199610"}}


class UserOutput(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "000 user"


class LoginOutput(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()
    user = UserOutput()

    class Meta:
        ref_name = "000 signed in"


class MessageOutput(serializers.Serializer):
    message = serializers.CharField()

    class Meta:
        ref_name = "000 message"


class ThreadInput(ContractInput):
    user = IdField()

    class Meta:
        ref_name = "000 thread input"
        swagger_schema_fields = {"example": {"user": 2}}


class ThreadOutput(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="The thread's id in /api/v1/")
    user = serializers.IntegerField(source="user_id")
    status = serializers.CharField()
    created_at = serializers.DateTimeField()

    class Meta:
        ref_name = "000 thread"


class CodeRequestInput(ContractInput):
    email = EmailInput()
    using_for = serializers.ChoiceField(choices=_PURPOSES)

    class Meta:
        ref_name = "000 code request"
        swagger_schema_fields = {"example": {"email": "mahadi@example.com", "using_for": "password_reset"}}


class CodeInput(CodeRequestInput):
    otp = CodeField()
    password = PasswordField(required=False, allow_blank=True)

    class Meta:
        ref_name = "000 code"
        swagger_schema_fields = {
            "example": {
                "otp": "228519",
                "email": "mahadi@example.com",
                "using_for": "password_reset",
                "password": "M@h@d!@1996",
            }
        }

    def validate(self, attrs: dict) -> dict:
        if attrs["using_for"] == CodePurpose.PASSWORD_RESET and not attrs.get("password"):
            raise serializers.ValidationError({"password": "A new password is needed."}, code="required")
        return attrs


class OwnFields(ContractInput):
    """Read the fields in which a client sends its cart's id and its own id.

    A request with another user's id, or with another cart's id, is refused. Only the caller's own cart is changed.
    """

    cart = IdField(required=False)
    product = IdField(required=False)
    created_by = IdField(required=False, help_text="Your own id")

    class Meta:
        ref_name = "000 own fields"


class CartItemInput(OwnFields):
    variant = VariantInput()
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        ref_name = "000 cart item input"
        swagger_schema_fields = {"example": {"product": 5, "quantity": 2}}


class QuantityInput(OwnFields):
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    class Meta:
        ref_name = "000 quantity"
        swagger_schema_fields = {"example": {"cart": 7, "product": 5, "created_by": 1, "quantity": 7}}


class CartItemOutput(serializers.Serializer):
    """Show an item of a cart (``cart.models.CartItem``)."""

    id = serializers.IntegerField()
    cart = serializers.IntegerField(source="cart_id")
    product = serializers.IntegerField(source="variant.product_id")
    variant = serializers.IntegerField(source="variant_id")
    created_by = serializers.IntegerField(source="cart.user_id")
    quantity = serializers.IntegerField()

    class Meta:
        ref_name = "000 cart item"


class CartLineOutput(serializers.Serializer):
    """Show a line of a cart (``cart.selectors.CartLine``)."""

    id = serializers.IntegerField(source="item.id")
    cart = serializers.IntegerField(source="item.cart_id")
    product = serializers.IntegerField(source="item.variant.product_id")
    variant = serializers.IntegerField(source="item.variant_id")
    name = serializers.CharField(source="item.variant.full_name")
    quantity = serializers.IntegerField(source="item.quantity")
    price = AmountField(source="unit_price")
    total = AmountField()

    class Meta:
        ref_name = "000 cart line"


class CartOutput(serializers.Serializer):
    """Show a cart with its lines (``cart.selectors.CartContent``)."""

    id = serializers.IntegerField(allow_null=True)
    items = CartLineOutput(many=True)
    total = AmountField()
    currency = serializers.CharField()

    class Meta:
        ref_name = "000 cart"


class OrderShippingOutput(serializers.Serializer):
    """Show where the parcel of an order is (``orders.models.Order`` with its ``shipping.models.Shipment``)."""

    id = serializers.IntegerField()
    order = serializers.IntegerField(source="id")
    order_number = serializers.CharField(source="number")
    order_status = serializers.CharField(source="status")
    address = serializers.CharField(source="shipment.one_line")
    name = serializers.CharField(source="shipment.name")
    phone = serializers.CharField(source="shipment.phone")
    method = serializers.CharField(source="shipment.method.name", default=None)
    status = serializers.CharField(source="shipment.status")
    carrier = serializers.CharField(source="shipment.carrier")
    tracking_number = serializers.CharField(source="shipment.tracking_number")
    shipped_at = serializers.DateTimeField(source="shipment.shipped_at", allow_null=True)
    delivered_at = serializers.DateTimeField(source="shipment.delivered_at", allow_null=True)

    class Meta:
        ref_name = "000 order shipping"


class _Text(serializers.CharField):
    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, required=False, allow_blank=True, default="", **kwargs)


class IdentificationInput(ObjectInput, ContractInput):
    cart_id = IdField()

    class Meta:
        ref_name = "000 identification"


class PaymentRequestInput(ContractInput):
    """Read a request to pay a cart. The price comes from the cart; an amount that a client sends is ignored."""

    cus_name = serializers.CharField(max_length=150)
    cus_email = EmailInput()
    cus_phone = PhoneInput()
    currency = serializers.CharField(max_length=3)
    success_url = _Text(_LONGEST_URL)
    fail_url = _Text(_LONGEST_URL)
    cancel_url = _Text(_LONGEST_URL)
    cus_add1 = serializers.CharField(max_length=240)
    cus_add2 = _Text(240)
    cus_city = _Text(100)
    cus_state = _Text(100)
    cus_postcode = _Text(20)
    cus_country = _Text(100)
    type = _Text(20)
    desc = _Text(500)
    identification = IdentificationInput()

    class Meta:
        ref_name = "000 payment request"
        swagger_schema_fields = {
            "example": {
                "cus_name": "Mahadi",
                "cus_email": "mahadi@example.com",
                "cus_phone": "01715059172",
                "currency": "BDT",
                "success_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_request/",
                "fail_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_fail_request/",
                "cancel_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_fail_request/",
                "cus_add1": "dhaka",
                "cus_add2": "dhaka",
                "cus_city": "dhaka",
                "cus_state": "dhaka",
                "cus_postcode": "1216",
                "cus_country": "bangladesh",
                "type": "json",
                "desc": "Description",
                "identification": {"cart_id": 7},
            }
        }

    def validate_currency(self, value: str) -> str:
        return value.upper()


class PaymentRequestOutput(serializers.Serializer):
    """Show a payment (``payments.models.Payment``) that was started at the gateway."""

    payment_url = serializers.CharField(source="pay_url")
    payment = serializers.IntegerField(source="id")
    order = serializers.IntegerField(source="order_id")
    order_number = serializers.CharField(source="order.number", help_text="The order's id in /api/v1/")
    payment_number = serializers.CharField(source="number", help_text="The payment's id in /api/v1/")
    status = serializers.CharField(source="state")
    amount = AmountField()
    currency = serializers.CharField()

    class Meta:
        ref_name = "000 payment"
