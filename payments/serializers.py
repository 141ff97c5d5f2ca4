"""Shapes of the payments part of /api/v1/."""

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
    """A payment and, for one that is made inside an app, what the gateway's widgets are shown with."""

    client_secret = serializers.CharField(help_text="For an app; only who starts the payment is told")
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
    code = serializers.CharField(help_text="What payment_method takes")
    name = serializers.CharField(source="label")
    is_online = serializers.BooleanField(help_text="Whether a gateway collects it")
    needs_phone = serializers.BooleanField()
    why_not = serializers.CharField(help_text="Why it does not take this amount; empty when it does")

    class Meta:
        ref_name = "WayToPay"


class PaymentMethodQuery(serializers.Serializer):
    order = NumberInput(required=False, help_text="An order; without it one's open cart is meant")
    shipping_method = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="How the cart will be sent; the first way if not given",
    )

    def validate(self, attrs: dict) -> dict:
        if "order" in attrs and "shipping_method" in attrs:
            raise serializers.ValidationError({"shipping_method": "It is the order's: leave it out."})
        return attrs


class AttemptInput(Input):
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)

    class Meta:
        swagger_schema_fields = {"example": {"payment_method": "stripe"}}


class ReturnAddressInput(serializers.CharField):
    """Read where a browser goes: the address of a page, or one that a listed app opens."""

    class Meta:
        swagger_schema_fields = {"format": "uri"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, validators=[validate_return_address], **kwargs)


class StartInput(Input):
    phone = PhoneInput(required=False, help_text="Whose phone is asked, where one is")
    return_url = ReturnAddressInput(required=False, help_text="Where the browser goes afterwards")
    failed_url = ReturnAddressInput(required=False, help_text="Where instead, if the payment failed")
    cancelled_url = ReturnAddressInput(required=False, help_text="Where instead, if it was given up")
    in_app = serializers.BooleanField(
        default=False, help_text="The gateway's widgets are shown in an app, not its page: answers a client_secret"
    )

    class Meta:
        swagger_schema_fields = {"example": {"return_url": "http://127.0.0.1:8000/"}}


class RefundInput(Input):
    amount = AmountInput(required=False, help_text="What is left of the oldest capture when not given")
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
        help_text="Needed for one that was sent through a gateway that can't be asked what became of it",
    )

    class Meta:
        swagger_schema_fields = {"example": {"reason": "Settled in person"}}
