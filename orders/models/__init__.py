"""The tables of orders, of promotions and of tax rates."""

from orders.models.orders import Order, OrderLine, OrderStatusChange
from orders.models.promotions import Promotion, PromotionCode, PromotionItem, PromotionScope, PromotionUse
from orders.models.taxes import TaxRate

__all__ = [
    "Order",
    "OrderLine",
    "OrderStatusChange",
    "Promotion",
    "PromotionCode",
    "PromotionItem",
    "PromotionScope",
    "PromotionUse",
    "TaxRate",
]
