"""Work out what an order costs, with pure functions. ``docs/pricing.md`` states the rules."""

from orders.pricing.prices import price
from orders.pricing.values import (
    Basket,
    BasketLine,
    LeftOut,
    PricedLine,
    PromotionKind,
    PromotionRule,
    ShippingPrice,
    Step,
    StepKind,
    TaxAmount,
    TaxRule,
    Totals,
    line_total,
)

__all__ = [
    "Basket",
    "BasketLine",
    "LeftOut",
    "PricedLine",
    "PromotionKind",
    "PromotionRule",
    "ShippingPrice",
    "Step",
    "StepKind",
    "TaxAmount",
    "TaxRule",
    "Totals",
    "line_total",
    "price",
]
