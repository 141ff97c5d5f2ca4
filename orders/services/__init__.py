"""The services of orders, one module per use case."""

from orders.services.codes import code_enter
from orders.services.guests import order_claim, order_open, orders_claim
from orders.services.payments import order_extend_expiry, order_note_method, order_record_money, order_shorten_expiry
from orders.services.place import order_place, require_currency
from orders.services.promotion_edit import (
    NamedItems,
    code_create,
    codes_generate,
    promotion_create,
    promotion_delete,
    promotion_update,
)
from orders.services.quote import EnteredCode, Purchaser, Quote, cart_quote, order_quote
from orders.services.transition import (
    order_cancel_by_customer,
    order_confirm_if_paid,
    order_hide,
    order_reopen,
    order_transition,
    orders_expire,
    require_money,
)
from orders.services.undo import order_undo

__all__ = [
    "EnteredCode",
    "NamedItems",
    "Purchaser",
    "Quote",
    "cart_quote",
    "code_create",
    "code_enter",
    "codes_generate",
    "order_cancel_by_customer",
    "order_claim",
    "order_confirm_if_paid",
    "order_extend_expiry",
    "order_hide",
    "order_note_method",
    "order_open",
    "order_place",
    "order_quote",
    "order_record_money",
    "order_reopen",
    "order_shorten_expiry",
    "order_transition",
    "order_undo",
    "orders_claim",
    "orders_expire",
    "promotion_create",
    "promotion_delete",
    "promotion_update",
    "require_currency",
    "require_money",
]
