"""Events that an earlier release published. They are declared so that what it left in the outbox is still delivered.

Nothing publishes them any more: the release after this one can drop the file.
"""

from utils.events import Event

payment_captured = Event("payments.payment_captured")
"""Money for an order has been received. Payload: ``payment_id``, ``order_id``."""

payment_refunded = Event("payments.payment_refunded")
"""Money was given back. Nobody hears it."""

refund_requested = Event("payments.refund_requested")
"""A refund is to be sent. Nobody hears it: the reconciler finds the refund."""

gateway_event_stored = Event("payments.gateway_event_stored")
"""A gateway's message is in the inbox. Nobody hears it: the reconciler finds the message."""
