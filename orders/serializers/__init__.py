"""The inputs and outputs of orders, prices and promotions in /api/v1/."""

from orders.serializers.orders import (
    ClaimInput,
    ClaimOutput,
    OrderInput,
    OrderLineOutput,
    OrderOutput,
    PlacedOrderOutput,
    QuoteInput,
    QuoteOutput,
    StatusChangeOutput,
    TransitionInput,
)
from orders.serializers.prices import CartPriceOutput, OrderPriceOutput, TaxAmountOutput
from orders.serializers.promotions import CodeOutput, CodesInput, PromotionInput, PromotionOutput

__all__ = [
    "CartPriceOutput",
    "ClaimInput",
    "ClaimOutput",
    "CodeOutput",
    "CodesInput",
    "OrderInput",
    "OrderLineOutput",
    "OrderOutput",
    "OrderPriceOutput",
    "PlacedOrderOutput",
    "PromotionInput",
    "PromotionOutput",
    "QuoteInput",
    "QuoteOutput",
    "StatusChangeOutput",
    "TaxAmountOutput",
    "TransitionInput",
]
