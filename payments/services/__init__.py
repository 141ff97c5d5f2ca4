"""Hold the writes of this app, one module for each use case."""

from payments.services.alerts import alert_raise, alert_resolve
from payments.services.by_hand import refund_confirm, refund_withdraw
from payments.services.checkout import (
    checkout,
    checkout_and_start,
    checkout_undo,
    orders_keep,
    payment_confirm,
    payments_cancel,
)
from payments.services.disputes import dispute_close
from payments.services.inbox import callback_store, event_process, event_replay, event_store, events_process_due
from payments.services.pay_bill import confirmation_store, require_pay_bill
from payments.services.process import order_process
from payments.services.reconcile import Report, payment_query, reconcile
from payments.services.refunds import refund_request, refund_source
from payments.services.sending import refund_send
from payments.services.settle import settle
from payments.services.settle_refund import refund_settle
from payments.services.start import payment_open, payment_start

__all__ = [
    "Report",
    "alert_raise",
    "alert_resolve",
    "callback_store",
    "checkout",
    "checkout_and_start",
    "checkout_undo",
    "confirmation_store",
    "dispute_close",
    "event_process",
    "event_replay",
    "event_store",
    "events_process_due",
    "order_process",
    "orders_keep",
    "payment_confirm",
    "payment_open",
    "payment_query",
    "payment_start",
    "payments_cancel",
    "reconcile",
    "refund_confirm",
    "refund_request",
    "refund_send",
    "refund_settle",
    "refund_source",
    "refund_withdraw",
    "require_pay_bill",
    "settle",
]
