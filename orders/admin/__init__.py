"""The admin pages of orders, promotions and tax rates."""

from orders.admin import orders, promotions

__all__ = ["orders", "promotions"]
