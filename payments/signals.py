"""Events of this app."""

from utils.events import Event

payment_captured = Event("payments.payment_captured")
"""Money for an order has been received.

Payload: ``payment_id``, ``order_id``. The order's ``captured_total`` already holds it. Sent once for each payment; not
sent when a confirmation is repeated.
"""
