"""Writes: one module per use case."""

from orders.services.payments import order_confirm_if_paid, order_hold, order_record_money
from orders.services.place import order_place, order_quote
from orders.services.transition import order_cancel_by_customer, order_reopen, order_transition, orders_expire

__all__ = [
    "order_cancel_by_customer",
    "order_confirm_if_paid",
    "order_hold",
    "order_place",
    "order_quote",
    "order_record_money",
    "order_reopen",
    "order_transition",
    "orders_expire",
]
