"""Writes: one module per use case."""

from payments.services.alerts import alert_raise, alert_resolve
from payments.services.checkout import checkout, payment_confirm, payments_cancel
from payments.services.inbox import callback_store, event_process, event_replay, event_store, events_process_due
from payments.services.reconcile import Report, payment_query, reconcile
from payments.services.refunds import refund_confirm, refund_request, refund_send, refund_settle, refund_withdraw
from payments.services.settle import settle
from payments.services.start import payment_open, payment_start

__all__ = [
    "Report",
    "alert_raise",
    "alert_resolve",
    "callback_store",
    "checkout",
    "event_process",
    "event_replay",
    "event_store",
    "events_process_due",
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
    "refund_withdraw",
    "settle",
]
