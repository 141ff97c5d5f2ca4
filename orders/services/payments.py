"""Change an order because of its payments.

A payment records its money in the order within its own transaction. From then on nobody can cancel the order as unpaid.
A job of the payments does what follows, so that a failure there never undoes the record of the money.
"""

from datetime import datetime
from decimal import Decimal

from orders.models import Order
from orders.states import payment_status


def order_record_money(*, order: Order, captured_total: Decimal, refunded_total: Decimal) -> None:
    """Record how much has been captured and refunded in all, in the order's currency.

    The payment status follows from the two sums. The caller holds the order's lock.
    """
    order.captured_total = captured_total
    order.refunded_total = refunded_total
    order.payment_status = payment_status(total=order.total, captured=captured_total, refunded=refunded_total)
    order.save(update_fields=["captured_total", "refunded_total", "payment_status", "updated_at"])


def order_extend_expiry(*, order: Order, until: datetime | None) -> None:
    """Let a pending order expire at ``until`` (UTC) at the earliest, or never if ``until`` is ``None``.

    The caller holds the order's lock.
    """
    if order.expires_at is not None and (until is None or order.expires_at < until):
        order.expires_at = until
        order.save(update_fields=["expires_at", "updated_at"])


def order_shorten_expiry(*, order: Order, after: datetime) -> None:
    """Let a pending order expire at ``after`` (UTC) at the latest. An order that never expires stays as it is.

    The caller holds the order's lock.
    """
    if order.expires_at is not None and order.expires_at > after:
        order.expires_at = after
        order.save(update_fields=["expires_at", "updated_at"])


def order_note_method(*, order: Order, is_paid_later: bool) -> None:
    """Record whether the payment method that was chosen last lets the goods be sent before the money arrives.

    The caller holds the order's lock.
    """
    if order.is_paid_later != is_paid_later:
        order.is_paid_later = is_paid_later
        order.save(update_fields=["is_paid_later"])
