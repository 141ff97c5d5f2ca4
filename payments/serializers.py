"""Define the JSON of payments in /api/v1/."""

from typing import Any

from rest_framework import serializers

from payments.addresses import validate_return_address
from payments.gateways import gateway
from payments.models import Payment, Refund
from payments.states import PaymentMethod
from utils.api.fields import AmountField, AmountInput, NumberInput, PhoneInput
from utils.api.inputs import Input


class PaymentOutput(serializers.ModelSerializer):
    id = serializers.CharField(source="number")
    order = serializers.CharField(source="order.number")
    amount = AmountField()
    captured_amount = AmountField()
    refunded_amount = AmountField(help_text="Given back or on its way")

    class Meta:
        model = Payment
        fields = [
            "id",
            "order",
            "method",
            "state",
            "amount",
            "currency",
            "captured_amount",
            "refunded_amount",
            "pay_url",
            "payer",
            "failure",
            "reference",
            "created_at",
            "captured_at",
        ]


class StartedPaymentOutput(PaymentOutput):
    """Show a payment and, for one inside an app, what the app shows the gateway's widgets with."""

    client_secret = serializers.CharField(help_text="For an app; shown only in the answer to the start")
    publishable_key = serializers.SerializerMethodField(help_text="For an app")

    class Meta(PaymentOutput.Meta):
        ref_name = "StartedPayment"
        fields = [*PaymentOutput.Meta.fields, "client_secret", "publishable_key"]

    def get_publishable_key(self, payment: Payment) -> str:
        return gateway(payment.method).publishable_key() if payment.client_secret else ""


class ConfirmInput(Input):
    reference = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        swagger_schema_fields = {"example": {"reference": "Transfer 2026-11-20/17"}}


class PaymentMethodOutput(serializers.Serializer):
    code = serializers.CharField(help_text="The value for payment_method")
    name = serializers.CharField(source="label")
    is_online = serializers.BooleanField(help_text="Whether a gateway collects it")
    needs_phone = serializers.BooleanField()
    why_not = serializers.CharField(help_text="Why this method does not take the amount; empty when it does")

    class Meta:
        ref_name = "WayToPay"


class PaymentMethodQuery(serializers.Serializer):
    order = NumberInput(required=False, help_text="An order's number; without it, the caller's open cart is meant")
    shipping_method = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="How the cart will be sent; the first shipping method if not given",
    )

    def validate(self, attrs: dict) -> dict:
        if "order" in attrs and "shipping_method" in attrs:
            raise serializers.ValidationError(
                {"shipping_method": "The order has its own shipping method: leave this out."}
            )
        return attrs


class AttemptInput(Input):
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)

    class Meta:
        swagger_schema_fields = {"example": {"payment_method": "stripe"}}


class ReturnAddressInput(serializers.CharField):
    """Read the URL to which a browser returns: the URL of a page, or one that opens a listed app."""

    class Meta:
        swagger_schema_fields = {"format": "uri"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, validators=[validate_return_address], **kwargs)


class StartInput(Input):
    phone = PhoneInput(required=False, help_text="The phone that gets the prompt, where the gateway sends one")
    return_url = ReturnAddressInput(required=False, help_text="Where the browser goes after the payment")
    failed_url = ReturnAddressInput(required=False, help_text="Where the browser goes instead, if the payment failed")
    cancelled_url = ReturnAddressInput(required=False, help_text="Where the browser goes instead, if the payer gave up")
    in_app = serializers.BooleanField(
        default=False,
        help_text="Whether an app shows the gateway's widgets instead of its page; the answer has a client_secret",
    )

    class Meta:
        swagger_schema_fields = {"example": {"return_url": "http://127.0.0.1:8000/"}}


class RefundInput(Input):
    amount = AmountInput(required=False, help_text="The rest of the oldest capture when not given")
    reason = serializers.CharField(max_length=255, required=False, allow_blank=True)

    class Meta:
        swagger_schema_fields = {"example": {"amount": "5.00", "reason": "Arrived broken"}}


class RefundOutput(serializers.ModelSerializer):
    id = serializers.CharField(source="number")
    payment = serializers.CharField(source="payment.number")
    amount = AmountField()

    class Meta:
        model = Refund
        fields = [
            "id",
            "payment",
            "amount",
            "currency",
            "state",
            "is_manual",
            "reason",
            "failure",
            "created_at",
            "settled_at",
        ]


class RefundConfirmInput(ConfirmInput):
    class Meta:
        ref_name = "RefundConfirm"
        swagger_schema_fields = {"example": {"reference": "Merchant panel 4711"}}


class RefundWithdrawInput(Input):
    reason = serializers.CharField(
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="Needed if the refund was sent through a gateway that can't be asked for its result",
    )

    class Meta:
        swagger_schema_fields = {"example": {"reason": "Settled in person"}}
