"""Declare the events that an earlier release published, so that what it left in the outbox is still delivered.

Nothing publishes them any more: the release after this one can drop the file.
"""

from utils.events import Event

payment_captured = Event("payments.payment_captured")
"""Money for an order has been received. Payload: ``payment_id``, ``order_id``. It is not published any more."""

payment_refunded = Event("payments.payment_refunded")
"""Money was given back. Payload: ``payment_id``, ``order_id``. It is not published any more, and nobody hears it."""

refund_requested = Event("payments.refund_requested")
"""A refund is to be sent. Payload: ``refund_id``. It is not published any more: the reconciler finds the refund."""

gateway_event_stored = Event("payments.gateway_event_stored")
"""A message is in the inbox. Payload: ``event_id``. It is not published any more: the reconciler finds the message."""
