"""Events of this app."""

from utils.events import Event

payment_captured = Event("payments.payment_captured")
"""Money for an order has been received.

Payload: ``payment_id``, ``order_id``, ``captured_total`` (all that was received for the order so far, a decimal string
in its currency). Sent once for each payment; not sent when a confirmation is repeated.
"""
