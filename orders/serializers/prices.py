"""Show how a price came about: its steps, the taxes in it, and the promotion codes that were entered."""

from typing import Any

from drf_yasg.utils import swagger_serializer_method
from rest_framework import serializers

from orders.models import Order
from orders.pricing import StepKind, Totals
from orders.promotions import message_of
from orders.services import EnteredCode
from orders.steps import ToldStep, ToldTax, steps_of, steps_told, taxes_told
from utils.api.fields import AmountField


class StepOutput(serializers.Serializer):
    """Show one step of a price (``orders.steps.ToldStep``)."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in StepKind])
    label: Any = serializers.CharField()
    base = serializers.CharField(
        allow_null=True, help_text="The amount to which the step was applied; of a line, the price of one piece"
    )
    amount = serializers.CharField(help_text="What the step adds to the total")
    included = serializers.CharField(
        allow_null=True, help_text="The tax that prices have in them, for a tax that adds nothing"
    )


class TaxAmountOutput(serializers.Serializer):
    """Show the tax of one rate (``orders.steps.ToldTax``)."""

    name = serializers.CharField()
    percentage = serializers.CharField(help_text="19 for 19 percent")
    base = serializers.CharField(help_text="What is taxed")
    amount = serializers.CharField()


class TotalsOutput(serializers.Serializer):
    """Show the totals of a price (``orders.pricing.Totals``)."""

    currency = serializers.CharField()
    subtotal = AmountField(help_text="The sum of the lines before discounts")
    discount = AmountField()
    shipping = AmountField()
    tax = AmountField(help_text="All the tax in the total")
    taxes = serializers.SerializerMethodField()
    total = AmountField()
    steps = serializers.SerializerMethodField()

    @swagger_serializer_method(TaxAmountOutput(many=True))
    def get_taxes(self, totals: Totals) -> list[ToldTax]:
        return taxes_told(totals)

    @swagger_serializer_method(StepOutput(many=True))
    def get_steps(self, totals: Totals) -> list[ToldStep]:
        return steps_told(totals)


class EnteredCodeOutput(serializers.Serializer):
    """Show a promotion code that was entered, and why it takes nothing off."""

    code = serializers.CharField()
    applies = serializers.SerializerMethodField()
    reason = serializers.CharField(source="problem", allow_null=True, help_text="Why it does not apply, or null")
    message = serializers.SerializerMethodField()

    def get_applies(self, entered: EnteredCode) -> bool:
        return entered.problem is None

    def get_message(self, entered: EnteredCode) -> str:
        return message_of(entered.problem) if entered.problem else ""


class CartPriceOutput(serializers.Serializer):
    """Explain what a cart would cost (``orders.services.Quote``)."""

    totals = TotalsOutput()
    codes = EnteredCodeOutput(many=True)


class OrderPriceOutput(serializers.ModelSerializer):
    """Explain what an order cost when it was placed."""

    discount = AmountField(source="discount_total")
    shipping = AmountField(source="shipping_total")
    subtotal = AmountField(help_text="The sum of the lines before discounts")
    tax = AmountField(source="tax_total", help_text="All the tax in the total")
    taxes = TaxAmountOutput(many=True)
    total = AmountField()
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["currency", "subtotal", "discount", "shipping", "tax", "taxes", "total", "steps"]

    @swagger_serializer_method(StepOutput(many=True))
    def get_steps(self, order: Order) -> list[ToldStep]:
        return steps_of(order)
